package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ReleaseFile lets a payment file go to a bank, by another person than who made it.
type ReleaseFile struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
}

// ReleaseFile refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.file_not_found,
// coinsurance.file_decided, access.maker_is_checker, coinsurance.file_outdated (an order, bank details, a mandate or
// the day are no longer what they were when it was made).
func (s *Service) ReleaseFile(ctx context.Context, cmd ReleaseFile) (*PaymentFile, error) {
	return change(ctx, s, cmd, loadRelease, decideRelease, nil)
}

func (cmd ReleaseFile) home() string { return cmd.Pool }

func (cmd ReleaseFile) admit() error { return mayKeepPayments(cmd.By) }

func loadRelease(ctx context.Context, tx *pg.Tx, cmd ReleaseFile) (*payable, error) {
	return loadPayments(ctx, tx, cmd.Pool, nil, cmd.Number)
}

var (
	fileRelease    = pg.ColumnsOf[PaymentFile]("state", "released_by", "released")
	attemptState   = pg.ColumnsOf[Attempt]("state", "reason")
	orderMovement  = pg.ColumnsOf[PaymentOrder]("state", "attempt", "version", "recorded")
	orderOfAttempt = pg.ColumnsOf[PaymentOrder]("attempt")
)

func decideRelease(known *payable, cmd ReleaseFile, now time.Time) (decided decision[*PaymentFile], err error) {
	if err := known.undecided(cmd.Pool, cmd.Number); err != nil {
		return decided, err
	}
	file := *known.file
	made, step := fault.Say("made the payment file"), fault.Say("releasing it")
	if err := cmd.By.RequireSecond(made, step, file.MadeBy); err != nil {
		return decided, err
	}
	if err := known.outdated(calendar.DateOf(now)); err != nil {
		return decided, err
	}
	released := clock.Later(now, file.Made)
	file.State, file.ReleasedBy, file.Released = FileReleased, cmd.By.Subject, &released
	decided.answer = &file
	decided.facts = facts(fileFact(EventFileReleased, 2, released, &file, cmd.By))
	attempts, orders := known.moved(AttemptReleased), []*PaymentOrder{}
	for i := range attempts {
		order := known.order(attempts[i].Order).next(released)
		order.State = OrderFiled
		orders = append(orders, order)
		decided.facts = append(decided.facts, attemptFact(EventOrderFiled, order, &attempts[i], cmd.By))
	}
	decided.write = func(tx *pg.Tx) {
		pg.Update(tx, &file, fileRelease)
		for i := range attempts {
			pg.Update(tx, &attempts[i], attemptState)
			pg.Update(tx, orders[i], orderMovement)
		}
	}
	return decided, nil
}

// undecided refuses a file that is not there, or that is released or void.
func (p *payable) undecided(pool string, number int) error {
	if p.file == nil {
		return noFile(pool, number)
	}
	if p.file.State != FileMade {
		return ErrFileDecided.Case(fault.Args{"number": number, "file_state": p.file.State})
	}
	return nil
}

// order is one that can be paid, or nil.
func (p *payable) order(id string) *PaymentOrder {
	for i := range p.orders {
		if p.orders[i].ID == id {
			return &p.orders[i]
		}
	}
	return nil
}

// outdated refuses a file of which something is no longer as it was when the file was made.
func (p *payable) outdated(today calendar.Date) error {
	old := func(what string) error {
		return ErrFileOutdated.Case(fault.Args{"number": p.file.Number, "what": what})
	}
	if p.file.Day.Before(today) {
		return old(p.file.Day.String())
	}
	for _, a := range p.attempts {
		order := p.order(a.Order)
		if order == nil || order.Attempt != a.Attempt || order.left() != a.Amount || order.State == OrderVoid {
			return old(a.Order)
		}
		payer, err := p.payees.To(a.Payer, today)
		if err != nil || payer.Number != a.PayerEntry {
			return old(a.Payer)
		}
		payee, err := p.payees.To(a.Payee, today)
		if err != nil || payee.Number != a.PayeeEntry {
			return old(a.Payee)
		}
		if p.file.Payer == "" && p.mandates.Require(a.Payer, today) != nil {
			return old(a.Payer)
		}
	}
	return nil
}

// moved are the attempts of the file in another state.
func (p *payable) moved(state AttemptState) []Attempt {
	attempts := append([]Attempt{}, p.attempts...)
	for i := range attempts {
		attempts[i].State = state
	}
	return attempts
}

// attemptFact announces what happened to an attempt, to payer and payee.
func attemptFact(kind string, order *PaymentOrder, attempt *Attempt, by access.Principal) fact.Fact {
	announced := orderFact(kind, order, by)
	announced.Data = OrderAttempted{
		OrderData: orderData(order), EndToEnd: endToEnd(attempt.Order, attempt.Attempt), Reason: attempt.Reason,
	}
	return announced
}
