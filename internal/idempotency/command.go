package idempotency

import (
	"reflect"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/text"
)

// Command is what every command says besides its own matter. The command of a use case embeds it.
type Command struct {
	By             access.Principal `json:"-"`         // who asks
	IdempotencyKey string           `json:"-"`         // a repetition gets the first answer; "" for none
	IfVersion      int64            `json:"-"`         // the version of the document that the caller saw; 0 for any
	Effective      calendar.Date    `json:"effective"` // the day it counts from; zero for the business day
	Rehearsal      *Rehearsal       `json:"-"`         // not nil: run in full and taken back
}

// Said is the command itself, for a recipe that knows a use case's command only as an interface.
func (c Command) Said() Command { return c }

// Scope is where the command's key counts, and whether the command is rehearsed.
func (c Command) Scope(pool, operation string, clock clock.Clock) Scope {
	return Scope{
		Pool: pool, Person: c.By.Subject, Organisation: c.By.Organisation, Operation: operation, Key: c.IdempotencyKey,
		Clock: clock, Rehearsal: c.Rehearsal,
	}
}

// OperationOf is what a use case is called by everybody who counts its keys: the wing and its command's type in snake
// case. RegisterMember of coinsurance is coinsurance.register_member.
func OperationOf(wing string, command any) string {
	return wing + "." + text.Snake(reflect.TypeOf(command).Name())
}

// By is what a command says that only says who asks.
func By(who access.Principal) Command { return Command{By: who} }
