package claims

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/text/field"
)

// Topics of a query.
const (
	TopicQuestion = "question"
	TopicDispute  = "dispute" // an objection to the cover, an amount or how the claim is handled
)

// QueryState is where a query stands.
type QueryState string

// States of a query.
const (
	QueryOpen      QueryState = "open"      // who handles the claim is to answer
	QueryAnswered  QueryState = "answered"  // the member is to accept the answer, or to pass the query on
	QueryEscalated QueryState = "escalated" // the pool manager is to decide
	QueryAccepted  QueryState = "accepted"
	QueryDecided   QueryState = "decided"
	QueryWithdrawn QueryState = "withdrawn"
)

// Query is what a follower asks about a claim, or objects to 赔案异议. It is answered in time, else it goes to the pool
// manager. It holds up neither the claim nor its money: what a member will not pay it disputes on its statement.
type Query struct {
	bun.BaseModel `bun:"table:claim_query"`

	Pool     string        `bun:"pool,pk"   json:"-"`
	Claim    string        `bun:"claim,pk"  json:"-"`
	Number   int           `bun:"number,pk" json:"number"` // counted per claim
	Member   string        `bun:"member"    json:"member"`
	Topic    string        `bun:"topic"     json:"topic"`
	Text     string        `bun:"text"      json:"text"`
	Raised   calendar.Date `bun:"raised"    json:"raised"`
	RaisedBy string        `bun:"raised_by" json:"raised_by"`
	State    QueryState    `bun:"state"     json:"state"`
	Answer   string        `bun:"answer"    json:"answer,omitempty"`
	Answerer string        `bun:"answerer"  json:"answered_by,omitempty"`
	Answered *time.Time    `bun:"answered"  json:"answered,omitempty"`
	Decision string        `bun:"decision"  json:"decision,omitempty"`
	ClosedBy string        `bun:"closed_by" json:"closed_by,omitempty"`
	Closed   *time.Time    `bun:"closed"    json:"closed,omitempty"`
}

// checkText wants a text of a query.
func checkText(path, text string) error {
	var check fault.Check
	field.Prose(&check, path, text, reasonMax)
	return check.Refuse(ErrClaimInvalid)
}

// queryDetail names a query; what it says stands in the sections of the member that asks and of who handles the claim.
type queryDetail struct {
	Query int        `json:"query"`
	Topic string     `json:"topic"`
	State QueryState `json:"state"`
}

// queryData is a query as a section tells of it.
type queryData struct {
	Number   int        `json:"number"`
	Member   string     `json:"member"`
	Topic    string     `json:"topic"`
	State    QueryState `json:"state"`
	Text     string     `json:"text"`
	Answer   string     `json:"answer,omitempty"`
	Decision string     `json:"decision,omitempty"`
}

// data is what the sections of those concerned tell of the query.
func (q *Query) data() queryData {
	return queryData{
		Number: q.Number, Member: q.Member, Topic: q.Topic, State: q.State, Text: q.Text, Answer: q.Answer,
		Decision: q.Decision,
	}
}

// detail is what everybody hears of the query.
func (q *Query) detail() queryDetail {
	return queryDetail{Query: q.Number, Topic: q.Topic, State: q.State}
}
