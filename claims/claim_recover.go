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

// RecoverClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.recovery_negative.
func (s *Service) RecoverClaim(ctx context.Context, cmd RecoverClaim) (*Claim, error) {
	var check fault.Check
	check.Require(!cmd.Recovery.IsZero() || !cmd.Salvage.IsZero(), "recovery",
		"an amount of recovery or salvage is needed")
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "recover_claim", EventClaimRecovered, cmd, func(_ *held, after *Claim) (any, error) {
		if err := after.stay(); err != nil {
			return nil, err
		}
		after.Recovery, after.Salvage = after.Recovery.Add(cmd.Recovery), after.Salvage.Add(cmd.Salvage)
		if after.Recovery.IsNegative() || after.Salvage.IsNegative() {
			return nil, ErrRecoveryNegative.With("%s of recovery and %s of salvage would be left", after.Recovery, after.Salvage)
		}
		return recoveredDetail{Recovery: cmd.Recovery, Salvage: cmd.Salvage}, nil
	})
}
