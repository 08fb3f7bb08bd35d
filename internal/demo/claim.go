package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// The demo's claim is in the pool of integrated circuits.
const (
	demoPool  = "IC"
	demoClaim = "IC-C-DEMO"
)

// claimFigures are what the demo shows of its claim.
type claimFigures struct {
	*claims.ClaimView

	History []claims.HistoryEvent `json:"history"`
	Owed    []position            `json:"owed"`
}

// claim takes a loss under the largest policy of a pool from first notice to a part payment after a cash call, and
// shows it as a page. Run again, it finds the claim there.
func (s *show) claim(ctx context.Context, out io.Writer, figures *Figures) error {
	policy, err := s.largest(ctx)
	if err != nil || policy == nil {
		return err
	}
	agreement, err := coinsurance.AgreementVersion(ctx, s.house.DB.Of(policy.Pool), policy.Pool, policy.AgreementVersion)
	if err != nil {
		return err
	}
	if err := s.playClaim(ctx, policy, agreement); err != nil {
		return err
	}
	seen, err := claims.ViewClaim(ctx, s.house.DB.Of(demoPool), sample.Clerk, demoPool, demoClaim)
	if err != nil {
		return err
	}
	shown := &claimFigures{ClaimView: seen}
	if shown.History, err = claims.HistoryOf(ctx, s.house.DB.Of(demoPool), &seen.Claim); err != nil {
		return err
	}
	for _, member := range agreement.Members() {
		if member == agreement.Servicer {
			continue
		}
		query := ledger.BalanceQuery{Pool: demoPool, Claim: demoClaim}
		owed, err := ledger.Owes(ctx, s.house.DB, member, agreement.Servicer, query)
		if err != nil {
			return err
		}
		shown.Owed = append(shown.Owed, position{demoPool, member, agreement.Servicer, owed.Balance.String()})
	}
	figures.Claim = shown
	return printClaim(out, policy, agreement, shown)
}

// largest is the policy in force with the highest limit among those that began before yesterday; nil when there is
// none.
func (s *show) largest(ctx context.Context) (*insurance.Policy, error) {
	today := calendar.DateOf(clock.System{}.Now())
	policies, err := insurance.ListPolicies(ctx, s.house.DB, sample.Clerk, today, insurance.PolicyFilter{
		Pool: demoPool, Line: "first_set", State: insurance.InForce, StartTo: today.AddDays(-2), Limit: insurance.PageMax,
	})
	if err != nil || len(policies) == 0 {
		return nil, err
	}
	largest := slices.MaxFunc(policies, func(a, b insurance.Policy) int { return a.SumInsured.Cmp(b.SumInsured) })
	return &largest, nil
}

// claimColumns are the streams that the page of a claim shows, with their headings.
var claimColumns = []struct {
	stream  ledger.Stream
	heading string
}{
	{ledger.ReserveIndemnity, "estimate"}, {ledger.Indemnity, "paid"}, {ledger.ClaimCost, "expense"},
	{ledger.OutstandingIndemnity, "outstanding"},
}

// printClaim shows a claim as a page: its figures by member, what each owes, its clocks and what was announced.
func printClaim(
	out io.Writer, policy *insurance.Policy, agreement *coinsurance.Agreement, claim *claimFigures,
) error {
	fmt.Fprintf(out, "\nA claim, %s under %s of %s (limit %s), is %s:\n", claim.Number, policy.Number, policy.Insured,
		policy.SumInsured, claim.Status)
	cells, totals := map[string]map[ledger.Stream]money.Amount{}, map[ledger.Stream]money.Amount{}
	for _, portion := range claim.Portions {
		if cells[portion.Member] == nil {
			cells[portion.Member] = map[ledger.Stream]money.Amount{}
		}
		stream := portion.Stream
		cells[portion.Member][stream], totals[stream] = portion.Amount, portion.Total
	}
	owes := map[string]string{}
	for _, owed := range claim.Owed {
		owes[owed.Debtor] = owed.Amount
	}
	table := launch.FiguresTable(out)
	fmt.Fprint(table, "member\t")
	for _, column := range claimColumns {
		fmt.Fprint(table, column.heading+"\t")
	}
	fmt.Fprintf(table, "owes %s\t\n", agreement.Servicer)
	for _, member := range agreement.Members() {
		fmt.Fprint(table, member+"\t")
		for _, column := range claimColumns {
			fmt.Fprint(table, cells[member][column.stream].String()+"\t")
		}
		fmt.Fprintln(table, owes[member]+"\t")
	}
	fmt.Fprint(table, "all\t")
	for _, column := range claimColumns {
		fmt.Fprint(table, totals[column.stream].String()+"\t")
	}
	fmt.Fprintln(table, "\t")
	if err := table.Flush(); err != nil {
		return err
	}
	for _, call := range claim.CashCalls {
		fmt.Fprintf(out, "  cash call: %s paid %s in advance\n", call.Member, call.Paid)
	}
	if err := printClaimWork(out, claim); err != nil {
		return err
	}
	fmt.Fprint(out, "  announced:")
	for _, happened := range claim.History {
		fmt.Fprint(out, " "+happened.Type[len("claims."):])
	}
	fmt.Fprintln(out)
	return nil
}

// printClaimWork shows how a claim was calculated, its clocks, and what its members were told.
func printClaimWork(out io.Writer, claim *claimFigures) error {
	table := launch.FiguresTable(out)
	fmt.Fprintln(table, "section\tloss\tdeductible\tpays\tpayable\trescue\tapproved\t")
	for _, line := range claim.Worksheet {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", line.Section, line.Amount, line.Deductible,
			line.Ratio.Percent(), line.Payable, line.RescuePays, line.Approved)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	plain := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var clocks, notices []claimLine
	for _, c := range claim.Deadlines {
		clocks = with(clocks, string(c.Name), c.Due, c.Member, string(c.State))
	}
	for _, n := range claim.NoticesSent {
		who := n.Member
		if n.Amount != nil {
			who += " " + n.Amount.String()
		}
		notices = with(notices, fmt.Sprintf("%d %s", n.Number, n.Kind), n.Due, who, string(n.State))
	}
	fmt.Fprintln(plain, "  clock\tdue\tstands")
	for _, line := range clocks {
		fmt.Fprintf(plain, "  %s\t%s\t%s\n", line.what, line.due, line)
	}
	fmt.Fprintln(plain, "  notice\tanswer by\tstands")
	for _, line := range notices {
		fmt.Fprintf(plain, "  %s\t%s\t%s\n", line.what, line.due, line)
	}
	return plain.Flush()
}

// claimLine gathers what several members have in common.
type claimLine struct {
	what   string
	due    calendar.Date
	states []string
	who    map[string][]string // by state
}

func with(lines []claimLine, what string, due calendar.Date, who, state string) []claimLine {
	at := slices.IndexFunc(lines, func(l claimLine) bool { return l.what == what && l.due == due })
	if at < 0 {
		lines = append(lines, claimLine{what: what, due: due, who: map[string][]string{}})
		at = len(lines) - 1
	}
	if line := &lines[at]; !slices.Contains(line.states, state) {
		line.states = append(line.states, state)
	}
	if who != "" {
		lines[at].who[state] = append(lines[at].who[state], who)
	}
	return lines
}

// String says what stands how: "met DONGHU; running NANHU, YANXI".
func (l claimLine) String() string {
	var parts []string
	for _, state := range l.states {
		parts = append(parts, strings.TrimSpace(state+" "+strings.Join(l.who[state], ", ")))
	}
	return strings.Join(parts, "; ")
}
