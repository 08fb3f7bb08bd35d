package insurance

import (
	"context"
	"encoding/json"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// IssuePolicy brings a quoted and paid policy into force 签单, under the agreement version in force on its first day.
type IssuePolicy struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// IssuePolicy refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.policy_not_quoted, insurance.product_rule_broken,
// coinsurance.no_agreement_in_force, coinsurance.placement_incomplete, coinsurance.capacity_exceeded,
// insurance.approval_needed, insurance.premium_not_received. An approval is asked for last before the money, so that
// nobody approves what could not be issued anyway.
//
// On or after its first day the policy is on risk at once. Ahead of it nothing is booked: the day's work does that at
// 00:00 of the first day, and the effective day of the command does not count.
func (s *Service) IssuePolicy(ctx context.Context, cmd IssuePolicy) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "issue_policy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			facts, err := mayIssue(ctx, tx, &h, cmd.By)
			if err != nil {
				return nil, err
			}
			printed := printedMembers(h.agreement, facts.members)
			after := next(h.policy, h.now)
			if err := after.sign(h.agreement, h.today, printed); err != nil {
				return nil, err
			}
			effective := h.today
			if after.Begins(h.today) {
				effective = calendar.Later(after.Starts, calendar.Later(h.effective, facts.received))
				after.goOnRisk(h.agreement, effective, h.period, h.today)
			}
			issue := issueEvent(h.policy, &after, h.agreement, printed)
			issue.id, issue.by, issue.period, issue.effective = fact.NewID(h.now), cmd.By, h.period, effective
			item := after.originalItem()
			pg.Insert(tx, &item)
			return &after, book(ctx, tx, issue)
		})
}

// sign binds a policy to the version of the agreement that it is issued under.
func (p *Policy) sign(agreement *coinsurance.Agreement, day calendar.Date, printed []PrintedMember) error {
	members, err := json.Marshal(printed)
	p.Status, p.AgreementVersion, p.IssuedOn, p.Members = Issued, agreement.Version, day, members
	return err
}

// issueStep is the step of an issue, without who and when.
func issueEvent(before, after *Policy, agreement *coinsurance.Agreement, printed []PrintedMember) *policyEvent {
	s := &policyEvent{
		kind: EventPolicyIssued, before: *before, after: *after, agreement: agreement,
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
	if after.OnRisk() {
		s.rule = postOnRisk
	}
	return s
}

// issueFacts are what an issue needs to know besides the policy.
type issueFacts struct {
	members  map[string]zone.Member
	received calendar.Date // the effective day of the latest receipt that counts; zero for none
}

// mayIssue checks everything that must hold before a policy comes into force, in the order of the refusals.
func mayIssue(ctx context.Context, tx *pg.Tx, h *held, by access.Principal) (issueFacts, error) {
	var reads pg.Reads
	var facts issueFacts
	var codes []string
	if h.agreement != nil {
		codes = h.agreement.Members()
	}
	foundPool := coinsurance.FindPoolIn(&reads, h.policy.Pool)
	foundMembers := zone.MembersByCodeIn(&reads, codes)
	limit := zone.LimitIn(&reads, by, access.Underwriter, h.policy.Line, h.today)
	reads.Row(latestReceipt, []any{h.policy.Pool, h.policy.Subject(), EventPremiumReceived}, &facts.received)
	if err := reads.Run(ctx, tx); err != nil {
		return facts, err
	}
	pool, err := foundPool()
	if err != nil {
		return facts, err
	}
	facts.members = foundMembers()
	return facts, mayIssueIn(ctx, tx, h, pool, facts.members, func() error {
		return checkApproved(ctx, tx, h, by, limit())
	})
}

// latestReceipt is the effective day of the latest receipt that was not reversed.
const latestReceipt = `SELECT max(effective) FROM event AS receipt WHERE pool = $1 AND subject = $2 AND type = $3
	AND NOT EXISTS (SELECT FROM reversed_journal AS r WHERE r.pool = $1 AND r.journal = receipt.id)`

// mayIssueIn is mayIssue with what it needs looked up; it reads placements only for a risk above the authority.
// Approved says whether whoever issues may do so alone, or a second person has approved.
func mayIssueIn(
	ctx context.Context, tx *pg.Tx, h *held, pool coinsurance.Pool, members map[string]zone.Member,
	approved func() error,
) error {
	policy := h.policy
	if policy.Signed() {
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
		return ErrPremiumNotReceived.Case(fault.Args{"received": policy.Received, "asked": asked})
	}
	return nil
}

// printedMembers is the list of members that stands on the policy, so that the insured can see every insurer
// (保监发〔2006〕31号: all sign, or the lead signs with the agreement attached).
func printedMembers(agreement *coinsurance.Agreement, members map[string]zone.Member) []PrintedMember {
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
