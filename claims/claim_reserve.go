package claims

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// ReserveClaim gives the gross estimate 未决估损, what is paid included. It replaces the former one.
type ReserveClaim struct {
	Command

	Indemnity *money.Amount `json:"indemnity,omitempty"` // nil leaves it as it was
	Expense   *money.Amount `json:"expense,omitempty"`
	Injury    *money.Amount `json:"injury,omitempty"` // of the indemnity, for bodily injury
}

// ReserveClaim refuses: claims.claim_invalid (shape; no figure at all), claims.claim_not_found,
// ledger.date_out_of_range, access.forbidden, claims.claim_changed, claims.claim_closed. The estimate may call for the
// notice of a large loss and make the claim a major one.
func (s *Service) ReserveClaim(ctx context.Context, cmd ReserveClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd ReserveClaim) check() error {
	if err := checkFigures(cmd.Injury != nil, cmd.Indemnity, cmd.Expense); err != nil {
		return err
	}
	if cmd.Injury != nil && cmd.Injury.IsNegative() {
		return ErrClaimInvalid.At("injury", "the amount may not be negative")
	}
	return nil
}

func (cmd ReserveClaim) load(reads *pg.Reads, l *lockedClaim) {
	if cmd.Indemnity != nil {
		l.occurrenceIn(reads, l.before.Occurrence)
	}
}

func (cmd ReserveClaim) decide(o *Outcome) error {
	after := &o.after
	set(&after.EstimateIndemnity, cmd.Indemnity)
	set(&after.EstimateExpense, cmd.Expense)
	set(&after.Injury, cmd.Injury)
	if after.Injury.Cmp(after.EstimateIndemnity) > 0 {
		return ErrClaimInvalid.At("injury", "more than the indemnity, {indemnity}",
			fault.Args{"indemnity": after.EstimateIndemnity})
	}
	o.pass = authority.ReserveClaim.Pass()
	o.say(EventClaimReserved, nil)
	return after.stay()
}
