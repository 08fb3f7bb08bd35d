package settlement

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// SettlementView is a run as far as a principal may see it, from what its items come to over gross and net to its
// orders: a member its own part, once the run is approved.
type SettlementView struct {
	Settlement

	Period   string              `json:"period"`
	Debts    []RingDebt          `json:"debts"`
	Members  []MemberCalculation `json:"members"`
	Payments []PaymentOrder      `json:"payments"` // orders; before approval, what they will be
	// Open counts the orders that wait for their payment: also of a run that is unwound, once what was given back has come
	// back.
	Open int `json:"open_orders"`
}

// seenBy says that a member may know of the run.
func (s *Settlement) seenBy(member string) bool { return member == "" || s.Approved != nil }

// SettlementLine is a run in the list of a pool's: to a member with what it comes to for the member alone.
type SettlementLine struct {
	Period string        `json:"period"`
	Net    *money.Amount `json:"net,omitempty"` // what the member is to receive, and pays where it is below zero

	Settlement
}

// ofRun is what a run comes to for one member.
type ofRun struct {
	Number int          `bun:"number"`
	Items  int64        `bun:"items"`
	Orders int          `bun:"orders"`
	Net    money.Amount `bun:"net"`
}

var ofRuns = pg.Select[ofRun, bookOfPool](files, "OfRuns")

// ViewSettlements lists the runs of a pool, oldest first: to a member those that are approved, of its statements, with
// its own figures. It refuses with access.forbidden, then coinsurance.pool_not_found.
func ViewSettlements(ctx context.Context, handle bun.IDB, by access.Principal, pool string) ([]SettlementLine, error) {
	statements, err := ViewStatements(ctx, handle, by, pool)
	if err != nil {
		return nil, err
	}
	member, _ := onlyOf(by) // it was asked before
	var runs []Settlement
	var own []ofRun
	var reads pg.Reads
	pg.ListIn(&reads, settlementsOfPool.With(ofPool{pool}), &runs)
	if member != "" {
		pg.ListIn(&reads, ofRuns.With(bookOfPool{pool, member}), &own)
	}
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	lines := []SettlementLine{}
	for _, run := range runs {
		line, seen := run.lineFor(member, statements)
		if !seen {
			continue
		}
		for _, figures := range own {
			if figures.Number == run.Number {
				line.Items, line.Orders, line.Net = figures.Items, figures.Orders, &figures.Net
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// lineFor is what a member may know of a run by the statements that it sees, without what the run comes to for it; all
// where there is no member.
func (s *Settlement) lineFor(member string, statements []StatementView) (line SettlementLine, seen bool) {
	at := slices.IndexFunc(statements, func(of StatementView) bool { return of.Number == s.Statement })
	if at < 0 || !s.seenBy(member) {
		return line, false
	}
	line = SettlementLine{Settlement: *s, Period: statements[at].Period}
	if member != "" { // the figures of all members are not for one of them
		line.Items, line.Orders, line.Net = 0, 0, new(money.Amount)
		if line.State == Approved { // nor that somebody proposes to unwind it
			line.UnwindProposedBy, line.Reason = "", ""
		}
	}
	return line, true
}

// runOf is a run that a principal may see. It refuses as ViewSettlement does.
func runOf(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, number int,
) (*SettlementLine, error) {
	statements, err := ViewStatements(ctx, handle, by, pool)
	if err != nil {
		return nil, err
	}
	member, _ := onlyOf(by) // it was asked before
	runs, err := Settlements(ctx, handle, pool)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(runs, func(run Settlement) bool { return run.Number == number }); at >= 0 {
		if line, seen := runs[at].lineFor(member, statements); seen {
			return &line, nil
		}
	}
	return nil, ErrSettlementNotFound.Case(fault.Args{"pool": pool, "number": number})
}

// ViewSettlement reads one run with its calculation. It refuses with access.forbidden, then
// coinsurance.pool_not_found, coinsurance.settlement_not_found: also to who may not see it.
func ViewSettlement(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, number int,
) (*SettlementView, error) {
	line, err := runOf(ctx, handle, by, pool, number)
	if err != nil {
		return nil, err
	}
	member, _ := onlyOf(by) // it was asked before
	view := &SettlementView{
		Settlement: line.Settlement, Period: line.Period, Debts: []RingDebt{}, Payments: []PaymentOrder{},
	}
	run := &line.Settlement
	calculation := &Calculation{Settlement: run}
	if err := calculation.add(ctx, handle); err != nil {
		return nil, err
	}
	orders, err := OrdersOf(ctx, handle, run)
	if err != nil {
		return nil, err
	}
	if len(orders) == 0 {
		orders = calculation.Payments
	}
	view.Members = calculation.nets(member)
	for _, debt := range calculation.Debts {
		if member == "" || member == debt.A || member == debt.B {
			view.Debts = append(view.Debts, debt)
		}
	}
	for _, order := range orders {
		if order.seenBy(member) {
			view.Payments = append(view.Payments, order)
			if run.Approved != nil && order.State != OrderExecuted && order.State != OrderVoid {
				view.Open++
			}
		}
	}
	if member != "" { // those of all members are not for one of them
		view.Items, view.Orders = 0, len(view.Payments)
		for _, debt := range view.Debts {
			view.Items += debt.Items
		}
	}
	return view, nil
}
