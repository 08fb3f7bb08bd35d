package insurance

import (
	"context"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/product"
)

// RenewPolicy quotes the next term of a policy on the same cover 续保. It is a quotation like any other, and names the
// policy it renews.
type RenewPolicy struct {
	idempotency.Command

	Policy  string        `json:"policy"`
	Number  string        `json:"number"` // of the new policy; made up when empty
	Ends    calendar.Date `json:"end"`
	Premium money.Amount  `json:"premium"` // net of VAT
}

// RenewPolicy refuses: insurance.policy_invalid (shape of the number), insurance.policy_not_found, access.forbidden,
// insurance.policy_not_in_force (never issued, or cancelled), and whatever QuotePolicy refuses. The new term starts on
// the day after the old one ends.
func (s *Service) RenewPolicy(ctx context.Context, cmd RenewPolicy) (*Policy, error) {
	if cmd.Number != "" {
		var check fault.Check
		CheckNumber(&check, "number", PoolOf(cmd.Policy), cmd.Number)
		if err := check.Refuse(ErrPolicyInvalid); err != nil {
			return nil, err
		}
	}
	db := s.db.Of(PoolOf(cmd.Policy))
	old, err := FindPolicy(ctx, db, cmd.Policy)
	if err != nil {
		return nil, err
	}
	agreement, err := agreementOf(ctx, db, old)
	if err != nil {
		return nil, err
	}
	if err := mayUnderwrite(cmd.By, agreement); err != nil {
		return nil, err
	}
	if old.Status != InForce && old.Status != Issued {
		return nil, ErrPolicyNotInForce.Case(fault.Args{"policy": old.Number, "policy_state": old.Status})
	}
	next := old.Contract
	next.Starts, next.Ends, next.Premium, next.Renews = old.Ends.AddDays(1), cmd.Ends, cmd.Premium, old.Number
	next.Instalments = nil // they were of the old premium
	return s.QuotePolicy(ctx, QuotePolicy{
		Command: cmd.Command, Pool: old.Pool, Number: cmd.Number, Contract: next, Sections: product.TermsOf(old.Sections),
	})
}
