package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// ApproveIssue is a second person's word that a quotation may be issued although its limit of liability is above what
// whoever issues it decides alone 双人复核. The approver is an underwriter of the issuer whose own limit suffices, and is
// neither who quoted the policy nor, as IssuePolicy sees to, who issues it.
type ApproveIssue struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// Approval is a second person's word for issuing a policy.
type Approval struct {
	Approver   string       `bun:"approver"    json:"approver"`
	Role       access.Role  `bun:"role"        json:"role"`
	Version    int64        `bun:"version"     json:"version"` // the policy's when it was approved
	SumInsured money.Amount `bun:"sum_insured" json:"limit"`   // of liability, up to which it is approved
	Recorded   time.Time    `bun:"recorded"    json:"recorded"`
}

// ApproveIssue refuses, in this order: insurance.policy_not_found, access.forbidden, insurance.policy_changed,
// insurance.policy_not_quoted, coinsurance.no_agreement_in_force, access.forbidden (to the leader's underwriter where
// another member issues), access.maker_is_checker, access.authority_exceeded.
func (s *Service) ApproveIssue(ctx context.Context, cmd ApproveIssue) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "approve_issue", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion})
			if err != nil {
				return nil, err
			}
			if err := mayApprove(ctx, tx, &h, cmd.By); err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			role := cmd.By.Acting(access.Underwriter)
			tx.Queue(`INSERT INTO issue_approval (pool, policy, version, approver, role, sum_insured, recorded)
				VALUES ($1, $2, $3, $4, $5, $6, $7)`, after.Pool, after.Number, after.Version, cmd.By.Subject,
				string(role), after.SumInsured.Fen(), after.Recorded)
			return &after, book(ctx, tx, &policyEvent{
				kind: EventIssueApproved, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				effective: calendar.DateOf(after.Recorded), period: h.period,
				data: approvedDetail{Role: role, Limit: after.SumInsured},
			})
		})
}

func mayApprove(ctx context.Context, tx *pg.Tx, h *held, by access.Principal) error {
	policy := h.policy
	if policy.Signed() {
		return ErrPolicyNotQuoted.With("%s is %s", policy.Number, policy.StateOn(h.today))
	}
	if h.agreement == nil {
		return coinsurance.ErrNoAgreementInForce.With("pool %s on %s", policy.Pool, policy.Starts)
	}
	if err := by.RequireMember(access.Underwriter, h.agreement.Issuer); err != nil {
		return err
	}
	if err := by.RequireOther(policy.QuotedBy); err != nil {
		return err
	}
	return zone.CheckAuthority(ctx, tx, by, access.Underwriter, policy.Line, h.today, policy.SumInsured)
}

// checkApproved refuses to let a person issue more than it decides alone, unless another has approved it.
func checkApproved(ctx context.Context, tx *pg.Tx, h *held, by access.Principal, limit *money.Amount) error {
	policy := h.policy
	if within(limit, policy.SumInsured) {
		return nil
	}
	approvals, err := approvalsOf(ctx, tx, policy)
	if err != nil {
		return err
	}
	for _, approval := range approvals {
		if approval.Approver != by.Subject && approval.SumInsured.Cmp(policy.SumInsured) >= 0 {
			return nil
		}
	}
	return needsApproval(by, policy, *limit)
}

func within(limit *money.Amount, sumInsured money.Amount) bool {
	return limit == nil || sumInsured.Cmp(*limit) <= 0
}

func needsApproval(by access.Principal, policy *Policy, limit money.Amount) error {
	return ErrApprovalNeeded.With("%s decides up to %s on line %s, the policy's limit is %s: another underwriter of the "+
		"issuer whose own limit suffices must approve the issue", by.Subject, limit, policy.Line, policy.SumInsured)
}

// approvalsOf lists the approvals of a policy, oldest first.
func approvalsOf(ctx context.Context, handle bun.IDB, policy *Policy) ([]Approval, error) {
	approvals := []Approval{}
	err := handle.NewSelect().Table("issue_approval").Column("approver", "role", "version", "sum_insured", "recorded").
		Where("pool = ? AND policy = ?", policy.Pool, policy.Number).Order("version").Scan(ctx, &approvals)
	return approvals, err
}
