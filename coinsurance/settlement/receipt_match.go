package settlement

import (
	"cmp"
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// MatchReceipt allocates an entry of an account, or a part of it, to a payment order.
type MatchReceipt struct {
	idempotency.Command

	Pool    string        `json:"pool"`
	Order   string        `json:"order"`
	Account string        `json:"account"`
	Key     string        `json:"key"`
	Amount  *money.Amount `json:"amount,omitempty"` // as much as fits when left out

	attempt int    // that the bank names; 0 for the present one
	how     string // "" by a person
}

// MatchReceipt refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.order_not_found,
// ledger.date_out_of_range, coinsurance.entry_not_found, coinsurance.order_done (its run was unwound and nothing of it
// was paid), coinsurance.entry_elsewhere, coinsurance.match_exceeds_entry, coinsurance.match_exceeds_order,
// coinsurance.opposite_order_paid.
func (s *Service) MatchReceipt(ctx context.Context, cmd MatchReceipt) (*Match, error) {
	return s.alone(ctx, cmd.Pool, func(ctx context.Context) (*Match, error) {
		return change(ctx, s, cmd, loadReceipt, decideMatch, bookReceipt)
	})
}

func (cmd MatchReceipt) home() string { return cmd.Pool }

func (cmd MatchReceipt) admit() error {
	if cmd.how != "" && cmd.By.Kind == access.Member { // its own bank's file, which was let in by its account
		return nil
	}
	return mayKeepPayments(cmd.By)
}

// receipt is what an allocation needs to know.
type receipt struct {
	*onSettlement

	target  *PaymentOrder
	entry   *BankEntry
	ofEntry []Match
	ofOrder []Match
	tried   []Attempt
	payees  zone.Payees
	away    money.Amount // of the entry, that is allocated in other databases

	paid money.Amount // what the decision makes of the order's payment; below zero for what it takes back
	undo bool
}

func loadReceipt(ctx context.Context, tx *pg.Tx, cmd MatchReceipt) (*receipt, error) {
	entry := entryKey{cmd.Account, cmd.Key}
	known, err := receiptOf(ctx, tx, cmd.Pool, cmd.Order, entry)
	if err == nil {
		known.away, err = awayOf(ctx, tx, entry)
	}
	return known, err
}

func receiptOf(ctx context.Context, tx *pg.Tx, pool, order string, entry entryKey) (*receipt, error) {
	known := new(receipt)
	var err error
	if known.onSettlement, err = loadOrder(ctx, tx, pool, order); err != nil {
		return nil, err
	}
	known.target = known.onSettlement.order(order)
	var reads pg.Reads
	pg.FindIn(&reads, entryByKey.With(entry), &known.entry)
	pg.ListIn(&reads, matchesOfEntry.With(entry), &known.ofEntry)
	pg.ListIn(&reads, matchesOfOrder.With(orderKey{pool, order}), &known.ofOrder)
	pg.ListIn(&reads, attemptsOfOrder.With(orderKey{pool, order}), &known.tried)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	known.payees, err = zone.HoldPayees(ctx, tx, []string{known.target.Payer, known.target.Payee})
	return known, err
}

// left is what of the entry is not allocated.
func (r *receipt) left() money.Amount {
	left := r.entry.Amount.Sub(r.away)
	for i := range r.ofEntry {
		left = left.Sub(r.ofEntry[i].Amount)
	}
	return left
}

func decideMatch(known *receipt, cmd MatchReceipt, now time.Time) (decided decision[*Match], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	if known.entry == nil {
		return decided, noEntry(cmd.Account, cmd.Key)
	}
	order, entry := known.target, known.entry
	if !entry.Returned && order.Executed.IsZero() && known.run.unwinds() && !known.run.pays(order) {
		return decided, ErrOrderDone.Case(fault.Args{"order": order.ID, "order_state": order.State})
	}
	owner := order.Payer
	if entry.payees() {
		owner = order.Payee
	}
	if !known.payees.Own(owner, entry.Account) {
		return decided, ErrEntryElsewhere.Case(fault.Args{"account": entry.Account, "member": owner})
	}
	match := &Match{
		Pool: pg.Zone, Account: entry.Account, Key: entry.Key, Number: len(known.ofEntry) + 1, OrderPool: cmd.Pool,
		Order: order.ID, Attempt: known.attempt(cmd.attempt), Credit: entry.payees(), Returned: entry.Returned,
		How: cmd.how, MatchedBy: cmd.By.Subject, Matched: clock.Later(now, order.Recorded),
	}
	if match.How == "" {
		match.How = ByPerson
	}
	left, fits := known.left(), room(order, known.ofOrder, match.Attempt, match.Credit, match.Returned)
	if match.Amount = money.Min(left, fits); cmd.Amount != nil {
		match.Amount = *cmd.Amount
	}
	if left.Sign() <= 0 || cmd.Amount != nil && (cmd.Amount.Sign() <= 0 || cmd.Amount.Cmp(left) > 0) {
		return decided, ErrMatchExceedsEntry.Case(fault.Args{"amount": match.Amount, "left": left})
	}
	if match.Amount.Sign() <= 0 || match.Amount.Cmp(fits) > 0 {
		return decided, ErrMatchExceedsOrder.Case(fault.Args{"amount": match.Amount, "order": order.ID, "left": fits})
	}
	return known.matched(EventReceiptMatched, match, cmd.By)
}

// attempt is the one that the bank names; else of a return the last that was paid, else the present one.
func (r *receipt) attempt(named int) int {
	switch {
	case named > 0:
		return named
	case !r.entry.Returned:
		return r.target.Attempt
	}
	last := r.target.Attempt
	attempts := attemptsIn(r.ofOrder)
	for number, s := range attempts {
		if s.paid().Cmp(s.back()) > 0 && (attempts[last] == nil || number > last) {
			last = number
		}
	}
	return last
}

func noEntry(account, key string) error {
	return ErrEntryNotFound.Case(fault.Args{"account": account, "key": key})
}

// matched writes a match down, tells of it, and says what it changes of what was paid.
func (r *receipt) matched(kind string, match *Match, by access.Principal) (decided decision[*Match], err error) {
	before := paidBy(r.ofOrder)
	r.paid = paidBy(append(r.ofOrder[:len(r.ofOrder):len(r.ofOrder)], *match)).Sub(before)
	switch {
	case r.paid.IsNegative():
		err = r.mayComeBack(r.target, money.Max(r.target.Executed.Add(r.paid), r.target.Executed.Like(0)))
	case r.target.State == OrderVoid && !r.undo:
		r.paid = r.paid.Like(0) // an entry that is allocated to a void order says again that a part of it was paid
	case r.target.State == OrderVoid && r.target.opposite() && r.paid.Sign() > 0:
		err = ErrOrderDone.Case(fault.Args{"order": r.target.ID, "order_state": r.target.State})
	}
	if err != nil {
		return decided, err
	}
	order := r.target.next(match.Matched)
	*r.target = *order
	r.run.Recorded = clock.Later(match.Matched, clock.Later(order.Recorded, r.run.Recorded))
	announced := orderFact(kind, order, by)
	announced.Data = ReceiptMatched{orderData(order), *match}
	return decision[*Match]{
		answer: match, facts: []fact.Fact{announced},
		write: func(tx *pg.Tx) { pg.Update(tx, order, orderMovement) },
	}, nil
}

func bookReceipt(ctx context.Context, tx *pg.Tx, known *receipt, cmd MatchReceipt, match *Match) error {
	return known.post(ctx, tx, cmd.Command, match)
}

// post keeps the match and posts what it changes of what was paid: not twice where the other bank has said it before,
// and not where a person has completed the run already.
func (r *receipt) post(ctx context.Context, tx *pg.Tx, cmd idempotency.Command, match *Match) error {
	made, err := pg.InsertNew(ctx, tx, match)
	if err != nil {
		return err
	}
	if !made {
		return pg.ErrAgain // somebody allocated another part of the entry at the same moment
	}
	act := authority.MatchReceipt
	if r.undo {
		act = authority.UnmatchReceipt
	}
	day := cmp.Or(cmd.Effective, r.day(match))
	clearing, err := newClearing(ctx, tx, r.onSettlement, r.run, cmd.By, day, act.Pass())
	if err != nil {
		return err
	}
	if r.undo {
		clearing.undone = r.stood()
	}
	if r.paid.IsNegative() {
		if back := money.Min(r.paid.Neg(), r.target.Executed); back.Sign() > 0 {
			return clearing.takeBack(ctx, tx, r.onSettlement, r.target, back)
		}
		return nil
	}
	if more := money.Min(r.paid, r.target.left()); more.Sign() > 0 {
		return clearing.execute(ctx, tx, r.onSettlement, r.target, more)
	}
	return nil
}

// day is when the money moved by the bank's word: not after today, and not before the order was there. Whoever knows it
// better says so.
func (r *receipt) day(match *Match) calendar.Date {
	day := calendar.Later(r.entry.Day, calendar.DateOf(*r.run.Approved))
	if today := calendar.DateOf(match.Matched); day.After(today) {
		return today
	}
	return day
}

// stood is where the order stands once a payment was taken back that never was.
func (r *receipt) stood() OrderState {
	if r.target.Executed.Cmp(r.paid.Neg()) > 0 {
		return OrderPartPaid
	}
	for i := range r.tried {
		switch a := &r.tried[i]; {
		case a.Attempt != r.target.Attempt:
		case a.State == AttemptReleased:
			return OrderFiled
		case a.State == AttemptAccepted:
			return OrderAccepted
		}
	}
	return OrderOpen
}
