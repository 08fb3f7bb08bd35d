package insurance

import (
	"context"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// CancelPolicy ends a policy with effect from 00:00 of a day and gives back what is unearned, by day 退保.
type CancelPolicy struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// CancelPolicy refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.policy_not_in_force, insurance.outside_period, insurance.claims_stand,
// insurance.premium_negative, and what the gate on money refuses. It works on an expired policy too, and on one that is
// issued and not on risk yet.
//
// What was lost earns no return: of each item of premium only the part goes back that the part of the limit not used
// bears to the limit (Insurance Law of the PRC, art. 58).
func (s *Service) CancelPolicy(ctx context.Context, cmd CancelPolicy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[CancelPolicy, cancelFacts]{
		ahead: true, load: loadCancellation, decide: cancelPolicy,
	})
}

func (cmd CancelPolicy) policy() string { return cmd.Policy }

// cancelFacts are what a cancellation is computed from.
type cancelFacts struct {
	items  []PremiumItem
	claims []ClaimNote
	gate   gated
}

func loadCancellation(
	ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd CancelPolicy,
) (known cancelFacts, err error) {
	var reads pg.Reads
	pg.ListIn(&reads, itemsOf.With(p.Policy.key()), &known.items)
	pg.ListIn(&reads, claimNotesOf.With(p.Policy.key()), &known.claims)
	p.gateIn(&reads, cmd.By, &known.gate)
	err = reads.Run(ctx, tx)
	return known, err
}

func cancelPolicy(p *lockedPolicy, cmd CancelPolicy, known cancelFacts) (Decision, error) {
	if err := p.mayChange(); err != nil {
		return Decision{}, err
	}
	unused := p.Policy.SumInsured
	for _, claim := range known.claims {
		if claim.stands(p.effective) {
			return Decision{}, ErrClaimsStand.At("effective", "{claim}, for a loss on {loss_day}",
				fault.Args{"claim": claim.Claim, "loss_day": claim.LossDay})
		}
		unused = money.Max(money.Amount{}, unused.Sub(claim.Used))
	}
	after := p.next()
	after.Status, after.CancelledFrom = Cancelled, p.effective
	after.Returned = returned(known.items, after.Ends, p.effective, unused, after.SumInsured)
	after.NetPremium = after.NetPremium.Sub(after.Returned)
	if after.NetPremium.IsNegative() {
		return Decision{}, ErrPremiumNegative.Case(fault.Args{
			"returned": after.Returned, "premium": p.Policy.NetPremium,
		})
	}
	pass, err := p.pass(authority.CancelPolicy, cmd.By, after.Returned.Abs(), known.gate)
	if err != nil {
		return Decision{}, err
	}
	return p.turn(after, EventPolicyCancelled, ItemCancellation,
		cancelledDetail{From: p.effective, Returned: after.Returned}, pass), nil
}

// turn is a cancellation or its reinstatement: with effect from the day of the cancellation, in a month of its own.
func (p *lockedPolicy) turn(
	after Policy, event string, kind ItemKind, detail cancelledDetail, pass authority.Pass,
) Decision {
	fallDue(&after, p.today)
	dated := p.Policy.Dated(detail.From)
	item := after.turnItem(kind, detail.Returned.Neg(), detail.From)
	item.Period = p.posted(dated)
	return Decision{
		Event: event, After: after, Effective: dated, Rule: whenOnRisk(&after, postPremiumChange), Detail: detail,
		Item: &item, Pass: pass,
	}
}

// whenOnRisk is the rule, or none for a policy of which nothing is booked yet.
func whenOnRisk(policy *Policy, rule func(*movement)) func(*movement) {
	if policy.OnRisk() {
		return rule
	}
	return nil
}

// ReinstatePolicy takes a cancellation back: the policy is in force as if it had never ended 恢复效力.
type ReinstatePolicy struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// ReinstatePolicy refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.policy_not_cancelled, ledger.date_out_of_range (another day than that of the
// cancellation: the premium would stand in some months twice, or not at all), and what the gate on money refuses.
func (s *Service) ReinstatePolicy(ctx context.Context, cmd ReinstatePolicy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[ReinstatePolicy, reinstateFacts]{load: loadReinstatement, decide: reinstatePolicy})
}

func (cmd ReinstatePolicy) policy() string { return cmd.Policy }

// reinstateFacts are what a reinstatement needs to know: all instalments, because what falls due may lie before the
// cancellation, too.
type reinstateFacts struct {
	instalments []instalmentRow
	gate        gated
}

func loadReinstatement(
	ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd ReinstatePolicy,
) (known reinstateFacts, err error) {
	var reads pg.Reads
	pg.ListIn(&reads, instalmentsOf.With(p.Policy.key()), &known.instalments)
	p.gateIn(&reads, cmd.By, &known.gate)
	err = reads.Run(ctx, tx)
	return known, err
}

func reinstatePolicy(p *lockedPolicy, cmd ReinstatePolicy, known reinstateFacts) (Decision, error) {
	from := p.Policy.CancelledFrom
	if p.Policy.Status != Cancelled {
		return Decision{}, ErrPolicyNotCancelled.Case(fault.Args{
			"policy": p.Policy.Number, "policy_state": p.Policy.StateOn(p.today),
		})
	}
	if !cmd.Effective.IsZero() && cmd.Effective != from {
		return Decision{}, ledger.ErrDateOutOfRange.At("effective",
			"the policy was cancelled from {day}, and is so reinstated", fault.Args{"day": from})
	}
	after := p.next()
	after.Instalments = plain(known.instalments)
	returned := after.Returned
	after.Status, after.NetPremium = InForce, after.NetPremium.Add(returned)
	if !after.OnRisk() {
		after.Status = Issued
	}
	after.Returned, after.CancelledFrom = money.Amount{}, calendar.Date{}
	pass, err := p.pass(authority.ReinstatePolicy, cmd.By, returned.Abs(), known.gate)
	if err != nil {
		return Decision{}, err
	}
	return p.turn(after, EventPolicyReinstated, ItemReinstatement,
		cancelledDetail{From: from, Returned: returned.Neg()}, pass), nil
}
