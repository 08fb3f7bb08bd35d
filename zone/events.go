package zone

import (
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Types of the facts this wing announces. They begin with coinsurance, where these use cases once stood.
const (
	EventMemberRegistered = "coinsurance.member_registered"
	EventLimitProposed    = "coinsurance.limit_proposed"
	EventLimitAccepted    = "coinsurance.limit_accepted"
	EventBankProposed     = "coinsurance.bank_details_proposed"
	EventBankApproved     = "coinsurance.bank_details_approved"
	EventBankRejected     = "coinsurance.bank_details_rejected"
	EventBankConfirmed    = "coinsurance.bank_details_confirmed"
	EventMandateProposed  = "coinsurance.mandate_proposed"
	EventMandateGiven     = "coinsurance.mandate_given"
	EventMandateRejected  = "coinsurance.mandate_rejected"
	EventMandateWithdrawn = "coinsurance.mandate_withdrawn"
	EventWorkdaysImported = "coinsurance.workdays_imported"
)

// MemberRegistered is the data of coinsurance.member_registered.
type MemberRegistered struct {
	Code    string        `json:"code"`
	Name    string        `json:"name"`
	Capital *money.Amount `json:"capital,omitempty"`
}

// LimitSet is the data of coinsurance.limit_proposed and limit_accepted; only the organisation, the pool manager and
// the regulator see it.
type LimitSet struct {
	Organisation string        `json:"organisation"`
	Number       int64         `json:"number"`
	Role         access.Role   `json:"role"`
	Line         string        `json:"line"`
	From         calendar.Date `json:"from"`
	Amount       *money.Amount `json:"amount,omitempty"` // none: no limit from this day on
	State        string        `json:"state"`
}

// BankSet is the data of coinsurance.bank_details_proposed, _approved, _rejected and _confirmed. The account is masked;
// the digest is SHA-256 of a salt that stays in the database and the account number, for who knows both.
type BankSet struct {
	Member  string        `json:"member"`
	Number  int64         `json:"number"`
	From    calendar.Date `json:"from"`
	Bank    string        `json:"bank"`
	CNAPS   string        `json:"cnaps"`
	Account string        `json:"account"`                // "…1234"
	Holder  string        `json:"account_name,omitempty"` // since contract 6
	Digest  string        `json:"digest"`
	State   string        `json:"state"`
}

// MandateSet is the data of coinsurance.mandate_proposed, _given, _rejected and _withdrawn.
type MandateSet struct {
	Member string        `json:"member"`
	Number int64         `json:"number"`
	From   calendar.Date `json:"from"`
	State  string        `json:"state"`
}

// WorkdaysImported is the data of coinsurance.workdays_imported: the days that are new or another than before.
type WorkdaysImported struct {
	Days []Workday `json:"days"`
}

// EventTypes are the types of event of this wing with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	return map[string]any{
		EventMemberRegistered: MemberRegistered{},
		EventLimitProposed:    LimitSet{},
		EventLimitAccepted:    LimitSet{},
		EventBankProposed:     BankSet{},
		EventBankApproved:     BankSet{},
		EventBankRejected:     BankSet{},
		EventBankConfirmed:    BankSet{},
		EventMandateProposed:  MandateSet{},
		EventMandateGiven:     MandateSet{},
		EventMandateRejected:  MandateSet{},
		EventMandateWithdrawn: MandateSet{},
		EventWorkdaysImported: WorkdaysImported{},
	}
}
