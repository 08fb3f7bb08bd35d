package insurance

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/ledger"
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
// insurance.refund_exceeds_received.
func (s *Service) ReversePremium(ctx context.Context, cmd ReversePremium) (*Policy, error) {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, textMax)
	if err := check.Refuse(ErrPolicyInvalid); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "reverse_premium", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion})
			if err != nil {
				return nil, err
			}
			moved, day, err := cashEvent(ctx, tx, h.policy, cmd.Event)
			if err != nil {
				return nil, err
			}
			if err := ledger.CheckNotReversed(ctx, tx, h.policy.Pool, cmd.Event); err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			after.Received = after.Received.Sub(moved)
			if after.Received.IsNegative() {
				return nil, ErrRefundExceedsReceived.With("%s is left", h.policy.Received)
			}
			effective := h.today
			if cmd.Original {
				effective = day
			}
			return &after, book(ctx, tx, &policyEvent{
				kind: EventPremiumReversed, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.bound(), effective: h.policy.Dated(effective), period: h.period, rule: postCash, reverses: &cmd.Event,
				data: cashDetail{
					Amount: moved.Neg(), Collector: after.Collector, Reverses: cmd.Event.String(), Reason: cmd.Reason,
				},
			})
		})
}

// cashEvent reads what a receipt or refund of the policy moved, and its effective day.
func cashEvent(ctx context.Context, tx *pg.Tx, policy *Policy, id uuid.UUID) (money.Amount, calendar.Date, error) {
	var common []byte
	var day calendar.Date
	err := pg.Row(ctx, tx, `SELECT common, effective FROM event
		WHERE pool = $1 AND id = $2 AND subject = $3 AND type IN ($4, $5)`,
		[]any{policy.Pool, id, policy.Subject(), EventPremiumReceived, EventPremiumRefunded}, &common, &day)
	if pg.NoRows(err) {
		return money.Amount{}, day, ErrCashNotFound.With("%s of %s", id, policy.Number)
	}
	if err != nil {
		return money.Amount{}, day, err
	}
	var read struct {
		Data struct {
			Detail cashDetail `json:"detail"`
		} `json:"data"`
	}
	if err := json.Unmarshal(common, &read); err != nil {
		return money.Amount{}, day, err
	}
	return read.Data.Detail.Amount, day, nil
}
