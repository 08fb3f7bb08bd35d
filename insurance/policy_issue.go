package insurance

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// IssuePolicy brings a quoted and paid policy into force 签单, under the agreement version in force on its first day.
type IssuePolicy struct {
	By        access.Principal `json:"-"`
	Key       string           `json:"-"`
	Policy    string           `json:"policy"`
	Match     int64            `json:"-"` // the version the caller saw; 0 for any
	Effective calendar.Date    `json:"effective"`
}

// IssuePolicy refuses, in this order: insurance.policy_not_found, access.forbidden, insurance.policy_changed,
// insurance.policy_not_quoted, insurance.product_rule_broken, coinsurance.no_agreement_in_force,
// coinsurance.placement_incomplete, coinsurance.capacity_exceeded, insurance.approval_needed,
// insurance.premium_not_received. An approval is asked for last before the money, so that nobody approves what could
// not be issued anyway.
func (s *Service) IssuePolicy(ctx context.Context, cmd IssuePolicy) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "issue_policy", cmd.Key), cmd,
		func(ctx context.Context, tx bun.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, cmd.Policy, cmd.By, cmd.Match)
			if err != nil {
				return nil, err
			}
			members, err := mayIssue(ctx, tx, &h, cmd.By)
			if err != nil {
				return nil, err
			}
			printed := printedMembers(h.agreement, members)
			after := next(h.policy, h.now)
			if err := after.issue(h.agreement, h.today, printed); err != nil {
				return nil, err
			}
			return &after, bookIssue(ctx, tx, &h, &after, cmd, printed)
		})
}

// issue is what coming into force does to a policy.
func (p *Policy) issue(agreement *coinsurance.Agreement, today calendar.Date, printed []PrintedMember) error {
	members, err := json.Marshal(printed)
	p.Status, p.AgreementVersion, p.Collector, p.Members = InForce, agreement.Version, agreement.Issuer, members
	fallDue(p, today)
	return err
}

func bookIssue(ctx context.Context, tx bun.Tx, h *held, after *Policy, cmd IssuePolicy, printed []PrintedMember) error {
	issue := issueStep(h.policy, after, h.agreement, printed)
	issue.id, issue.by, issue.period, issue.effective = outbox.NewID(h.now), cmd.By, h.period, h.effectiveOr(
		cmd.Effective,
	)
	insertSlice(tx, after, Slice{
		Amount: after.Premium, EarnedFrom: after.Starts, Period: h.period.For(issue.effective),
	})
	return book(ctx, tx, issue)
}

// issueStep is the step of an issue, without who and when.
func issueStep(before, after *Policy, agreement *coinsurance.Agreement, printed []PrintedMember) *step {
	return &step{
		kind: EventPolicyIssued, before: *before, after: *after, agreement: agreement,
		rule: func(c *change) { postIssue(c, after.Received) },
		data: issuedDetail{
			Line:            after.Line,
			Insured:         after.Insured,
			Start:           after.Starts,
			End:             after.Ends,
			Limit:           after.SumInsured,
			PremiumReceived: after.Received,
			Members:         printed,
			Consent:         after.Consent,
			ConsentDigest:   after.ConsentDigest,
		},
	}
}

// mayIssue checks everything that must hold before a policy comes into force, in the order of the refusals.
func mayIssue(
	ctx context.Context, tx bun.Tx, h *held, by access.Principal,
) (map[string]coinsurance.Member, error) {
	var reads pg.Reads
	var codes []string
	if h.agreement != nil {
		codes = h.agreement.Members()
	}
	foundPool := coinsurance.FindPoolIn(&reads, h.policy.Pool)
	foundMembers := coinsurance.MembersByCodeIn(&reads, codes)
	limit := coinsurance.LimitIn(&reads, by, access.Underwriter, h.policy.Line, h.today)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	pool, err := foundPool()
	if err != nil {
		return nil, err
	}
	members := foundMembers()
	return members, mayIssueIn(ctx, tx, h, pool, members, func() error { return checkApproved(ctx, tx, h, by, limit()) })
}

// mayIssueIn is mayIssue with what it needs looked up; it reads placements only for a risk above the authority.
// Approved says whether whoever issues may do so alone, or a second person has approved.
func mayIssueIn(
	ctx context.Context, tx bun.Tx, h *held, pool coinsurance.Pool, members map[string]coinsurance.Member,
	approved func() error,
) error {
	policy := h.policy
	if policy.Issued() {
		return ErrPolicyNotQuoted.With("%s is %s", policy.Number, policy.StateOn(h.today))
	}
	if err := checkProduct(policy); err != nil {
		return err
	}
	if h.agreement == nil {
		return coinsurance.ErrNoAgreementInForce.With("pool %s on %s", policy.Pool, policy.Starts)
	}
	if err := coinsurance.CheckPlacement(ctx, tx, h.agreement, policy.Number, policy.SumInsured); err != nil {
		return err
	}
	if err := coinsurance.CheckCapacity(pool, h.agreement, members, policy.SumInsured); err != nil {
		return err
	}
	if err := approved(); err != nil {
		return err
	}
	return checkPaid(policy)
}

// checkPaid: premium before policy 见费出单 (金发〔2025〕36号): the first instalment with its VAT, or all of it; a subsidy
// that the authority pays to the insurer is outside the test (non-motor Q&A 639号 of 2025-12-31).
func checkPaid(policy *Policy) error {
	asked := policy.Gross().Sub(money.Min(policy.Subsidy.due(), policy.Gross()))
	if len(policy.Instalments) > 0 {
		first := policy.Instalments[0].Amount
		asked = money.Min(asked, first.Add(money.Apply(policy.VAT, first)))
	}
	if policy.Received.Cmp(asked) < 0 {
		return ErrPremiumNotReceived.With("%s of %s is in", policy.Received, asked)
	}
	return nil
}

// printedMembers is the list of members that stands on the policy, so that the insured can see every insurer
// (保监发〔2006〕31号: all sign, or the lead signs with the agreement attached).
func printedMembers(agreement *coinsurance.Agreement, members map[string]coinsurance.Member) []PrintedMember {
	printed := make([]PrintedMember, 0, len(agreement.Participations))
	for _, p := range agreement.Participations {
		role := "follower"
		if p.Member == agreement.Leader {
			role = "leader"
		}
		printed = append(
			printed, PrintedMember{Code: p.Member, Name: members[p.Member].Name, Role: role, Share: p.Premium},
		)
	}
	return printed
}

func insertSlice(tx bun.Tx, policy *Policy, slice Slice) {
	pg.Queue(tx, `INSERT INTO policy_slice (pool, policy, endorsement, amount, earned_from, period, recorded)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, policy.Pool, policy.Number, slice.Endorsement, slice.Amount.Fen(),
		slice.EarnedFrom.SQL(), slice.Period.First().SQL(), policy.Recorded)
}
