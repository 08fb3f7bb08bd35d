package insurance

import (
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
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

// said is the state for people: no code says that there is none.
func (s SubsidyState) said() any {
	if s == SubsidyNone {
		return fault.Say("not applied for")
	}
	return s
}

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
