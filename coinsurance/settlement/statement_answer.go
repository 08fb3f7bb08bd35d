package settlement

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// AnswerState is where a member stands to its statement.
type AnswerState string

// States of a member's answer.
const (
	AnswerOpen            AnswerState = "issued"
	AnswerConfirmed       AnswerState = "confirmed"
	AnswerDeemedConfirmed AnswerState = "deemed_confirmed" // by silence, where the agreement says so
)

// Answer is what a member says to its statement once it is issued.
type Answer struct {
	bun.BaseModel `bun:"table:statement_answer"`

	Pool        string         `bun:"pool,pk"      json:"-"`
	Statement   int            `bun:"statement,pk" json:"-"`
	Member      string         `bun:"member,pk"    json:"member"`
	State       AnswerState    `bun:"state"        json:"state"`
	LinesSHA256 fact.HexDigest `bun:"lines_sha256" json:"lines_sha256"` // over the member's items
	ConfirmedBy string         `bun:"confirmed_by" json:"confirmed_by,omitempty"`
	Confirmed   *time.Time     `bun:"confirmed"    json:"confirmed,omitempty"`
	Overdue     *time.Time     `bun:"overdue"      json:"overdue,omitempty"` // found not to have answered in time
}

// Stands says that the member has confirmed, or is deemed to.
func (a *Answer) Stands() bool { return a.State != AnswerOpen }

var answersOf = pg.Select[Answer, statementKey](files, "AnswersOf")

// noMember refuses who is no member of the pool.
func noMember(by access.Principal, member string) error {
	return access.ErrForbidden.Case(fault.Args{"person": by.Subject, "member": member})
}
