package claims

import (
	"time"

	"gongbao/claims/cashcall"
	"gongbao/claims/deadline"
	"gongbao/claims/notice"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// Types of the facts this wing announces.
const (
	EventClaimFiled         = "claims.claim_filed"
	EventImportConfirmed    = "claims.import_confirmed"
	EventClaimImported      = "claims.claim_imported"
	EventClaimReserved      = "claims.claim_reserved"
	EventClaimAssessed      = "claims.claim_assessed"
	EventEvidenceChecked    = "claims.evidence_checked"
	EventClaimApproved      = "claims.claim_approved"
	EventClaimCountersigned = "claims.claim_countersigned"
	EventClaimAdvanced      = "claims.claim_advanced"
	EventClaimPaid          = "claims.claim_paid"
	EventPaymentReversed    = "claims.payment_reversed"
	EventClaimRefused       = "claims.claim_refused"
	EventClaimWithdrawn     = "claims.claim_withdrawn"
	EventClaimClosed        = "claims.claim_closed"
	EventClaimReopened      = "claims.claim_reopened"
	EventClaimRecovered     = "claims.claim_recovered"

	EventMajor = "claims.major_claim_flagged"

	EventReassigned     = "claims.claim_reassigned"
	EventClaimReported  = "claims.claim_reported"
	EventEmergency      = "claims.emergency_flagged"
	EventQueryRaised    = "claims.query_raised"
	EventQueryAnswered  = "claims.query_answered"
	EventQueryEscalated = "claims.query_escalated"
	EventQueryClosed    = "claims.query_closed"
	EventOccurrence     = "claims.occurrence_opened"
	EventClaimTied      = "claims.claim_tied"
)

// eventData is the common part's data of every claim event: where the claim stands, at 100 % and to date.
type eventData struct {
	Claim             string        `json:"claim"`
	Policy            string        `json:"policy"`
	State             State         `json:"state"`
	LossDay           calendar.Date `json:"loss_day"`
	Loss              *money.Amount `json:"loss,omitempty"`
	EstimateIndemnity money.Amount  `json:"estimate_indemnity"`
	EstimateExpense   money.Amount  `json:"estimate_expense"`
	ApprovedIndemnity money.Amount  `json:"approved_indemnity"`
	ApprovedExpense   money.Amount  `json:"approved_expense"`
	PaidIndemnity     money.Amount  `json:"paid_indemnity"`
	PaidExpense       money.Amount  `json:"paid_expense"`
	Recovery          money.Amount  `json:"recovery"`
	Salvage           money.Amount  `json:"salvage"`
	Detail            any           `json:"detail,omitempty"`
}

func dataOf(c *Claim, detail any) eventData {
	return eventData{
		Claim: c.Number, Policy: c.Policy, State: c.Status, LossDay: c.LossDay, Loss: c.Loss,
		EstimateIndemnity: c.EstimateIndemnity, EstimateExpense: c.EstimateExpense,
		ApprovedIndemnity: c.ApprovedIndemnity, ApprovedExpense: c.ApprovedExpense, PaidIndemnity: c.PaidIndemnity,
		PaidExpense: c.PaidExpense, Recovery: c.Recovery, Salvage: c.Salvage, Detail: detail,
	}
}

// memberData is a member's own section.
type memberData struct {
	Portions  map[ledger.Stream]portionData `json:"portions,omitempty"`
	Postings  []ledger.Posting              `json:"postings,omitempty"`
	Deadlines []deadline.Data               `json:"clocks,omitempty"`  // its own
	Notices   []notice.Data                 `json:"notices,omitempty"` // its own
	Queries   []queryData                   `json:"queries,omitempty"` // its own; all, of who handles the claim
}

type portionData struct {
	Movement money.Amount `json:"movement"`
	ToDate   money.Amount `json:"to_date"`
}

// reasonDetail is why a claim was refused.
type reasonDetail struct {
	Reason string `json:"reason"`
	Ground string `json:"ground,omitempty"` // of the line's list
	Clause string `json:"clause,omitempty"` // or article, of that ground
}

// assessedDetail is how an assessment by section was calculated.
type assessedDetail struct {
	Worksheet indemnity.Worksheet `json:"worksheet"`
}

// evidenceDetail is what was checked off.
type evidenceDetail struct {
	Item     string `json:"item"`
	State    string `json:"state"`
	Note     string `json:"note,omitempty"`
	Document *int   `json:"document,omitempty"`
}

// paymentDetail is what a payment moved, at 100 %; negative when it takes another back.
type paymentDetail struct {
	Payment   int          `json:"payment"`
	Indemnity money.Amount `json:"indemnity,omitzero"`
	Expense   money.Amount `json:"expense,omitzero"`
	Kinds     Expense      `json:"expense_by_kind,omitzero"`
	PayeeKind string       `json:"payee_kind"`
	Payee     string       `json:"payee,omitempty"`
	Reverses  *int         `json:"reverses,omitempty"`
	Reason    string       `json:"reason,omitempty"`
}

// countersignedDetail is what a second person has agreed to.
type countersignedDetail struct {
	Act    string       `json:"act"`    // the command that the word is for
	Role   access.Role  `json:"role"`   // in which the person acted
	Amount money.Amount `json:"amount"` // up to which, to date
}

// importConfirmed says for how many claims a file is, and what is approved or paid of them in all.
type importConfirmed struct {
	Claims int          `json:"claims"`
	Amount money.Amount `json:"amount"`
}

// recoveredDetail is what a recovery moved, at 100 %.
type recoveredDetail struct {
	Recovery money.Amount `json:"recovery,omitzero"`
	Salvage  money.Amount `json:"salvage,omitzero"`
}

// thresholdDetail is the amount that was reached, or is no longer.
type thresholdDetail struct {
	From       money.Amount  `json:"from"`
	SecondLead string        `json:"second_lead,omitempty"`
	Aggregate  *money.Amount `json:"together,omitempty"`   // what all claims of the occurrence are estimated at
	Occurrence string        `json:"occurrence,omitempty"` // whose claims reach it together
}

// reassignedDetail is who has a conflict, and who leads and services the claim from now on.
type reassignedDetail struct {
	Member   string `json:"member"`
	Reason   string `json:"reason"`
	Leader   string `json:"leader"`
	Servicer string `json:"servicer"`
}

// reportDetail is a report that was made.
type reportDetail struct {
	Report    string `json:"report"`
	Reference string `json:"reference"`
}

type emergencyDetail struct {
	At time.Time `json:"at"`
}

type tiedDetail struct {
	Occurrence string `json:"occurrence"` // "" when it is loosened
}

type occurrenceData struct {
	Code string        `json:"code"`
	Name string        `json:"name"`
	Day  calendar.Date `json:"day"`
}

// HistoryEvent is one event of a claim's life.
type HistoryEvent struct {
	Type     string    `bun:"type"            json:"type"`
	Version  int64     `bun:"subject_version" json:"version"`
	Recorded time.Time `bun:"recorded"        json:"recorded"`
}

// EventTypes are the types of event of this wing with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	types := map[string]any{}
	for event, detail := range map[string]any{
		EventClaimFiled: nil, EventClaimReserved: nil, EventClaimApproved: nil, EventClaimWithdrawn: nil,
		EventClaimClosed: nil, EventClaimReopened: nil,
		EventClaimAssessed: assessedDetail{}, EventEvidenceChecked: evidenceDetail{}, EventClaimRefused: reasonDetail{},
		EventClaimAdvanced: paymentDetail{}, EventClaimPaid: paymentDetail{}, EventClaimImported: paymentDetail{},
		EventPaymentReversed: paymentDetail{}, EventClaimRecovered: recoveredDetail{}, EventReassigned: reassignedDetail{},
		EventClaimReported: reportDetail{}, EventEmergency: emergencyDetail{}, EventClaimTied: tiedDetail{},
		EventClaimCountersigned: countersignedDetail{},
		EventMajor:              thresholdDetail{}, notice.EventLargeLoss: thresholdDetail{},
		notice.EventSurveyCalled:    thresholdDetail{},
		notice.EventSecondLeadNamed: thresholdDetail{}, notice.EventSecondLeadLifted: thresholdDetail{},
		cashcall.EventMade: thresholdDetail{}, cashcall.EventRaised: notice.Detail{},
		cashcall.EventPaid: cashcall.PaidDetail{},
		EventQueryRaised:   queryDetail{}, EventQueryAnswered: queryDetail{}, EventQueryEscalated: queryDetail{},
		EventQueryClosed: queryDetail{},
	} {
		types[event] = EventData(detail)
	}
	for _, part := range []map[string]any{notice.EventTypes(), deadline.EventTypes()} {
		for event, detail := range part {
			types[event] = EventData(detail)
		}
	}
	types[EventOccurrence] = occurrenceData{}
	types[EventImportConfirmed] = importConfirmed{}
	return types
}

// EventData is what every event of a claim says, with a detail of its own; schemas are written from it.
func EventData(detail any) any { return eventData{Detail: detail} }

// SectionData is what a member's section of these events looks like; those of the premium look the same, without
// deadlines.
func SectionData() any { return memberData{} }
