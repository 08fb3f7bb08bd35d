package claims

import (
	"context"

	"gongbao/internal/money"
)

// AssessClaim gives the assessed loss 定损, at 100 %.
type AssessClaim struct {
	Command

	Loss money.Amount `json:"loss"`
}

// AssessClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, access.forbidden, claims.claim_changed,
// claims.claim_closed.
func (s *Service) AssessClaim(ctx context.Context, cmd AssessClaim) (*Claim, error) {
	if err := notNegative(&cmd.Loss, nil); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "assess_claim", EventClaimAssessed, cmd, func(_ *held, after *Claim) (any, error) {
		after.Loss = &cmd.Loss
		return nil, after.move(Assessed)
	})
}
