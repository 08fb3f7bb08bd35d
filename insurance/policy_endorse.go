package insurance

import (
	"context"
	"strconv"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/zone/authority"
)

// Over which days an endorsement's premium is earned.
const (
	BasisRemaining = "remaining" // from the effective day to the end
	BasisPeriod    = "period"    // over the whole period
)

// EndorsePolicy changes the net premium of a policy 批改.
type EndorsePolicy struct {
	idempotency.Command

	Policy      string       `json:"policy"`
	Endorsement string       `json:"endorsement"`
	Premium     money.Amount `json:"premium"` // the change, net of VAT; may be negative
	Basis       string       `json:"basis"`   // remaining when empty
}

// EndorsePolicy refuses, in this order: insurance.policy_invalid (shape of the request), insurance.policy_not_found,
// ledger.date_out_of_range, access.forbidden, insurance.policy_changed, insurance.policy_not_in_force,
// insurance.outside_period, insurance.premium_negative, insurance.endorsement_exists, and what the gate on money
// refuses. It works on an expired policy too, and on one that is issued and not on risk yet.
func (s *Service) EndorsePolicy(ctx context.Context, cmd EndorsePolicy) (*Policy, error) {
	if cmd.Basis == "" {
		cmd.Basis = BasisRemaining
	}
	return change(ctx, s, cmd, useCase[EndorsePolicy, endorsedBefore]{
		check: EndorsePolicy.check, ahead: true, load: loadEndorsement, decide: endorsePolicy,
	})
}

func (cmd EndorsePolicy) policy() string { return cmd.Policy }

// endorsedBefore is what a policy's endorsements before this one come to.
type endorsedBefore struct {
	exists  bool         // the policy has one of that number
	changed money.Amount // by which all of them changed the premium, each without its sign
	gate    gated
}

func loadEndorsement(
	ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd EndorsePolicy,
) (known endorsedBefore, err error) {
	var reads pg.Reads
	key := endorsementKey{p.Policy.Pool, p.Policy.Number, cmd.Endorsement}
	endorsements.With(key).In(&reads, &known.exists, &known.changed)
	p.gateIn(&reads, cmd.By, &known.gate)
	err = reads.Run(ctx, tx)
	return known, err
}

func endorsePolicy(p *lockedPolicy, cmd EndorsePolicy, known endorsedBefore) (Decision, error) {
	if err := p.mayChange(); err != nil {
		return Decision{}, err
	}
	after := p.next()
	after.NetPremium = after.NetPremium.Add(cmd.Premium)
	if after.NetPremium.IsNegative() {
		return Decision{}, ErrPremiumNegative.At("premium", "the net premium to date is {premium}",
			fault.Args{"premium": p.Policy.NetPremium})
	}
	if known.exists {
		return Decision{}, ErrEndorsementExists.Case(fault.Args{
			"endorsement": cmd.Endorsement, "policy": p.Policy.Number,
		})
	}
	pass, err := p.pass(authority.EndorsePolicy, cmd.By, known.changed.Add(cmd.Premium.Abs()), known.gate)
	if err != nil {
		return Decision{}, err
	}
	dated := p.Policy.Dated(p.effective)
	item := after.item(ItemPremium, cmd.Endorsement, cmd.Premium, p.effective)
	item.Period = p.posted(dated)
	if cmd.Basis == BasisPeriod {
		item.EarnedFrom = after.Starts
	}
	fallDue(&after, p.today)
	return Decision{
		Event: EventPolicyEndorsed, After: after, Effective: dated, Rule: whenOnRisk(&after, postPremiumChange),
		Item: &item, Pass: pass,
		Detail: endorsedDetail{
			Endorsement: cmd.Endorsement, Premium: cmd.Premium, Basis: cmd.Basis, EarnedFrom: item.EarnedFrom,
		},
	}, nil
}

func (cmd EndorsePolicy) check() error {
	var check fault.Check
	field.Code(&check, "endorsement", cmd.Endorsement)
	check.Require(
		cmd.Basis == BasisRemaining || cmd.Basis == BasisPeriod, "basis", "{given} is neither {one} nor {other}",
		fault.Args{"given": strconv.Quote(cmd.Basis), "one": BasisRemaining, "other": BasisPeriod})
	return check.Refuse(ErrPolicyInvalid)
}

// endorsementKey is an endorsement by its number.
type endorsementKey struct{ Pool, Number, Endorsement string }

var endorsements = pg.SQL[endorsementKey](files, "Endorsements")
