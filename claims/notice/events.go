package notice

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Types of the facts that are announced of notices.
const (
	EventLargeLoss        = "claims.large_loss_notified"
	EventSurveyCalled     = "claims.joint_survey_called"
	EventSecondLeadNamed  = "claims.second_lead_named"
	EventSecondLeadLifted = "claims.second_lead_lifted"
	EventAnswered         = "claims.notice_answered"
	EventConsentAsked     = "claims.consent_asked"
	EventConsentDeemed    = "claims.consent_deemed"
	EventConsentGiven     = "claims.consent_given"
	EventConsentRefused   = "claims.consent_refused"
)

// Data is a notice as a member's section tells of it.
type Data struct {
	Number  int           `json:"number"`
	Kind    Kind          `json:"kind"`
	Purpose string        `json:"purpose,omitempty"`
	Amount  *money.Amount `json:"amount,omitempty"`
	Due     calendar.Date `json:"due"`
	State   State         `json:"state"`
	Note    string        `json:"note,omitempty"`
}

// Data is what the member's section tells of the notice.
func (n *Notice) Data() Data {
	return Data{
		Number: n.Number, Kind: n.Kind, Purpose: n.Purpose, Amount: n.Amount, Due: n.Due, State: n.State, Note: n.Note,
	}
}

// Detail names a notice; what it says to a member stands in the member's section.
type Detail struct {
	Notice int  `json:"notice"`
	Kind   Kind `json:"kind"`
}

// ConsentDetail is what the members are asked.
type ConsentDetail struct {
	Notice  int           `json:"notice"`
	Purpose string        `json:"purpose"`
	Amount  *money.Amount `json:"amount,omitempty"`
	Reason  string        `json:"reason"`
}

// EventTypes are the types of event of answers and consent, each with its detail.
func EventTypes() map[string]any {
	return map[string]any{
		EventAnswered: Detail{}, EventConsentAsked: ConsentDetail{}, EventConsentDeemed: Detail{},
		EventConsentGiven: Detail{}, EventConsentRefused: Detail{},
	}
}
