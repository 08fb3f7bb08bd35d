package crash

import (
	"context"
	"database/sql"
	"fmt"
	"io"

	"gongbao/internal/pg"
)

// Settlement is what a run did to settlement and found of it.
type Settlement struct {
	Rounds int            `json:"rounds"` // that struck a step
	Struck map[string]int `json:"struck"` // how often a step was struck while it was in flight
	Missed int            `json:"missed"` // strikes that came just after

	// What was there of a command that was in flight when the service was killed; a bank's file has no key to look for.
	FoundUndone int `json:"found_undone"`
	FoundCut    int `json:"found_cut"` // a drawing of which the cut was made, and nothing drawn
	FoundDone   int `json:"found_done"`

	Answered int64 `json:"answered"` // commands
	Repeated int64 `json:"repeated"` // answers that were given again, and are the same
	Changed  int   `json:"changed"`  // answers that are not
	Lost     int64 `json:"lost"`     // commands answered that are not there

	Statements int64 `json:"statements"`
	Runs       int64 `json:"runs"`
	Unwound    int64 `json:"unwound"` // of them
	Orders     int64 `json:"orders"`
	Files      int64 `json:"files"`
	Entries    int64 `json:"entries"`  // of accounts
	Clearing   int64 `json:"clearing"` // postings of clearing
	Largest    int64 `json:"largest"`  // of them, in one transaction
	Half       int64 `json:"half"`     // what stands half: see wholes
}

// least is how often each step must have been struck: each as often as another.
func (s *Settlement) least() int { return s.Rounds / len(aims) }

func (s *Settlement) holds() bool {
	for _, step := range aims {
		if s.Struck[step] < s.least() {
			return false
		}
	}
	return s.Changed == 0 && s.Lost == 0 && s.Half == 0
}

// finishSettling settles to its end what was broken off, as whoever takes over would, and hears what is answered.
func (r *run) finishSettling(ctx context.Context, house *House) error {
	if r.report.Settlement == nil {
		return nil
	}
	listener, heard := newService("the proof"), make(chan struct{})
	output, input := io.Pipe()
	go func() {
		defer close(heard)
		listener.listen(output, r.acknowledged)
	}()
	err := house.Settle(ctx, input)
	_ = input.Close() // a pipe's end cannot fail
	<-heard
	if err != nil {
		return fmt.Errorf("settle what was broken off: %w", err)
	}
	return nil
}

// proveSettlement wants every answer to stand and every step to be whole.
func (r *run) proveSettlement(ctx context.Context, house *House) error {
	found := r.report.Settlement
	if found == nil {
		return nil
	}
	for _, step := range aims {
		if found.Struck[step] < found.least() {
			r.report.fault("%s was struck %d times in flight, wanted %d", step, found.Struck[step], found.least())
		}
	}
	if err := r.proveAnswers(ctx, house); err != nil {
		return err
	}
	for _, whole := range wholes {
		var wrong int64
		if err := pg.Row(ctx, house.DB, whole.query, nil, &wrong); err != nil {
			return fmt.Errorf("%s: %w", whole.name, err)
		}
		if found.Half += wrong; wrong > 0 {
			r.report.fault("settlement: %d %s", wrong, whole.name)
		}
	}
	return pg.Row(ctx, house.DB, `SELECT (SELECT count(*) FROM statement), (SELECT count(*) FROM settlement),
		(SELECT count(*) FROM settlement WHERE state = 'unwound'),
		(SELECT count(*) FROM payment_order), (SELECT count(*) FROM payment_file), (SELECT count(*) FROM bank_entry),
		coalesce(sum(n), 0), coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM posting p
			JOIN settlement_clearing c ON c.pool = p.pool AND c.journal = p.journal
			GROUP BY p.pool, c.settlement, p.recorded) t`, nil,
		&found.Statements, &found.Runs, &found.Unwound, &found.Orders, &found.Files, &found.Entries, &found.Clearing,
		&found.Largest)
}

// proveAnswers holds what commands were told against what is kept of their keys: the same bytes.
func (r *run) proveAnswers(ctx context.Context, house *House) error {
	found, heard := r.report.Settlement, &r.acknowledged.answers
	found.Repeated, found.Changed = heard.repeated, len(heard.changed)
	for _, key := range heard.changed {
		r.report.fault("%s was answered in two ways", key)
	}
	kept := map[string]string{}
	err := pg.Rows(ctx, house.DB, `SELECT key, answer FROM idempotency WHERE key LIKE 'settle-%'`, nil,
		func(rows *sql.Rows) error {
			var key string
			var answer []byte
			err := rows.Scan(&key, &answer)
			kept[key] = digestOf(answer)
			return err
		})
	if err != nil {
		return err
	}
	for key, told := range heard.told {
		if told == refusal {
			continue
		}
		if found.Answered++; kept[key] != told {
			found.Lost++
			r.report.fault("%s was answered, and another answer or none is kept", key)
		}
	}
	return nil
}

// wholes are what must not stand half once everything that was broken off is finished. Each query counts what does.
var wholes = []struct{ name, query string }{
	{"statements with a cut and no items", `SELECT count(*) FROM statement WHERE state = 'cut'`},
	{"statements that were drawn, issued or cancelled and not told of so often", `SELECT count(*) FROM statement s
		WHERE s.version IS DISTINCT FROM (SELECT count(*) FROM event e WHERE e.pool = s.pool
			AND e.subject = 'statement/' || s.pool || '/' || s.period || '/' || s.issue)`},
	{"periods with two statements that stand", `SELECT count(*) FROM (SELECT FROM statement WHERE state <> 'cancelled'
		GROUP BY pool, period HAVING count(*) > 1) s`},
	{"statements with other items than counted", `SELECT count(*) FROM statement s
		WHERE s.postings IS DISTINCT FROM (SELECT coalesce(sum(i.postings), 0) FROM statement_item i
			WHERE i.pool = s.pool AND i.statement = s.number) AND s.state <> 'cancelled'`},
	{"runs that are neither complete nor undone", `SELECT count(*) FROM settlement
		WHERE state NOT IN ('completed', 'withdrawn', 'unwound')`},
	{"runs that were not told of so often", `SELECT count(*) FROM settlement s WHERE s.version IS DISTINCT FROM
		(SELECT count(*) FROM event e WHERE e.pool = s.pool
			AND e.subject = 'settlement/' || s.pool || '/' || s.number)`},
	{"orders that are paid in part or not at all", `SELECT count(*) FROM payment_order
		WHERE state NOT IN ('executed', 'void')`},
	{"orders whose payments are not what moved", `SELECT count(*) FROM payment_order o WHERE o.executed IS DISTINCT FROM
		(SELECT coalesce(sum(m.amount), 0) FROM order_movement m WHERE m.pool = o.pool AND m.payment_order = o.id)`},
	{"orders that were not told of so often", `SELECT count(*) FROM payment_order o WHERE o.version IS DISTINCT FROM
		(SELECT count(*) FROM event e WHERE e.pool = o.pool AND e.subject = 'order/' || o.pool || '/' || o.id)`},
	{"movements without their journal", `SELECT count(*) FROM order_movement m
		WHERE NOT EXISTS (SELECT FROM journal j WHERE j.pool = m.pool AND j.id = m.journal)`},
	{"payment files that nobody decided on", `SELECT count(*) FROM payment_file WHERE state = 'made'`},
	{"payment files with other bytes or attempts", `SELECT count(*) FROM payment_file f
		WHERE f.sha256 <> sha256(f.content) OR (f.orders, f.amount) <>
			(SELECT count(*), coalesce(sum(a.amount), 0) FROM payment_attempt a WHERE a.pool = f.pool AND a.file = f.number)`},
	{"payment files that were not told of twice", `SELECT count(*) FROM payment_file f
		WHERE 2 <> (SELECT count(*) FROM event e WHERE e.pool = f.pool
			AND e.subject = 'file/' || f.pool || '/' || f.number)`},
	{"attempts that no bank has answered", `SELECT count(*) FROM payment_attempt WHERE state IN ('made', 'released')`},
	{"entries of accounts that are not allocated whole", `SELECT count(*) FROM bank_entry e WHERE e.amount <>
		(SELECT coalesce(sum(m.amount), 0) FROM bank_match m WHERE m.account = e.account AND m.key = e.key)`},
	{"books with something left in clearing", `SELECT count(*) FROM (SELECT FROM posting
		WHERE 'settlement_clearing' IN (debit, credit) GROUP BY pool, book
		HAVING sum(CASE WHEN debit = 'settlement_clearing' THEN amount ELSE -amount END) <> 0) b`},
	{"journals of clearing that are not told of", `SELECT count(*) FROM settlement_clearing c
		WHERE NOT EXISTS (SELECT FROM event e WHERE e.pool = c.pool AND e.id = c.journal)`},
	{"subjects with a version that is missing, or there twice", `SELECT count(*) FROM (SELECT FROM event
		WHERE type LIKE 'coinsurance.%' GROUP BY pool, subject
		HAVING count(*) <> max(subject_version) OR count(DISTINCT subject_version) <> count(*)) s`},
	{"commands with more or fewer facts than keys", `SELECT count(*) FROM (VALUES
			('draw_statement', 'statement_drawn'), ('cancel_statement', 'statement_cancelled'),
			('issue_statement', 'statement_issued'), ('raise_query', 'statement_queried'),
			('answer_query', 'query_answered'), ('resolve_queries', 'query_resolved'),
			('propose_settlement', 'settlement_proposed'), ('withdraw_settlement', 'settlement_withdrawn'),
			('approve_settlement', 'settlement_approved'), ('propose_unwinding', 'unwinding_proposed'),
			('withdraw_unwinding', 'unwinding_withdrawn'), ('approve_unwinding', 'unwinding_approved'),
			('make_file', 'payment_file_made'), ('release_file', 'payment_file_released'),
			('void_file', 'payment_file_void')) AS one (command, told)
		WHERE (SELECT count(*) FROM idempotency WHERE operation = 'coinsurance.' || command) <>
			(SELECT count(*) FROM event WHERE type = 'coinsurance.' || told)`},
}
