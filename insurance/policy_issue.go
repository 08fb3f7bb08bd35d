package insurance

import (
	"context"
	"encoding/json"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/product"
	"gongbao/zone"
	"gongbao/zone/authority"
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
	return change(ctx, s, cmd, useCase[IssuePolicy, issueFacts]{load: loadIssue, decide: issuePolicy})
}

func (cmd IssuePolicy) policy() string { return cmd.Policy }

// issueFacts are what an issue needs to know besides the policy.
type issueFacts struct {
	pool      coinsurance.Pool
	members   map[string]zone.Member // of the agreement
	printed   []PrintedMember        // the same as they stand on the policy
	accepted  []string               // followers that took the risk, looked up when it is above the leader's authority
	limit     authority.Limit        // of whoever issues
	approvals []Approval             // looked up when the sum insured is above it
	received  calendar.Date          // the effective day of the latest receipt that counts; zero for none
	signed    calendar.Date          // the day of signature
}

// issuePolicy checks everything that must hold before a policy comes into force, in the order of the refusals, signs
// it, and puts it on risk when it begins.
func issuePolicy(p *lockedPolicy, cmd IssuePolicy, known issueFacts) (Decision, error) {
	if err := mayIssue(p, known); err != nil {
		return Decision{}, err
	}
	pass, err := authority.IssuePolicy.Decide(p.toIssue(cmd, known))
	if err != nil {
		return Decision{}, approvalNeeded(cmd.By, p.Policy, known.limit)
	}
	if err := checkPaid(p.Policy); err != nil {
		return Decision{}, err
	}
	return p.issue(known, pass)
}

// toIssue is what an issue, or an import, puts before the gate on money.
func (p *lockedPolicy) toIssue(cmd IssuePolicy, known issueFacts) authority.Case {
	return authority.Case{
		By: cmd.By, Role: access.Underwriter, Line: p.Policy.Line, Amount: p.Policy.SumInsured, Limit: known.limit,
		Makers: []string{p.Policy.QuotedBy}, Words: wordsOf(known.approvals, cmd.By),
	}
}

// issue signs the policy, and puts it on risk when it begins.
func (p *lockedPolicy) issue(known issueFacts, pass authority.Pass) (Decision, error) {
	after := p.next()
	if err := after.sign(p.Agreement, known.signed, known.printed); err != nil {
		return Decision{}, err
	}
	decided := Decision{
		Event: EventPolicyIssued, Effective: known.signed, Pass: pass,
		Detail: issuedDetail{
			Line: after.Line, Insured: after.Insured, Start: after.Starts, End: after.Ends, Limit: after.SumInsured,
			PremiumReceived: after.Received, Members: known.printed, Consent: after.Consent, ConsentDigest: after.ConsentDigest,
		},
	}
	if after.Begins(p.today) {
		decided.Effective = calendar.Later(after.Starts, calendar.Later(p.effective, known.received))
		decided.Rule = postOnRisk
		after.goOnRisk(p.Agreement, decided.Effective, p.Period, p.today)
	}
	item := after.originalItem()
	decided.After, decided.Item = after, &item
	return decided, nil
}

func mayIssue(p *lockedPolicy, known issueFacts) error {
	policy := p.Policy
	if policy.Signed() {
		return ErrPolicyNotQuoted.Case(fault.Args{"policy": policy.Number, "policy_state": policy.StateOn(p.today)})
	}
	if err := policy.checkRules(product.StopsIssue, ErrProductRuleBroken); err != nil {
		return err
	}
	if p.Agreement == nil {
		return coinsurance.ErrNoAgreementInForce.Case(fault.Args{"pool": policy.Pool, "day": policy.Starts})
	}
	if err := p.Agreement.CheckPlacement(policy.Number, policy.SumInsured, known.accepted); err != nil {
		return err
	}
	return coinsurance.CheckCapacity(known.pool, p.Agreement, known.members, policy.SumInsured)
}

// loadIssue looks up what an issue needs to know: answers of followers only for a risk above the leader's authority,
// approvals only for one above what whoever issues decides alone.
func loadIssue(ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd IssuePolicy) (known issueFacts, err error) {
	known.signed = p.today
	if p.Policy.Signed() {
		return known, nil
	}
	var reads pg.Reads
	var codes []string
	if p.Agreement != nil {
		codes = p.Agreement.Members()
		if p.Agreement.NeedsPlacement(p.Policy.SumInsured) {
			coinsurance.AcceptingIn(&reads, p.Policy.Pool, p.Policy.Number, &known.accepted)
		}
	}
	foundPool := coinsurance.FindPoolIn(&reads, p.Policy.Pool)
	foundMembers := zone.MembersByCodeIn(&reads, codes)
	zone.LimitIn(&reads, cmd.By, access.Underwriter, p.Policy.Line, p.today, &known.limit)
	latestReceipt.With(receiptKey{p.Policy.Pool, p.Policy.Subject(), EventPremiumReceived}).In(&reads, &known.received)
	if err := reads.Run(ctx, tx); err != nil {
		return known, err
	}
	if known.pool, err = foundPool(); err != nil {
		return known, err
	}
	known.members = foundMembers()
	if p.Agreement != nil {
		known.printed = printedMembers(p.Agreement, known.members)
	}
	if !known.limit.Alone(p.Policy.SumInsured) {
		known.approvals, err = pg.Listed[Approval](ctx, tx, approvalsOf.With(p.Policy.key()))
	}
	return known, err
}

// sign binds a policy to the version of the agreement that it is issued under.
func (p *Policy) sign(agreement *coinsurance.Agreement, day calendar.Date, printed []PrintedMember) error {
	members, err := json.Marshal(printed)
	p.Status, p.AgreementVersion, p.IssuedOn, p.Members = Issued, agreement.Version, day, members
	return err
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

// receiptKey asks for receipts of a policy.
type receiptKey struct{ Pool, Subject, Type string }

var latestReceipt = pg.SQL[receiptKey](files, "LatestReceipt")
