package coinsurance

import (
	"fmt"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
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

// poolFact announces that a pool was founded.
func poolFact(pool *Pool, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: pool.Code, Type: EventPoolOpened, Subject: "pool/" + pool.Code, SubjectVersion: pool.Version,
		Effective: calendar.DateOf(pool.Opened), Recorded: pool.Opened, By: by, Audience: fact.Everyone,
		Data: PoolOpened{
			Code: pool.Code, Industry: pool.Industry, Name: pool.Name, Partition: pool.Ordinal,
			Capacity: pool.Capacity, Opens: pool.Opens, Closes: pool.Closes,
		},
	}
}

// AgreementTerms is the data of coinsurance.agreement_proposed and agreement_accepted.
type AgreementTerms struct {
	Version int             `json:"version"`
	From    calendar.Date   `json:"from"`
	State   string          `json:"state"`
	Terms   Terms           `json:"terms"`
	Shares  []Participation `json:"shares"`
}

// agreementFact announces what happened to a version of an agreement.
func agreementFact(kind string, agreement *Agreement, recorded time.Time, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: agreement.Pool, Type: kind, Subject: fmt.Sprintf("agreement/%s/%d", agreement.Pool, agreement.Version),
		SubjectVersion: agreement.SubjectVersion, Effective: agreement.Starts, Recorded: recorded, By: by,
		Audience: fact.Everyone, AgreementVersion: agreement.Version,
		Data: AgreementTerms{
			Version: agreement.Version, From: agreement.Starts, State: agreement.State,
			Terms: agreement.Terms, Shares: agreement.Participations,
		},
	}
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
