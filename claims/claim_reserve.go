package claims

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// ReserveClaim gives the gross estimate 未决估损, what is paid included. It replaces the former one.
type ReserveClaim struct {
	Command

	Indemnity *money.Amount `json:"indemnity,omitempty"` // nil leaves it as it was
	Expense   *money.Amount `json:"expense,omitempty"`
	Injury    *money.Amount `json:"injury,omitempty"` // of the indemnity, for bodily injury
}

// ReserveClaim refuses: claims.claim_invalid (shape; no figure at all), claims.claim_not_found,
// ledger.date_out_of_range, access.forbidden, claims.claim_changed, claims.claim_closed. The estimate may set off the
// notice of a large loss and make the claim a major one.
func (s *Service) ReserveClaim(ctx context.Context, cmd ReserveClaim) (*Claim, error) {
	if err := checkFigures(cmd.Injury != nil, cmd.Indemnity, cmd.Expense); err != nil {
		return nil, err
	}
	if cmd.Injury != nil && cmd.Injury.IsNegative() {
		return nil, ErrClaimInvalid.At("injury", "the amount may not be negative")
	}
	return s.act(ctx, cmd.Command, "reserve_claim", EventClaimReserved, cmd, func(_ *held, after *Claim) (any, error) {
		set(&after.EstimateIndemnity, cmd.Indemnity)
		set(&after.EstimateExpense, cmd.Expense)
		set(&after.Injury, cmd.Injury)
		if after.Injury.Cmp(after.EstimateIndemnity) > 0 {
			return nil, ErrClaimInvalid.At("injury", "more than the indemnity, %s", after.EstimateIndemnity)
		}
		return nil, after.stay()
	})
}

func set(figure *money.Amount, value *money.Amount) {
	if value != nil {
		*figure = *value
	}
}

// checkFigures holds the shape of a command with an indemnity and an expense: one of them is there, unless the command
// says something else, and none is negative.
func checkFigures(other bool, indemnity, expense *money.Amount) error {
	var check fault.Check
	check.Require(other || indemnity != nil || expense != nil, "indemnity", "an amount of indemnity or expense is needed")
	check.Require(indemnity == nil || !indemnity.IsNegative(), "indemnity", "the amount may not be negative")
	check.Require(expense == nil || !expense.IsNegative(), "expense", "the amount may not be negative")
	return check.Refuse(ErrClaimInvalid)
}
