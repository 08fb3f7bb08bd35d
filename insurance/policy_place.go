package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// DecideRisk is a follower's word on a risk above the leader's authority: it takes or refuses it.
type DecideRisk struct {
	idempotency.Command

	Policy string `json:"policy"`
	Member string `json:"member"`
	Accept bool   `json:"accept"`
}

// DecideRisk refuses, in this order: access.forbidden, insurance.policy_not_found, ledger.date_out_of_range,
// insurance.policy_not_quoted, coinsurance.no_agreement_in_force, coinsurance.not_a_follower (the leader, and whoever
// is not in the table).
func (s *Service) DecideRisk(ctx context.Context, cmd DecideRisk) (*Policy, error) {
	if err := cmd.By.RequireMember(access.Underwriter, cmd.Member); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "decide_risk", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			policy, err := lockPolicy(ctx, tx, cmd.Policy)
			if err != nil {
				return nil, err
			}
			now := s.clock.Now()
			effective, err := writtenDay(ctx, tx, policy.Pool, cmd.Effective, now)
			if err != nil {
				return nil, err
			}
			if policy.Signed() {
				return nil, ErrPolicyNotQuoted
			}
			agreement, err := agreementOf(ctx, tx, policy)
			if err != nil {
				return nil, err
			}
			if !agreement.Includes(cmd.Member) {
				return nil, coinsurance.ErrNotAFollower.With("%s", cmd.Member)
			}
			after := next(policy, now)
			kind, decision := coinsurance.EventRiskDeclined, coinsurance.DecisionDeclined
			if cmd.Accept {
				kind, decision = coinsurance.EventRiskAccepted, coinsurance.DecisionAccepted
			}
			err = coinsurance.RecordDecision(tx, agreement, policy.Number, cmd.Member, decision, after.Recorded, cmd.By)
			if err != nil {
				return nil, err
			}
			updatePolicy(tx, &after)
			return &after, outbox.Append(ctx, tx, fact.Fact{
				ID: fact.NewID(after.Recorded), Pool: policy.Pool, Type: kind,
				Subject: policy.Subject(), SubjectVersion: after.Version,
				Effective: effective, Recorded: after.Recorded, By: cmd.By,
				Audience: fact.Overseers,
				Data: coinsurance.RiskDecided{
					Policy:     policy.Number,
					Member:     cmd.Member,
					SumInsured: policy.SumInsured,
					Authority:  agreement.AuthorityText(),
				},
			})
		})
}
