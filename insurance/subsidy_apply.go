package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/product"
	"gongbao/zone/authority"
)

// ApplySubsidy puts in for premium support 申请保费补贴 under the rule of the line for the policy's first day.
type ApplySubsidy struct {
	idempotency.Command

	Policy string `json:"policy"`
	PaidTo PaidTo `json:"paid_to"` // the insured when empty
}

// ApplySubsidy refuses, in this order: insurance.policy_invalid (shape), insurance.policy_not_found, access.forbidden,
// insurance.policy_changed, insurance.policy_not_in_force (cancelled), insurance.subsidy_state,
// insurance.subsidy_rule_unknown, insurance.subsidy_not_eligible, which names every broken rule.
//
// A subsidy that goes to the insurer is a part of the premium from now on: issue asks the insured only for the rest,
// and what is open of it is a subsidy receivable.
func (s *Service) ApplySubsidy(ctx context.Context, cmd ApplySubsidy) (*Policy, error) {
	if cmd.PaidTo == "" {
		cmd.PaidTo = PaidToInsured
	}
	return change(ctx, s, cmd, useCase[ApplySubsidy, subsidyFacts]{
		check: ApplySubsidy.check, load: loadSubsidy, decide: applySubsidy,
	})
}

func (cmd ApplySubsidy) policy() string { return cmd.Policy }

func (cmd ApplySubsidy) check() error {
	var check fault.Check
	check.Require(cmd.PaidTo == PaidToInsured || cmd.PaidTo == PaidToInsurer, "paid_to", "insured or insurer")
	return check.Refuse(ErrPolicyInvalid)
}

// subsidyFacts are what the zone knows of an insured's support.
type subsidyFacts struct {
	earlier money.Amount  // given for other policies that start in the same calendar year
	banned  calendar.Date // until when the insured gets no support; zero for not at all
	year    int           // the how-manieth supported year of the cover this would be
}

// loadSubsidy looks up what an application is held against, if it may be made at all.
func loadSubsidy(ctx context.Context, tx *pg.Tx, p *lockedPolicy, _ ApplySubsidy) (known subsidyFacts, err error) {
	support, is := p.support()
	if !is || p.mayApply() != nil {
		return known, nil
	}
	known.year = 1
	if known.earlier, known.banned, err = subsidiesOf(ctx, tx, p.Policy); err != nil || support.Years == 0 {
		return known, err
	}
	known.year, err = subsidyYear(ctx, tx, p.Policy, support.Years)
	return known, err
}

// subsidyYear counts the supported policies that this one renews, directly or through others, and itself; it stops at
// one more than there may be.
func subsidyYear(ctx context.Context, handle bun.IDB, p *Policy, most int) (int, error) {
	year := 1
	for renews := p.Renews; renews != "" && year <= most; {
		old, err := FindPolicy(ctx, handle, renews)
		if err != nil {
			return 0, err
		}
		if old.Subsidy.counts() {
			year++
		}
		renews = old.Renews
	}
	return year, nil
}

// insuredYear asks for the support of an insured, beside that of a policy.
type insuredYear struct {
	Number, Insured string
	Starts          calendar.Date
}

var subsidiesOfInsured = pg.SQL[insuredYear](files, "SubsidiesOfInsured")

// subsidiesOf sums what an insured was given in the zone for policies that start in the calendar year, what it kept of
// a subsidy clawed back included, and says until when it is banned.
func subsidiesOf(ctx context.Context, handle bun.IDB, p *Policy) (given money.Amount, banned calendar.Date, err error) {
	err = subsidiesOfInsured.With(insuredYear{p.Number, p.Insured, p.Starts}).Row(ctx, handle, &given, &banned)
	return given, banned, err
}

// applySubsidy checks the rules and computes the amount.
func applySubsidy(p *lockedPolicy, cmd ApplySubsidy, known subsidyFacts) (Decision, error) {
	if err := p.mayApply(); err != nil {
		return Decision{}, err
	}
	support, is := p.support()
	if !is {
		return Decision{}, ErrSubsidyRuleUnknown.Case(fault.Args{"line": p.Policy.Line, "start": p.Policy.Starts})
	}
	if err := p.eligible(support, known); err != nil {
		return Decision{}, err
	}
	premium := p.Policy.NetPremium
	if cmd.PaidTo == PaidToInsured { // who is given a share of what it paid
		received := money.NetOf(money.Min(p.Policy.Received, p.Policy.Gross()), p.Policy.VAT)
		premium = money.Min(premium, received)
	}
	risk := p.Policy.Risk()
	counted, amount := support.Compute(&risk, premium)
	if support.PerInsured != nil {
		amount = money.Min(amount, money.Max(money.Amount{}, support.PerInsured.Sub(known.earlier)))
	}
	if amount.IsZero() {
		return Decision{}, ErrSubsidyNotEligible.At("premium",
			"{support} gives nothing here: {counted} of premium counts, {earlier} was given for the year "+
				"already; receive the premium first",
			fault.Args{"support": support.Code, "counted": counted, "earlier": known.earlier})
	}
	return p.moveSubsidy(EventSubsidyApplied, Subsidy{
		State: SubsidyApplied, Rule: support.Code, PaidTo: cmd.PaidTo, Year: known.year, Counted: counted, Amount: amount,
	}, authority.ApplySubsidy.Pass()), nil
}

// support is the rule of premium support for the policy's line and first day.
func (p *lockedPolicy) support() (product.Support, bool) {
	line, _ := product.FindLine(p.Policy.Line)
	return line.SupportAt(p.Policy.Starts)
}

// mayApply checks that the policy stands, and that nothing was applied for yet or it was refused.
func (p *lockedPolicy) mayApply() error {
	if p.Policy.Status == Cancelled {
		return ErrPolicyNotInForce.Case(fault.Args{"policy": p.Policy.Number, "policy_state": p.Policy.Status})
	}
	if state := p.Policy.Subsidy.State; state != SubsidyNone && state != SubsidyRefused {
		return ErrSubsidyState.Case(fault.Args{"subsidy_state": state})
	}
	return nil
}

// eligible names what keeps the policy from being supported.
func (p *lockedPolicy) eligible(support product.Support, known subsidyFacts) error {
	if err := p.Policy.checkRules(product.StopsSubsidy, ErrSubsidyNotEligible); err != nil {
		return err
	}
	if !known.banned.Before(p.today) {
		return ErrSubsidyNotEligible.At("insured",
			"{insured} may not be supported until {until}, after a clawed-back subsidy (工信厅联重装〔2024〕64号); "+
				"apply from then on",
			fault.Args{"insured": p.Policy.Insured, "until": known.banned})
	}
	if support.Years > 0 && known.year > support.Years {
		return ErrSubsidyNotEligible.At("renews",
			"{support}: at most {most} years of cover are supported ({source}); this would be year {year}",
			fault.Args{"support": support.Code, "most": support.Years, "source": support.Source, "year": known.year})
	}
	return nil
}
