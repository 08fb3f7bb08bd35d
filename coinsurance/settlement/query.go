package settlement

import (
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// QueryState is where a query stands; it holds its items until it is resolved.
type QueryState string

// States of a query.
const (
	QueryOpen      QueryState = "open"
	QueryAnswered  QueryState = "answered"  // by another party of its items, or by the manager
	QueryEscalated QueryState = "escalated" // to the manager, by hand or when nobody answered in time
	QueryResolved  QueryState = "resolved"  // lifted by the member that raised it
)

// QueryReason is why a member disputes a subject.
type QueryReason string

// The closed list of reasons.
const (
	ReasonShare       QueryReason = "share"        // the share is another one
	ReasonAmount      QueryReason = "amount"       // the amount is another one
	ReasonNotReceived QueryReason = "not_received" // the premium was not received
	ReasonNotCovered  QueryReason = "not_covered"  // the claim is not covered
	ReasonDuplicate   QueryReason = "duplicate"    // it was settled before
	ReasonLate        QueryReason = "late"         // it belongs to another period
	ReasonOther       QueryReason = "other"
)

// QueryReasons are all of them.
var QueryReasons = []QueryReason{
	ReasonShare, ReasonAmount, ReasonNotReceived, ReasonNotCovered, ReasonDuplicate, ReasonLate, ReasonOther,
}

// Query is a member's dispute of a subject on a statement, or of one group of it 质疑. It holds every item of it in which
// the member is a party.
type Query struct {
	bun.BaseModel `bun:"table:statement_query"`

	Pool       string        `bun:"pool,pk"      json:"-"`
	Statement  int           `bun:"statement,pk" json:"-"`
	Number     int           `bun:"number,pk"    json:"number"` // from 1 on each statement
	Subject    string        `bun:"subject"      json:"subject"`
	Group      Group         `bun:"grp"          json:"group"` // "" for all
	Member     string        `bun:"member"       json:"member"`
	Parties    string        `bun:"parties"      json:"-"` // of the disputed items; none need know the others
	Reason     QueryReason   `bun:"reason"       json:"reason"`
	Remark     string        `bun:"remark"       json:"remark,omitempty"`
	Document   string        `bun:"document"     json:"document,omitempty"`
	State      QueryState    `bun:"state"        json:"state"`
	RaisedBy   string        `bun:"raised_by"    json:"raised_by"`
	Raised     time.Time     `bun:"raised"       json:"raised"`
	AnswerBy   calendar.Date `bun:"answer_by"    json:"answer_by"`
	Answer     string        `bun:"answer"       json:"answer,omitempty"`
	AnsweredBy string        `bun:"answered_by"  json:"answered_by,omitempty"`
	Answered   *time.Time    `bun:"answered"     json:"answered,omitempty"`
	// Answerer is the member for which it was answered; none for the manager.
	Answerer       string     `bun:"answerer"        json:"answerer,omitempty"`
	AnswerDocument string     `bun:"answer_document" json:"answer_document,omitempty"`
	Escalated      *time.Time `bun:"escalated"    json:"escalated,omitempty"`
	ResolvedBy     string     `bun:"resolved_by"  json:"resolved_by,omitempty"`
	Resolved       *time.Time `bun:"resolved"     json:"resolved,omitempty"`
}

// speaksFor says that the query speaks for a member that has not confirmed: it raised it, or, where that is asked, an
// item of its own is disputed.
func (q *Query) speaksFor(member string, parties bool) bool {
	is := q.Member == member || parties && slices.Contains(strings.Fields(q.Parties), member)
	return is && q.State != QueryResolved
}

// seenBy says that a member is a party of what is disputed, or disputes it.
func (q *Query) seenBy(member string) bool {
	return q.Member == member || slices.Contains(strings.Fields(q.Parties), member)
}

// closed refuses what is done to a query that is resolved.
func (q *Query) closed() error {
	if q.State == QueryResolved {
		return ErrQueryClosed.Case(fault.Args{"number": q.Number})
	}
	return nil
}

// toldOfAnswer are the members that read the answer: all parties that of the manager, else the two between whom it was
// given. The parties need not know of each other.
func (q *Query) toldOfAnswer() []string {
	if q.Answerer == "" {
		return strings.Fields(q.Parties)
	}
	return []string{q.Answerer, q.Member}
}

// readsAnswer says that a member may read what was answered.
func (q *Query) readsAnswer(member string) bool { return slices.Contains(q.toldOfAnswer(), member) }

// unanswered is the query without what was answered, for who may not read that.
func (q *Query) unanswered() *Query {
	bare := *q
	bare.Answer, bare.AnswerDocument, bare.Answerer, bare.AnsweredBy, bare.Answered = "", "", "", "", nil
	return &bare
}

var queriesOf = pg.Select[Query, statementKey](files, "QueriesOf")
