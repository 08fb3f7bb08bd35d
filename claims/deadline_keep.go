package claims

import (
	"context"
	"sync"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// clockData is a clock as events tell of it.
type clockData struct {
	Name        DeadlineName  `json:"name"`
	Member      string        `json:"member,omitempty"`
	Number      int           `json:"number,omitempty"`
	Started     calendar.Date `json:"started"`
	Due         calendar.Date `json:"due"`
	DueAt       *time.Time    `json:"due_at,omitempty"`
	Provisional bool          `json:"provisional,omitempty"`
	Late        bool          `json:"late,omitempty"`
	Reference   string        `json:"reference,omitempty"`
}

// clocksDetail lists the clocks of the whole claim; a member's own stand in its section.
type clocksDetail struct {
	Clocks []clockData `json:"clocks,omitempty"`
}

// dialOf is the claim's clocks, ready to be turned. The calendar is asked for only when a clock counts working days.
func (h *held) dialOf(ctx context.Context, tx *pg.Tx) *dial {
	return &dial{
		clocks: h.clocks, now: h.now, today: h.today,
		days: sync.OnceValues(func() (calendar.Workdays, error) { return coinsurance.Workdays(ctx, tx) }),
	}
}

// announceClocks announces what was turned.
func (h *held) announceClocks(
	ctx context.Context, tx *pg.Tx, by access.Principal, c *Claim, d *dial,
) error {
	if d.failed != nil {
		return d.failed
	}
	for _, list := range []struct {
		kind   string
		clocks []Deadline
	}{
		{EventDeadlineStarted, d.started}, {EventDeadlineMet, d.met}, // one may start and be met
		{EventDeadlineStopped, d.stopped},
		{EventDeadlineDueSoon, d.soon}, {EventDeadlineMissed, d.missed},
	} {
		if len(list.clocks) == 0 {
			continue
		}
		c.Version++
		if err := outbox.Append(ctx, tx, h.clockFact(by, list.kind, c, list.clocks)); err != nil {
			return err
		}
	}
	return nil
}

// write queues the clocks that were turned.
func (d *dial) write(tx *pg.Tx, c *Claim) {
	if len(d.turned) == 0 {
		return
	}
	var lists [clockColumns][]any
	for _, at := range d.turned {
		clock := &d.clocks[at]
		clock.Next = clock.look()
		for i, value := range [clockColumns]any{
			string(clock.Name), clock.Member, clock.Number, clock.Started.SQL(), clock.Due.SQL(), clock.DueAt,
			clock.Provisional, string(clock.State), clock.Warned, clock.Missed, clock.Ended.SQL(), clock.Reference,
			clock.Next,
		} {
			lists[i] = append(lists[i], value)
		}
	}
	args := []any{c.Pool, c.Number}
	for _, list := range lists {
		args = append(args, list)
	}
	tx.Queue(upsertClocks, args...)
}

const clockColumns = 13 // besides the claim's

// upsertClocks writes all clocks that a step turned in one statement.
const upsertClocks = `INSERT INTO claim_clock (pool, claim, name, member, number, started, due, due_at, provisional,
		state, warned, missed, ended, reference, next)
	SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::int[], $6::date[], $7::date[], $8::timestamptz[],
		$9::boolean[], $10::text[], $11::boolean[], $12::boolean[], $13::date[], $14::text[], $15::timestamptz[])
	ON CONFLICT (pool, claim, name, member, number) DO UPDATE SET started = excluded.started, due = excluded.due,
		due_at = excluded.due_at, provisional = excluded.provisional, state = excluded.state, warned = excluded.warned,
		missed = excluded.missed, ended = excluded.ended, reference = excluded.reference, next = excluded.next`

// clockFact tells each member of the clocks of the whole claim and of its own.
func (h *held) clockFact(by access.Principal, kind string, c *Claim, clocks []Deadline) fact.Fact {
	var detail clocksDetail
	own := map[string][]clockData{}
	for _, clock := range clocks {
		data := clockData{
			Name: clock.Name, Member: clock.Member, Number: clock.Number, Started: clock.Started, Due: clock.Due,
			DueAt: clock.DueAt, Provisional: clock.Provisional, Late: clock.Missed && clock.State == Met,
			Reference: clock.Reference,
		}
		if clock.Member == "" {
			detail.Clocks = append(detail.Clocks, data)
		} else {
			own[clock.Member] = append(own[clock.Member], data)
		}
	}
	announced := h.fact(by, kind, c, detail)
	announced.Effective, announced.Sections = h.today, nil
	for _, member := range h.agreement.Members() {
		announced.Sections = append(announced.Sections, fact.Section{Member: member, Data: memberData{Clocks: own[member]}})
	}
	return announced
}
