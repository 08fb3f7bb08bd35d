package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/money"
	"gongbao/internal/sample"
	"gongbao/ledger"
)

// The demo's claim is in the pool of integrated circuits.
const (
	demoPool  = "IC"
	demoClaim = "IC-C-DEMO"
)

// claimFigures are what the demo shows of its claim.
type claimFigures struct {
	*claims.SeenClaim

	History []claims.Happened `json:"history"`
	Owed    []position        `json:"owed"`
}

// demoClaim takes a loss under the largest policy of a pool from first notice to a part payment after a cash call. Run
// again, it finds the claim there.
func (h *house) demoClaim(ctx context.Context, out io.Writer, figures *demoFigures) error {
	policy, err := h.largest(ctx)
	if err != nil || policy == nil {
		return err
	}
	agreement, err := coinsurance.AgreementVersion(ctx, h.db, policy.Pool, policy.AgreementVersion)
	if err != nil {
		return err
	}
	if err := h.playClaim(ctx, policy, agreement); err != nil {
		return err
	}
	seen, err := claims.SeeClaim(ctx, h.db, sample.Clerk, demoPool, demoClaim)
	if err != nil {
		return err
	}
	shown := &claimFigures{SeenClaim: seen}
	if shown.History, err = claims.HistoryOf(ctx, h.db, &seen.Claim); err != nil {
		return err
	}
	for _, member := range agreement.Members() {
		if member == agreement.Servicer {
			continue
		}
		owed, err := ledger.Owes(ctx, h.db, member, agreement.Servicer, ledger.Question{Pool: demoPool, Claim: demoClaim})
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
func (h *house) largest(ctx context.Context) (*insurance.Policy, error) {
	today := calendar.DateOf(clock.System{}.Now())
	policies, err := insurance.ListPolicies(ctx, h.db, sample.Clerk, today, insurance.PolicyFilter{
		Pool: demoPool, Line: "first_set", State: insurance.InForce, StartTo: today.AddDays(-2), Limit: insurance.PageMax,
	})
	if err != nil || len(policies) == 0 {
		return nil, err
	}
	largest := slices.MaxFunc(policies, func(a, b insurance.Policy) int { return a.SumInsured.Cmp(b.SumInsured) })
	return &largest, nil
}

// playClaim plays the claim; every command has a key, so that it happens once.
func (h *house) playClaim(ctx context.Context, p *insurance.Policy, agreement *coinsurance.Agreement) error {
	by := access.Person("zhou", access.Member, agreement.Servicer, access.Claims)
	part := func(tenths int) *money.Amount {
		amount := money.ProRata(p.SumInsured, tenths, 10)
		return &amount
	}
	cost := money.MustAmount("20000.00")
	command := func(key string) claims.Command { return claims.Command{By: by, Key: "demo-" + key, Claim: demoClaim} }
	_, err := claims.FindClaim(ctx, h.db, demoPool, demoClaim)
	if err == nil {
		return nil // of an earlier run
	}
	follower := agreement.Members()[0]
	if follower == agreement.Servicer {
		follower = agreement.Members()[1]
	}
	for _, step := range []func() (*claims.Claim, error){
		func() (*claims.Claim, error) {
			return h.claims.OpenClaim(ctx, claims.OpenClaim{
				By: by, Key: "demo-open", Policy: p.Number, Number: demoClaim,
				LossDay: calendar.DateOf(clock.System{}.Now()).AddDays(-1),
			})
		},
		func() (*claims.Claim, error) {
			return h.claims.ReserveClaim(ctx, claims.ReserveClaim{
				Command: command("reserve"), Indemnity: part(6), Expense: &cost,
			})
		},
		func() (*claims.Claim, error) {
			return h.claims.AssessClaim(ctx, claims.AssessClaim{Command: command("assess"), Loss: part(5)})
		},
		func() (*claims.Claim, error) {
			return h.claims.ApproveClaim(ctx, claims.ApproveClaim{
				Command: command("approve"), Indemnity: part(4), Expense: &cost,
			})
		},
		func() (*claims.Claim, error) {
			amount := money.ProRata(*part(1), 1, 2)
			return h.claims.PayCall(ctx, claims.PayCall{Command: command("call"), Member: follower, Amount: amount})
		},
		func() (*claims.Claim, error) {
			return h.claims.PayClaim(ctx, claims.PayClaim{
				Command: command("pay"), Indemnity: *part(3), Expense: claims.Expense{Adjuster: cost},
			})
		},
	} {
		if _, err := step(); err != nil {
			return err
		}
	}
	return nil
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
	table := figuresTable(out)
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
	for _, call := range claim.Calls {
		fmt.Fprintf(out, "  cash call: %s paid %s in advance\n", call.Member, call.Paid)
	}
	fmt.Fprint(out, "  clocks:   ")
	for _, clock := range claim.Clocks {
		fmt.Fprintf(out, " %s %s ", clock.Name, clock.Due)
	}
	fmt.Fprint(out, "\n  announced:")
	for _, happened := range claim.History {
		fmt.Fprint(out, " "+happened.Type[len("claims."):])
	}
	fmt.Fprintln(out)
	return nil
}
