package insurance

import (
	"errors"
	"testing"

	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/words"
)

// What this wing decides on premium support, without a database: every refusal, in its order.

// supported is the worked policy with a subsidy of 8,000.00 in a state, to go to the insurer.
func supported(p *lockedPolicy, state SubsidyState) {
	p.Policy.Subsidy = Subsidy{State: state, PaidTo: PaidToInsurer, Amount: money.MustAmount("8000.00")}
}

// elsewhere is a subsidy that is not in the state a decision needs.
func elsewhere[C, K any](state SubsidyState) flaw[C, K] {
	return flaw[C, K]{"insurance.subsidy_state", func(p *lockedPolicy, _ *C, _ *K) { p.Policy.Subsidy.State = state }}
}

func TestApplySubsidyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[ApplySubsidy, subsidyFacts]
	const ineligible = "insurance.subsidy_not_eligible"
	refuses(t, applySubsidy, func(p *lockedPolicy, cmd *ApplySubsidy, known *subsidyFacts) {
		p.Policy.Qualification, p.Policy.Facts.CatalogueItem = "Q1", "1.1"
		cmd.PaidTo, known.year = PaidToInsured, 3
	}, stands[ApplySubsidy, subsidyFacts]("insurance.policy_not_in_force", Cancelled),
		elsewhere[ApplySubsidy, subsidyFacts](SubsidyApplied),
		c{"insurance.subsidy_rule_unknown", func(p *lockedPolicy, _ *ApplySubsidy, _ *subsidyFacts) {
			p.Policy.Line = "pilot_test"
		}}, c{ineligible, func(p *lockedPolicy, _ *ApplySubsidy, _ *subsidyFacts) {
			p.Policy.Qualification = ""
		}}, c{ineligible, func(p *lockedPolicy, _ *ApplySubsidy, known *subsidyFacts) {
			known.banned = p.today
		}}, c{ineligible, func(_ *lockedPolicy, _ *ApplySubsidy, known *subsidyFacts) {
			known.year = 4
		}}, c{ineligible, func(p *lockedPolicy, _ *ApplySubsidy, _ *subsidyFacts) {
			p.Policy.Received = money.Amount{}
		}})
}

// An insured gets no more in a year than its line's rule gives.
func TestApplySubsidyStopsAtTheInsuredsLimit(t *testing.T) {
	t.Parallel()
	type c = flaw[ApplySubsidy, subsidyFacts]
	refuses(t, applySubsidy, func(p *lockedPolicy, cmd *ApplySubsidy, known *subsidyFacts) {
		p.Policy.Line, cmd.PaidTo, known.earlier = "rd_liability", PaidToInsured, money.MustAmount("199999.99")
	}, c{"insurance.subsidy_not_eligible", func(_ *lockedPolicy, _ *ApplySubsidy, known *subsidyFacts) {
		known.earlier = money.MustAmount("200000.00")
	}})
}

func TestDecideSubsidyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[DecideSubsidy, nothing]
	refuses(t, decideSubsidy, func(p *lockedPolicy, cmd *DecideSubsidy, _ *nothing) {
		supported(p, SubsidyApplied)
		cmd.Grant, cmd.Amount = true, money.MustAmount("8000.00")
	}, elsewhere[DecideSubsidy, nothing](SubsidyNone),
		c{"insurance.subsidy_exceeded", func(_ *lockedPolicy, cmd *DecideSubsidy, _ *nothing) {
			cmd.Amount = money.MustAmount("8000.01")
		}})
}

func TestPaySubsidyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[PaySubsidy, gated]
	refuses(t, paySubsidy, func(p *lockedPolicy, cmd *PaySubsidy, _ *gated) {
		supported(p, SubsidyGranted)
		cmd.Amount = money.MustAmount("8000.00")
	}, elsewhere[PaySubsidy, gated](SubsidyApplied),
		stands[PaySubsidy, gated]("insurance.policy_not_in_force", Quoted),
		c{"insurance.subsidy_exceeded", func(_ *lockedPolicy, cmd *PaySubsidy, _ *gated) {
			cmd.Amount = money.MustAmount("8000.01")
		}}, c{"access.authority_exceeded", func(_ *lockedPolicy, _ *PaySubsidy, known *gated) {
			known.limit = upTo("7999.99")
		}})
}

func TestClawBackSubsidyDecides(t *testing.T) {
	t.Parallel()
	type c = flaw[ClawBackSubsidy, gated]
	refuses(t, clawBackSubsidy, func(p *lockedPolicy, cmd *ClawBackSubsidy, _ *gated) {
		supported(p, SubsidyPaid)
		p.Policy.Subsidy.Paid, cmd.Amount = p.Policy.Subsidy.Amount, money.MustAmount("8000.00")
	}, elsewhere[ClawBackSubsidy, gated](SubsidyGranted),
		c{"insurance.subsidy_exceeded", func(_ *lockedPolicy, cmd *ClawBackSubsidy, _ *gated) {
			cmd.Amount = money.MustAmount("8000.01")
		}}, c{"insurance.refund_exceeds_received", func(p *lockedPolicy, _ *ClawBackSubsidy, _ *gated) {
			p.Policy.Received = money.MustAmount("7999.99")
		}}, c{"access.authority_exceeded", func(_ *lockedPolicy, _ *ClawBackSubsidy, known *gated) {
			known.limit = upTo("7999.99")
		}})
}

// A subsidy that nobody applied for has no state that a language could name, and is told in either.
func TestASubsidyNotAppliedForIsToldInBothLanguages(t *testing.T) {
	t.Parallel()
	_, err := paySubsidy(underLock(t), PaySubsidy{}, gated{})
	refusal, is := errors.AsType[*fault.Fault](err)
	if !is {
		t.Fatalf("got %v", err)
	}
	if english, chinese := words.English.Tell(refusal).Detail, words.Chinese.Tell(refusal).Detail; english !=
		"it is not applied for" || chinese != "现为：尚未申请" {
		t.Errorf("%q and %q", english, chinese)
	}
}
