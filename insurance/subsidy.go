package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// SubsidyState is where a policy's premium support stands.
type SubsidyState string

// States of a subsidy: applied → granted → paid → clawed back; an application may be refused, and made again.
const (
	SubsidyNone       SubsidyState = ""
	SubsidyApplied    SubsidyState = "applied"
	SubsidyGranted    SubsidyState = "granted"
	SubsidyRefused    SubsidyState = "refused"
	SubsidyPaid       SubsidyState = "paid"
	SubsidyClawedBack SubsidyState = "clawed_back"
)

// PaidTo says who gets a subsidy.
type PaidTo string

// A subsidy paid to the insured is followed and never posted; one paid to the insurer is a part of the premium.
const (
	PaidToInsured PaidTo = "insured"
	PaidToInsurer PaidTo = "insurer"
)

// Subsidy is a policy's premium support. Amounts are at 100 %.
type Subsidy struct {
	State       SubsidyState  `json:"state,omitempty"`
	Rule        string        `json:"rule,omitempty"`
	PaidTo      PaidTo        `json:"paid_to,omitempty"`
	Year        int           `json:"year,omitempty"`   // the how-manieth supported year of the cover
	Counted     money.Amount  `json:"counted,omitzero"` // premium that counts
	Amount      money.Amount  `json:"amount,omitzero"`  // as the rule computes it, or as granted
	Paid        money.Amount  `json:"paid,omitzero"`
	ClawedBack  money.Amount  `json:"clawed_back,omitzero"`
	Reference   string        `json:"reference,omitempty"` // of the authority's letter
	BannedUntil calendar.Date `json:"banned_until,omitzero"`
}

// due is what the insurer still expects of the authority as a part of the premium.
func (s *Subsidy) due() money.Amount {
	if s.PaidTo == PaidToInsurer && (s.State == SubsidyApplied || s.State == SubsidyGranted) {
		return s.Amount
	}
	return money.Amount{}
}

// counts says that the policy was supported, or is to be: also one that kept a part of what was clawed back.
func (s *Subsidy) counts() bool {
	return s.State == SubsidyApplied || s.State == SubsidyGranted || s.State == SubsidyPaid ||
		s.State == SubsidyClawedBack && s.Paid.Cmp(s.ClawedBack) > 0
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

// moveSubsidy is a step of a subsidy. What of it goes to the insurer or back is premium received or paid back.
func (p *lockedPolicy) moveSubsidy(event string, subsidy Subsidy) Decision {
	before, after := p.policy.Subsidy, p.next()
	after.Subsidy = subsidy
	if subsidy.PaidTo == PaidToInsurer {
		paid, clawedBack := subsidy.Paid.Sub(before.Paid), subsidy.ClawedBack.Sub(before.ClawedBack)
		after.Received = after.Received.Add(paid).Sub(clawedBack)
	}
	decided := Decision{
		Event: event, Effective: p.policy.Dated(p.effective), Detail: subsidyDetail{Subsidy: subsidy},
	}
	if after.Received != p.policy.Received {
		decided.Rule = postCash
		if after.Collector == "" {
			after.Collector = p.agreement.Issuer
		}
	}
	decided.After = after
	return decided
}

func subsidyWord(state SubsidyState) string {
	if state == SubsidyNone {
		return "not applied for"
	}
	return string(state)
}
