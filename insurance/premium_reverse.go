package insurance

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// ReversePremium takes back a receipt or a refund that was recorded by mistake 红冲. The totals to date are what they
// would be without it; the difference is posted.
type ReversePremium struct {
	idempotency.Command

	Policy   string    `json:"policy"`
	Event    uuid.UUID `json:"event"` // of the receipt or refund
	Reason   string    `json:"reason"`
	Original bool      `json:"original"` // date it at the original effective day, not today
}

// ReversePremium refuses, in this order: insurance.policy_invalid (shape), insurance.policy_not_found,
// access.forbidden, insurance.policy_changed, insurance.cash_not_found, ledger.already_reversed,
// insurance.refund_exceeds_received, and what the gate on money refuses.
func (s *Service) ReversePremium(ctx context.Context, cmd ReversePremium) (*Policy, error) {
	return change(ctx, s, cmd, useCase[ReversePremium, cashMoved]{
		check: ReversePremium.check, load: loadCash, decide: reversePremium,
	})
}

func (cmd ReversePremium) policy() string { return cmd.Policy }

func (cmd ReversePremium) check() error {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, textMax)
	return check.Refuse(ErrPolicyInvalid)
}

// reversePremium takes back what the receipt or refund moved.
func reversePremium(p *lockedPolicy, cmd ReversePremium, cash cashMoved) (Decision, error) {
	if cash.missing {
		return Decision{}, ErrCashNotFound.Case(fault.Args{"event": cmd.Event, "policy": p.Policy.Number})
	}
	if cash.reversed != nil {
		return Decision{}, cash.reversed
	}
	after := p.next()
	after.Received = after.Received.Sub(cash.amount)
	if after.Received.IsNegative() {
		return Decision{}, ErrRefundExceedsReceived.Case(fault.Args{"left": p.Policy.Received})
	}
	pass, err := p.pass(authority.ReversePremium, cmd.By, cash.before.amount.Add(cash.amount.Abs()), cash.before.gate)
	if err != nil {
		return Decision{}, err
	}
	effective := p.today
	if cmd.Original {
		effective = cash.effective
	}
	return Decision{
		Event: EventPremiumReversed, After: after, Effective: p.Policy.Dated(effective), Rule: postCash,
		Reverses: &cmd.Event, Pass: pass,
		Detail: cashDetail{
			Amount: cash.amount.Neg(), Collector: after.Collector, Reverses: cmd.Event.String(), Reason: cmd.Reason,
		},
	}, nil
}

// cashMoved is what a receipt or a refund moved.
type cashMoved struct {
	missing   bool // the policy has none of that id
	amount    money.Amount
	effective calendar.Date
	reversed  error // the refusal when it was taken back before
	before    takenBack
}

func loadCash(ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd ReversePremium) (cash cashMoved, err error) {
	var common []byte
	err = cashEvent.With(cashKey{
		p.Policy.Pool, cmd.Event, p.Policy.Subject(), EventPremiumReceived, EventPremiumRefunded,
	}).Row(ctx, tx, &common, &cash.effective)
	if pg.NoRows(err) {
		return cashMoved{missing: true}, nil
	}
	if err != nil {
		return cash, err
	}
	if cash.amount, err = cashAnnounced(common); err != nil {
		return cash, err
	}
	if cash.before, err = loadTakenBack(ctx, tx, p, cmd); err != nil {
		return cash, err
	}
	cash.reversed = ledger.CheckNotReversed(ctx, tx, p.Policy.Pool, cmd.Event)
	if cash.reversed != nil && !errors.Is(cash.reversed, ledger.ErrAlreadyReversed) {
		return cash, cash.reversed
	}
	return cash, nil
}

// cashKey is a receipt or a refund of a policy by its event.
type cashKey struct {
	Pool               string
	ID                 uuid.UUID
	Subject            string
	Received, Refunded string
}

var cashEvent = pg.SQL[cashKey](files, "CashEvent")

// cashAnnounced is what a receipt, a refund or a reversal moved, as its event says.
func cashAnnounced(common []byte) (money.Amount, error) {
	var read struct {
		Data struct {
			Detail cashDetail `json:"detail"`
		} `json:"data"`
	}
	err := json.Unmarshal(common, &read)
	return read.Data.Detail.Amount, err
}

// takenBack is what refunds and reversals of premium cash came to before, each without its sign: a receipt that is
// reversed leaves the collector as a refund does.
type takenBack struct {
	amount money.Amount
	gate   gated
}

// takenBackKey asks for the refunds and the reversals of a policy.
type takenBackKey struct{ Pool, Subject, Refunded, Reversed string }

var cashTakenBack = pg.SQL[takenBackKey](files, "CashTakenBack")

func loadTakenBack[C command](ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd C) (known takenBack, err error) {
	var reads pg.Reads
	var events [][]byte
	cashTakenBack.With(takenBackKey{
		p.Policy.Pool, p.Policy.Subject(), EventPremiumRefunded, EventPremiumReversed,
	}).In(&reads, &events)
	p.gateIn(&reads, cmd.Said().By, &known.gate)
	if err := reads.Run(ctx, tx); err != nil {
		return known, err
	}
	for _, common := range events {
		amount, err := cashAnnounced(common)
		if err != nil {
			return known, err
		}
		known.amount = known.amount.Add(amount.Abs())
	}
	return known, nil
}
