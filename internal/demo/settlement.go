package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
	"gongbao/internal/money"
)

// settled is what the demo shows of a pool's settlement of a period.
type settled struct {
	Pool     string                    `json:"pool"`
	Period   string                    `json:"period"`
	Netting  coinsurance.Netting       `json:"netting"`
	State    settlement.State          `json:"state"`
	Items    int64                     `json:"items"`
	Held     string                    `json:"held,omitempty"` // the subject that a follower disputed
	Owed     money.Amount              `json:"owed"`           // by members to members, before netting
	Paid     money.Amount              `json:"paid"`
	Payments []settlement.PaymentOrder `json:"payments"`
	Totals   []settlement.MemberTotal  `json:"totals"`
	By       string                    `json:"by,omitempty"`   // the follower that disputed it
	Bank     *banked                   `json:"bank,omitempty"` // what went through a bank
	Files    []laid                    `json:"files,omitempty"`
}

// settle closes the last quarter of every pool: statements, a query that holds a subject, netting, and payments through
// a bank, of which one comes back and is sent again; then the month after it, which takes what was held. Run again, it
// finds them there.
func (s *show) settle(ctx context.Context, out io.Writer, figures *Figures) error {
	pools, err := coinsurance.Pools(ctx, s.house.DB)
	if err != nil {
		return err
	}
	quarter, next := lastQuarter(calendar.DateOf(clock.System{}.Now()))
	shelf, err := openShelf(s.folder)
	if err != nil {
		return err
	}
	defer func() { _ = shelf.Close() }()
	for _, pool := range pools {
		run := &settling{Service: s.house.Settlement, house: s.house, shelf: shelf, pool: pool.Code}
		for i, period := range []string{quarter, next} {
			shown, err := run.settle(ctx, period, i == 0)
			if err != nil {
				return fmt.Errorf("settle %s of pool %s: %w", period, pool.Code, err)
			}
			figures.Settled = append(figures.Settled, *shown)
		}
	}
	figures.Shelf = shelf.Name()
	return printSettled(out, figures)
}

// lastQuarter is the last quarter that has ended on a day, and the month after it.
func lastQuarter(today calendar.Date) (quarter, next string) {
	month := today.Month()
	for month.First().Noon().Month()%3 != 1 { // the first month of the quarter that runs
		month = month.First().AddDays(-1).Month()
	}
	last := month.First().AddDays(-1)
	ended := (int(last.Noon().Month()) + 2) / 3 //nolint:mnd // months of a quarter
	return fmt.Sprintf("%d-Q%d", last.Noon().Year(), ended), month.String()
}

// settling settles one pool of the demo.
type settling struct {
	*settlement.Service

	house *launch.House
	shelf shelf
	pool  string
}

func (r *settling) said(by access.Principal, period, step string) idempotency.Command {
	return idempotency.Command{By: by, IdempotencyKey: "demo-" + period + "-" + step}
}

func member(code string) access.Principal {
	return access.Person("settlement", access.Member, code, access.Settlement)
}

// settle takes a period from its statement to the end: the first with a dispute and through a bank, the next without.
func (r *settling) settle(ctx context.Context, period string, first bool) (*settled, error) {
	db := r.house.DB.Of(r.pool)
	run, _, err := settlement.SettlementOf(ctx, db, r.pool, period)
	if settlement.IsMissing(err) || err == nil && run.State != settlement.Completed {
		err = r.play(ctx, period, first)
	}
	if err == nil && first {
		err = r.resolve(ctx, period)
	}
	if err != nil {
		return nil, err
	}
	return r.settled(ctx, period)
}

// settled is what stands in the book of a period's settlement.
func (r *settling) settled(ctx context.Context, period string) (*settled, error) {
	db := r.house.DB.Of(r.pool)
	statement, err := settlement.StatementOf(ctx, db, r.pool, period)
	if err != nil {
		return nil, err
	}
	shown := &settled{Pool: r.pool, Period: period}
	if shown.Totals, err = settlement.TotalsOf(ctx, db, statement); err != nil {
		return nil, err
	}
	calculation, err := settlement.CalculationOf(ctx, db, r.pool, period)
	if err != nil {
		return nil, err
	}
	shown.Netting, shown.State, shown.Items = calculation.Netting, calculation.State, calculation.Items
	shown.Payments = calculation.Payments
	for _, debt := range calculation.Debts {
		shown.Owed = shown.Owed.Add(debt.AOwes).Add(debt.BOwes)
	}
	for _, payment := range calculation.Payments {
		shown.Paid = shown.Paid.Add(payment.Amount)
	}
	if shown.Bank, err = r.bankedOf(ctx, calculation.Payments); err != nil {
		return nil, err
	}
	queries, err := settlement.ViewQueries(ctx, db, sample.Clerk, r.pool, period)
	if err != nil || len(queries) == 0 {
		return shown, err
	}
	shown.Held, shown.By = queries[0].Subject, queries[0].Member
	shown.Files, err = r.onShelf(period, shown)
	return shown, err
}

// play draws, issues, confirms, disputes, approves and pays.
func (r *settling) play(ctx context.Context, period string, first bool) error {
	approved, disputes, err := r.approve(ctx, period, first)
	if err != nil {
		return err
	}
	if first && len(approved.Payments) > 0 {
		if err := r.payByBank(ctx, period, approved.Payments); err != nil {
			return err
		}
		return r.layPapers(ctx, period, disputes)
	}
	_, err = r.CompleteSettlement(ctx, settlement.CompleteSettlement{
		Command: r.said(sample.Checker, period, "complete"), Pool: r.pool, Number: approved.Number,
	})
	return err
}

// approve takes a period from its statement to the payment orders, the first with a dispute of the follower it gives.
func (r *settling) approve(
	ctx context.Context, period string, first bool,
) (approved *settlement.Calculation, disputes string, err error) {
	_, err = r.DrawStatement(ctx, settlement.DrawStatement{
		Command: r.said(sample.Clerk, period, "draw"), Pool: r.pool, Period: period,
	})
	if err != nil {
		return nil, "", err
	}
	_, err = r.IssueStatement(ctx, settlement.IssueStatement{
		Command: r.said(sample.Clerk, period, "issue"), Pool: r.pool, Period: period,
	})
	if err != nil {
		return nil, "", err
	}
	totals, err := r.confirm(ctx, period)
	if err != nil {
		return nil, "", err
	}
	if first {
		disputes = fewestItems(totals)
		if err := r.dispute(ctx, period, disputes); err != nil {
			return nil, "", err
		}
	}
	proposed, err := r.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: r.said(sample.Clerk, period, "propose"), Pool: r.pool, Period: period,
	})
	if err != nil {
		return nil, "", err
	}
	if first { // so that the letters of the run say where to pay
		var codes []string
		for _, total := range totals {
			if total.Items > 0 {
				codes = append(codes, total.Member)
			}
		}
		if err := r.giveAccounts(ctx, codes); err != nil {
			return nil, "", err
		}
	}
	approved, err = r.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: r.said(sample.Checker, period, "approve"), Pool: r.pool, Number: proposed.Number,
	})
	return approved, disputes, err
}

// confirm has every member that has an item confirm its statement.
func (r *settling) confirm(ctx context.Context, period string) ([]settlement.MemberTotal, error) {
	statement, err := settlement.StatementOf(ctx, r.house.DB.Of(r.pool), r.pool, period)
	if err != nil {
		return nil, err
	}
	totals, err := settlement.TotalsOf(ctx, r.house.DB.Of(r.pool), statement)
	if err != nil {
		return nil, err
	}
	for _, total := range totals {
		if total.Items == 0 {
			continue
		}
		_, err := r.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: r.said(member(total.Member), period, "confirm"), Pool: r.pool, Period: period, Member: total.Member,
		})
		if err != nil {
			return nil, err
		}
	}
	return totals, nil
}

// fewestItems is the member with the fewest items.
func fewestItems(totals []settlement.MemberTotal) string {
	code, fewest := "", int64(0)
	for _, total := range totals {
		if total.Items > 0 && (fewest == 0 || total.Items < fewest) {
			code, fewest = total.Member, total.Items
		}
	}
	return code
}

// dispute has a member query the first of its subjects.
func (r *settling) dispute(ctx context.Context, period, code string) error {
	span, err := settlement.ParsePeriod(period)
	if err != nil {
		return err
	}
	policies, err := insurance.ListPolicies(ctx, r.house.DB, sample.Clerk, span.Ends, insurance.PolicyFilter{
		Pool: r.pool, StartTo: span.Ends, Limit: insurance.PageMax,
	})
	if err != nil {
		return err
	}
	for _, policy := range policies {
		_, err := r.RaiseQuery(ctx, settlement.RaiseQuery{
			Command: r.said(member(code), period, "query-"+policy.Number), Pool: r.pool, Period: period, Member: code,
			Subject: policy.Number, Reason: settlement.ReasonShare, Remark: "份额待核对",
		})
		if !errors.Is(err, settlement.ErrItemNotFound) {
			return err
		}
	}
	return nil
}

// resolve has the other party answer what a member has queried, and the member lift its query, so that the next period
// settles what it held.
func (r *settling) resolve(ctx context.Context, period string) error {
	queries, err := settlement.ViewQueries(ctx, r.house.DB.Of(r.pool), sample.Clerk, r.pool, period)
	if err != nil {
		return err
	}
	for _, query := range queries {
		if query.State == settlement.QueryResolved || query.RaisedBy != member(query.Member).Subject {
			continue // who looks around in the demo's book may have raised one, too
		}
		parties := slices.DeleteFunc(strings.Fields(query.Parties), func(p string) bool { return p == query.Member })
		_, err := r.AnswerQuery(ctx, settlement.AnswerQuery{
			Command: r.said(member(parties[0]), period, "answer"), Pool: r.pool, Period: period, Number: query.Number,
			Answer: "份额与共保协议一致",
		})
		if err != nil {
			return err
		}
		_, err = r.ResolveQueries(ctx, settlement.ResolveQueries{
			Command: r.said(member(query.Member), period, "resolve"), Pool: r.pool, Period: period, Member: query.Member,
			Subject: query.Subject,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// printSettled shows what netting saves, who pays whom, what went through a bank, and where papers lie.
func printSettled(out io.Writer, figures *Figures) error {
	fmt.Fprintln(out, "\nSettled between the members (one subject of the quarter is disputed, the month after takes it):")
	table := launch.FiguresTable(out)
	fmt.Fprintln(table, "pool\tperiod\tnetting\titems\towed\tpaid\tpayments\tdisputed\tby\t")
	for _, s := range figures.Settled {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%d\t%s\t%s\t\n",
			s.Pool, s.Period, s.Netting, s.Items, s.Owed, s.Paid, len(s.Payments), s.Held, s.By)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range figures.Settled {
		if s.Held == "" {
			continue
		}
		var payments []string
		for _, p := range s.Payments {
			payments = append(payments, fmt.Sprintf("%s pays %s %s", p.Payer, p.Payee, p.Amount))
		}
		fmt.Fprintf(out, "  %s %s: %s\n", s.Pool, s.Period, strings.Join(payments, "; "))
	}
	printBanked(out, figures.Settled)
	for _, s := range figures.Settled {
		if s.Pool == demoPool && len(s.Files) > 0 {
			return printShelf(out, figures.Shelf, s.Pool, s.Files)
		}
	}
	return nil
}

// printBanked shows what went through a bank; nothing where a demo of before has paid without one.
func printBanked(out io.Writer, all []settled) {
	head := "\nPaid through a bank, by payment files that one person makes and another releases:\n"
	for _, s := range all {
		if s.Bank != nil {
			fmt.Fprintf(out, "%s  %s %s: %s\n", head, s.Pool, s.Period, s.Bank)
			head = ""
		}
	}
}
