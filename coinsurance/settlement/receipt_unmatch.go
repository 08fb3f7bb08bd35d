package settlement

import (
	"context"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// UnmatchReceipt undoes one allocation, by an entry of its own; others of the same entry stay.
type UnmatchReceipt struct {
	idempotency.Command

	Pool    string `json:"pool"`
	Order   string `json:"order"`
	Account string `json:"account"`
	Key     string `json:"key"`
	Number  int    `json:"number"` // of the allocation
}

// UnmatchReceipt refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.order_not_found,
// ledger.date_out_of_range, coinsurance.entry_not_found, coinsurance.match_not_found,
// coinsurance.opposite_order_paid (of an order that is unwound), coinsurance.order_done (its opposite order is void),
// coinsurance.match_exceeds_order.
func (s *Service) UnmatchReceipt(ctx context.Context, cmd UnmatchReceipt) (*Match, error) {
	return change(ctx, s, cmd, loadUnmatch, decideUnmatch, bookUnmatch)
}

func (cmd UnmatchReceipt) home() string { return cmd.Pool }

func (cmd UnmatchReceipt) admit() error { return mayKeepPayments(cmd.By) }

func loadUnmatch(ctx context.Context, tx *pg.Tx, cmd UnmatchReceipt) (*receipt, error) {
	known, err := receiptOf(ctx, tx, cmd.Pool, cmd.Order, entryKey{cmd.Account, cmd.Key})
	if err == nil {
		known.undo = true
	}
	return known, err
}

func decideUnmatch(known *receipt, cmd UnmatchReceipt, now time.Time) (decided decision[*Match], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	if known.entry == nil {
		return decided, noEntry(cmd.Account, cmd.Key)
	}
	var undone *Match
	for i := range known.ofEntry {
		m := &known.ofEntry[i]
		if m.Number == cmd.Number && m.Order == cmd.Order && m.OrderPool == cmd.Pool && m.Undoes == 0 {
			undone = m
		}
	}
	for i := range known.ofEntry {
		if known.ofEntry[i].Undoes == cmd.Number {
			undone = nil
		}
	}
	if undone == nil {
		return decided, ErrMatchNotFound.Case(fault.Args{"number": cmd.Number, "account": cmd.Account, "key": cmd.Key})
	}
	match := *undone
	match.Number, match.Amount, match.How, match.Undoes = len(known.ofEntry)+1, undone.Amount.Neg(), ByUndo, undone.Number
	match.MatchedBy, match.Matched = cmd.By.Subject, clock.Later(now, clock.Later(known.target.Recorded, undone.Matched))
	if err := known.fits(&match); err != nil {
		return decided, err
	}
	return known.matched(EventReceiptUnmatched, &match, cmd.By)
}

// fits refuses what would leave more of the order allocated than it comes to, or more of an attempt come back than was
// paid: what was allocated later is undone first.
func (r *receipt) fits(match *Match) error {
	after := append(r.ofOrder[:len(r.ofOrder):len(r.ofOrder)], *match)
	amount, most := paidBy(after), r.target.Amount
	if s := attemptsIn(after)[match.Attempt]; s.back().Cmp(s.paid()) > 0 {
		amount, most = s.back(), s.paid()
	}
	if amount.Cmp(most) > 0 {
		return ErrMatchExceedsOrder.Case(fault.Args{"amount": amount, "order": r.target.ID, "left": most})
	}
	return nil
}

func bookUnmatch(ctx context.Context, tx *pg.Tx, known *receipt, cmd UnmatchReceipt, match *Match) error {
	return known.post(ctx, tx, cmd.Command, match)
}
