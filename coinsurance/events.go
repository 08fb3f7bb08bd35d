package coinsurance

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Types of the facts this wing announces.
const (
	EventPoolOpened        = "coinsurance.pool_opened"
	EventAgreementProposed = "coinsurance.agreement_proposed"
	EventAgreementAccepted = "coinsurance.agreement_accepted"
	EventRiskAccepted      = "coinsurance.risk_accepted"
	EventRiskDeclined      = "coinsurance.risk_declined"
)

// PoolOpened is the data of coinsurance.pool_opened.
type PoolOpened struct {
	Code      string        `json:"code"`
	Industry  Industry      `json:"industry"`
	Name      string        `json:"name"`
	Partition int32         `json:"partition"`
	Capacity  *money.Amount `json:"capacity,omitempty"`
	Opens     calendar.Date `json:"opens"`
	Closes    calendar.Date `json:"closes"`
}

// AgreementTerms is the data of coinsurance.agreement_proposed and agreement_accepted.
type AgreementTerms struct {
	Version int             `json:"version"`
	From    calendar.Date   `json:"from"`
	State   string          `json:"state"`
	Terms   Terms           `json:"terms"`
	Shares  []Participation `json:"shares"`
}

// RiskDecided is the data of coinsurance.risk_accepted and risk_declined.
type RiskDecided struct {
	Policy     string       `json:"policy"`
	Member     string       `json:"member"`
	SumInsured money.Amount `json:"sum_insured"`
	Authority  string       `json:"authority"` // the leader's authority, or "unlimited"
}

// EventTypes are the types of event of this wing with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	return map[string]any{
		EventPoolOpened:        PoolOpened{},
		EventAgreementProposed: AgreementTerms{},
		EventAgreementAccepted: AgreementTerms{},
		EventRiskAccepted:      RiskDecided{},
		EventRiskDeclined:      RiskDecided{},
	}
}
