package claims

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
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

	changed bool
}

// query gives the query of a number to be moved on; it must stand at one of these states, and be the member's own if
// one is named.
func (h *held) query(number int, member string, states ...QueryState) (*Query, error) {
	at := slices.IndexFunc(h.queries, func(q Query) bool { return q.Number == number })
	if at < 0 || member != "" && h.queries[at].Member != member {
		return nil, ErrQueryNotFound.With("%s number %d", h.claim.Number, number)
	}
	q := &h.queries[at]
	if !slices.Contains(states, q.State) {
		return nil, ErrQueryNotWaiting.With("%s number %d is %s", h.claim.Number, number, q.State)
	}
	q.changed = true
	return q, nil
}

// tell has the member that asks, and who handles the claim, be told where the query stands; it gives the event's
// detail.
func (h *held) tell(q *Query) queryDetail {
	own := memberData{Queries: []queryData{{
		Number: q.Number, Member: q.Member, Topic: q.Topic, State: q.State, Text: q.Text, Answer: q.Answer,
		Decision: q.Decision,
	}}}
	h.told = map[string]memberData{q.Member: own, h.servicer(): own, h.leader(): own}
	return queryDetail{Query: q.Number, Topic: q.Topic, State: q.State}
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

// writeQueries queues the queries that changed.
func (h *held) writeQueries(tx *pg.Tx, c *Claim) {
	for _, q := range h.queries {
		if !q.changed {
			continue
		}
		tx.Queue(`INSERT INTO claim_query (pool, claim, number, member, topic, text, raised, raised_by, state, answer,
				answerer, answered, decision, closed_by, closed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (pool, claim, number) DO UPDATE SET state = $9, answer = $10, answerer = $11, answered = $12,
				decision = $13, closed_by = $14, closed = $15`,
			c.Pool, c.Number, q.Number, q.Member, q.Topic, q.Text, q.Raised.SQL(), q.RaisedBy, string(q.State), q.Answer,
			q.Answerer, q.Answered, q.Decision, q.ClosedBy, q.Closed)
	}
}
