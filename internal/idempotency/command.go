package idempotency

import (
	"gongbao/internal/access"
	"gongbao/internal/calendar"
)

// Command is what every command says besides its own matter. The command of a use case embeds it.
type Command struct {
	By             access.Principal `json:"-"`         // who asks
	IdempotencyKey string           `json:"-"`         // the same key with the same command gets the first answer; "" for none
	IfVersion      int64            `json:"-"`         // the version of the document that the caller saw; 0 for any
	Effective      calendar.Date    `json:"effective"` // the day it counts from; zero for the business day
}
