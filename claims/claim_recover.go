package claims

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// RecoverClaim records cash taken in from third parties 追偿 or for salvage 残值; a negative amount is given back.
type RecoverClaim struct {
	Command

	Recovery money.Amount `json:"recovery"`
	Salvage  money.Amount `json:"salvage"`
}

// RecoverClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.amount_not_positive (neither recovery nor salvage), claims.recovery_negative,
// claims.recovery_exceeds_paid.
func (s *Service) RecoverClaim(ctx context.Context, cmd RecoverClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd RecoverClaim) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	if cmd.Recovery.IsZero() && cmd.Salvage.IsZero() {
		return ErrAmountNotPositive.At("recovery", "an amount of recovery or salvage is needed")
	}
	after.Recovery, after.Salvage = after.Recovery.Add(cmd.Recovery), after.Salvage.Add(cmd.Salvage)
	if after.Recovery.IsNegative() || after.Salvage.IsNegative() {
		return ErrRecoveryNegative.Case(fault.Args{"recovery": after.Recovery, "salvage": after.Salvage})
	}
	o.say(EventClaimRecovered, recoveredDetail{Recovery: cmd.Recovery, Salvage: cmd.Salvage})
	return nil
}
