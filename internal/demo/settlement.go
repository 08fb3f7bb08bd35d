package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
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
}

// settle closes the last quarter of every pool: statements, a query that holds a subject, netting and payments; then
// the month after it, which takes what was held, with a payment that comes back and is made again. Run again, it finds
// them there.
func (s *show) settle(ctx context.Context, out io.Writer, figures *Figures) error {
	pools, err := coinsurance.Pools(ctx, s.house.DB)
	if err != nil {
		return err
	}
	quarter, next := lastQuarter(calendar.DateOf(clock.System{}.Now()))
	for _, pool := range pools {
		run := &settling{Service: s.house.Settlement, house: s.house, pool: pool.Code}
		for i, period := range []string{quarter, next} {
			shown, err := run.settle(ctx, period, i > 0)
			if err != nil {
				return fmt.Errorf("settle %s of pool %s: %w", period, pool.Code, err)
			}
			figures.Settled = append(figures.Settled, *shown)
		}
	}
	return printSettled(out, figures.Settled)
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
	pool  string
	held  string // subject that is disputed
	by    string // the member that disputes it
}

func (r *settling) said(by access.Principal, period, step string) idempotency.Command {
	return idempotency.Command{By: by, IdempotencyKey: "demo-" + period + "-" + step}
}

func member(code string) access.Principal {
	return access.Person("settlement", access.Member, code, access.Settlement)
}

// settle takes a period from its statement to the end; again shows that a payment came back.
func (r *settling) settle(ctx context.Context, period string, again bool) (*settled, error) {
	db := r.house.DB.Of(r.pool)
	run, _, err := settlement.SettlementOf(ctx, db, r.pool, period)
	if settlement.IsMissing(err) || err == nil && run.State != settlement.Completed {
		err = r.play(ctx, period, again)
	}
	if err != nil {
		return nil, err
	}
	statement, err := settlement.StatementOf(ctx, db, r.pool, period)
	if err != nil {
		return nil, err
	}
	shown := &settled{Pool: r.pool, Period: period, Held: r.held}
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
	return shown, nil
}

// play draws, issues, disputes, confirms and pays.
func (r *settling) play(ctx context.Context, period string, again bool) error {
	_, err := r.DrawStatement(ctx, settlement.DrawStatement{
		Command: r.said(sample.Clerk, period, "draw"), Pool: r.pool, Period: period,
	})
	if err != nil {
		return err
	}
	_, err = r.IssueStatement(ctx, settlement.IssueStatement{
		Command: r.said(sample.Clerk, period, "issue"), Pool: r.pool, Period: period,
	})
	if err != nil {
		return err
	}
	totals, err := r.confirm(ctx, period)
	if err != nil {
		return err
	}
	if !again {
		if err := r.dispute(ctx, period, totals); err != nil {
			return err
		}
	}
	proposed, err := r.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: r.said(sample.Clerk, period, "propose"), Pool: r.pool, Period: period,
	})
	if err != nil {
		return err
	}
	approved, err := r.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: r.said(sample.Checker, period, "approve"), Pool: r.pool, Number: proposed.Number,
	})
	if err != nil {
		return err
	}
	if again && len(approved.Payments) > 0 {
		if err := r.payTwice(ctx, period, approved.Payments[0]); err != nil {
			return err
		}
	}
	_, err = r.CompleteSettlement(ctx, settlement.CompleteSettlement{
		Command: r.said(sample.Checker, period, "complete"), Pool: r.pool, Number: proposed.Number,
	})
	if errors.Is(err, settlement.ErrAlreadyPaid) { // the payment made twice was the only one
		err = nil
	}
	if err == nil && !again {
		err = r.resolve(ctx, period)
	}
	return err
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

// dispute has the member with the fewest items query the first of its subjects.
func (r *settling) dispute(ctx context.Context, period string, totals []settlement.MemberTotal) error {
	fewest := int64(0)
	for _, total := range totals {
		if total.Items > 0 && (fewest == 0 || total.Items < fewest) {
			r.by, fewest = total.Member, total.Items
		}
	}
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
			Command: r.said(member(r.by), period, "query-"+policy.Number), Pool: r.pool, Period: period, Member: r.by,
			Subject: policy.Number, Reason: settlement.ReasonShare, Remark: "份额待核对",
		})
		if errors.Is(err, settlement.ErrItemNotFound) {
			continue
		}
		r.held = policy.Number
		return err
	}
	return nil
}

// resolve lifts the query, so that the next period settles what it held.
func (r *settling) resolve(ctx context.Context, period string) error {
	if r.held == "" {
		return nil
	}
	_, err := r.ResolveQueries(ctx, settlement.ResolveQueries{
		Command: r.said(member(r.by), period, "resolve"), Pool: r.pool, Period: period, Member: r.by, Subject: r.held,
	})
	return err
}

// payTwice pays an order, has the bank return the money, and pays it again.
func (r *settling) payTwice(ctx context.Context, period string, order settlement.PaymentOrder) error {
	for _, time := range []string{"first", "second"} {
		_, err := r.ExecuteOrder(ctx, settlement.ExecuteOrder{
			Command: r.said(sample.Checker, period, time), Pool: r.pool, Order: order.ID, Amount: order.Amount,
		})
		if err != nil || time == "second" {
			return err
		}
		_, err = r.ReturnOrder(ctx, settlement.ReturnOrder{
			Command: r.said(sample.Checker, period, "returned"), Pool: r.pool, Order: order.ID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// printSettled shows what netting saves, and who pays whom.
func printSettled(out io.Writer, all []settled) error {
	fmt.Fprintln(out, "\nSettled between the members (one subject of the quarter is disputed, the month after takes it):")
	table := launch.FiguresTable(out)
	fmt.Fprintln(table, "pool\tperiod\tnetting\titems\towed\tpaid\tpayments\tdisputed\t")
	for _, s := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%d\t%s\t\n",
			s.Pool, s.Period, s.Netting, s.Items, s.Owed, s.Paid, len(s.Payments), s.Held)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range all {
		var payments []string
		for _, p := range s.Payments {
			payments = append(payments, fmt.Sprintf("%s pays %s %s", p.Payer, p.Payee, p.Amount))
		}
		fmt.Fprintf(out, "  %s %s: %s\n", s.Pool, s.Period, strings.Join(payments, "; "))
	}
	return nil
}
