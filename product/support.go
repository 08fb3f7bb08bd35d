package product

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Support is a rule of premium support 保费补贴: its parameters, from when to when, and how well they are known.
type Support struct {
	Code          string        `json:"code"`
	From          calendar.Date `json:"from"` // of the policy's first day
	To            calendar.Date `json:"to,omitzero"`
	Share         money.Rate    `json:"share"`                    // of the premium that counts
	RateCap       *money.Rate   `json:"rate_cap,omitempty"`       // premium counts up to this of the limit that counts
	LimitMultiple int           `json:"limit_multiple,omitempty"` // the limit counts up to so many contract values
	LimitCap      *money.Amount `json:"limit_cap,omitempty"`      // and up to this amount
	PerInsured    *money.Amount `json:"per_insured,omitempty"`    // of an insured in a calendar year
	Years         int           `json:"years,omitempty"`          // consecutive policies that may be supported
	Source        string        `json:"source"`
	Certainty     string        `json:"certainty"`
}
