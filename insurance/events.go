package insurance

import (
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/ledger"
	"gongbao/product"
)

// Types of the facts this wing announces.
const (
	EventPolicyQuoted        = "insurance.policy_quoted"
	EventPolicyImported      = "insurance.policy_imported"
	EventIssueApproved       = "insurance.issue_approved"
	EventPolicyCountersigned = "insurance.policy_countersigned"
	EventPolicyIssued        = "insurance.policy_issued"
	EventPolicyIncepted      = "insurance.policy_incepted"
	EventInceptionDeferred   = "insurance.inception_deferred"
	EventPolicyEndorsed      = "insurance.policy_endorsed"
	EventPolicyCancelled     = "insurance.policy_cancelled"
	EventPolicyReinstated    = "insurance.policy_reinstated"
	EventPolicyNoted         = "insurance.policy_noted"
	EventPolicyExpired       = "insurance.policy_expired"
	EventPremiumReceived     = "insurance.premium_received"
	EventPremiumRefunded     = "insurance.premium_refunded"
	EventPremiumReversed     = "insurance.premium_reversed"
	EventInstalmentDue       = "insurance.instalment_due"
	EventCommissionPaid      = "insurance.commission_paid"
	EventUnearnedBooked      = "insurance.unearned_premium_booked"

	EventSubsidyApplied    = "insurance.subsidy_applied"
	EventSubsidyGranted    = "insurance.subsidy_granted"
	EventSubsidyRefused    = "insurance.subsidy_refused"
	EventSubsidyPaid       = "insurance.subsidy_paid"
	EventSubsidyClawedBack = "insurance.subsidy_clawed_back"
)

// eventData is the common part's data of every policy event.
type eventData struct {
	Policy string `json:"policy"`
	State  State  `json:"state"`
	Totals Totals `json:"totals"`
	Detail any    `json:"detail,omitempty"`
}

// Totals are a policy's figures at 100 %, to date.
type Totals struct {
	NetPremium  money.Amount `json:"net_premium"`
	VAT         money.Amount `json:"vat"`
	Received    money.Amount `json:"received"`     // cash, gross of VAT
	NetReceived money.Amount `json:"net_received"` // what counts between members, from issue on
	VATReceived money.Amount `json:"vat_received"`
	Excess      money.Amount `json:"excess"` // received above the gross premium
	Commission  money.Amount `json:"commission"`
}

// memberData is a member's own section.
type memberData struct {
	Portions map[ledger.Stream]portionData `json:"portions,omitempty"`
	Postings []ledger.Posting              `json:"postings,omitempty"`
}

type portionData struct {
	Movement money.Amount `json:"movement"`
	ToDate   money.Amount `json:"to_date"`
}

// quotedDetail is what insurance.policy_quoted says of the contract.
type quotedDetail struct {
	Contract
	Sections []product.SectionCover `json:"sections"`
}

// agreed is what was agreed with the insured, as events say it and as a file that comes again is compared with it.
func (p *Policy) agreed() quotedDetail {
	return quotedDetail{Contract: p.Contract, Sections: p.Sections}
}

// cashDetail is what a movement of premium cash says.
type cashDetail struct {
	Amount    money.Amount `json:"amount"` // at 100 %, gross of VAT; negative for a refund
	Collector string       `json:"collector"`
	Reverses  string       `json:"reverses,omitempty"` // id of the event taken back
	Reason    string       `json:"reason,omitempty"`
}

// issuedDetail is what insurance.policy_issued says: the members stand on the policy.
type issuedDetail struct {
	Line            string          `json:"line"`
	Insured         string          `json:"insured"`
	Start           calendar.Date   `json:"start"`
	End             calendar.Date   `json:"end"`
	Limit           money.Amount    `json:"limit"`
	PremiumReceived money.Amount    `json:"premium_received"` // before issue (premium before policy)
	Members         []PrintedMember `json:"members"`
	Consent         string          `json:"consent,omitempty"`
	ConsentDigest   string          `json:"consent_digest,omitempty"`
}

// inceptedDetail is what insurance.policy_incepted says: a policy issued ahead went on risk.
type inceptedDetail struct {
	OnRisk          calendar.Date `json:"on_risk"`
	Issued          calendar.Date `json:"issued"`
	PremiumReceived money.Amount  `json:"premium_received"` // at 100 %, gross of VAT; in advance until now
}

// deferredDetail is what insurance.inception_deferred says: what was booked at an issue ahead is taken back until the
// policy begins.
type deferredDetail struct {
	OnRisk calendar.Date `json:"on_risk"` // as it was booked
	Start  calendar.Date `json:"start"`   // when it will be booked again
}

// approvedDetail is what insurance.issue_approved says.
type approvedDetail struct {
	Role  access.Role  `json:"role"`  // in which the approver acted
	Limit money.Amount `json:"limit"` // of liability, up to which the issue is approved
}

// countersignedDetail is what insurance.policy_countersigned says.
type countersignedDetail struct {
	Act    string       `json:"act"`    // the command that the word is for
	Role   access.Role  `json:"role"`   // in which the person acted
	Amount money.Amount `json:"amount"` // up to which, to date
}

// PrintedMember is a line of the list of members printed on the policy.
type PrintedMember struct {
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	Role  string      `json:"role"`
	Share money.Share `json:"share"`
}

// endorsedDetail is what insurance.policy_endorsed says.
type endorsedDetail struct {
	Endorsement string        `json:"endorsement"`
	Premium     money.Amount  `json:"premium"` // the change, net of VAT
	Basis       string        `json:"basis"`
	EarnedFrom  calendar.Date `json:"earned_from"`
}

// cancelledDetail is what insurance.policy_cancelled and policy_reinstated say.
type cancelledDetail struct {
	From     calendar.Date `json:"from"`
	Returned money.Amount  `json:"returned"` // net of VAT
}

// dueDetail is what insurance.instalment_due says.
type dueDetail struct {
	Due    calendar.Date `json:"due"`
	VATDue money.Amount  `json:"vat_due"` // to date
}

// expiredDetail is what insurance.policy_expired says.
type expiredDetail struct {
	End calendar.Date `json:"end"`
}

// commissionDetail is what insurance.commission_paid says.
type commissionDetail struct {
	Amount money.Amount `json:"amount"`
	ToDate money.Amount `json:"to_date"`
}

// unearnedDetail is what insurance.unearned_premium_booked says.
type unearnedDetail struct {
	Month    calendar.Month `json:"month"`
	Unearned money.Amount   `json:"unearned"` // at 100 %, to date
}

// importedDetail is what insurance.policy_imported says: a policy that is in force, with the premium taken in for it.
type importedDetail struct {
	quotedDetail

	Received money.Amount    `json:"received"`
	Members  []PrintedMember `json:"members"`
}

// subsidyDetail is what the events of a policy's premium support say: where it stands.
type subsidyDetail struct {
	Subsidy Subsidy `json:"subsidy"`
}

// notedDetail is what insurance.policy_noted says.
type notedDetail struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// EventTypes are the types of event of this wing with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	data := func(detail any) any { return eventData{Detail: detail} }
	return map[string]any{
		EventPolicyQuoted:        data(quotedDetail{}),
		EventPolicyImported:      data(importedDetail{}),
		EventIssueApproved:       data(approvedDetail{}),
		EventPolicyCountersigned: data(countersignedDetail{}),
		EventPolicyIssued:        data(issuedDetail{}),
		EventPolicyIncepted:      data(inceptedDetail{}),
		EventInceptionDeferred:   data(deferredDetail{}),
		EventPolicyEndorsed:      data(endorsedDetail{}),
		EventPolicyCancelled:     data(cancelledDetail{}),
		EventPolicyReinstated:    data(cancelledDetail{}),
		EventPolicyNoted:         data(notedDetail{}),
		EventPolicyExpired:       data(expiredDetail{}),
		EventPremiumReceived:     data(cashDetail{}),
		EventPremiumRefunded:     data(cashDetail{}),
		EventPremiumReversed:     data(cashDetail{}),
		EventInstalmentDue:       data(dueDetail{}),
		EventCommissionPaid:      data(commissionDetail{}),
		EventUnearnedBooked:      data(unearnedDetail{}),

		EventSubsidyApplied:    data(subsidyDetail{}),
		EventSubsidyGranted:    data(subsidyDetail{}),
		EventSubsidyRefused:    data(subsidyDetail{}),
		EventSubsidyPaid:       data(subsidyDetail{}),
		EventSubsidyClawedBack: data(subsidyDetail{}),
	}
}
