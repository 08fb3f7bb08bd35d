package sim

import (
	"context"
	"math/bits"

	"gongbao/internal/clock"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/pg"
)

// Options say which life is lived, and where.
type Options struct {
	URL   string // the database; scratch schemas are made in it
	Seed  uint64
	Steps int

	// Settlements, when above zero, has the life be mostly about settlement and go on until so many were made, whatever
	// Steps say; then it settles and pays all that is left.
	Settlements int

	Every    int                                          // compare all accounts every so many steps; 0 for everyDefault
	Keep     bool                                         // leave the ledger for a look
	Progress func(what string, done, of int)              // may be nil
	Books    func(ctx context.Context, books Books) error // reads the books before they are dropped; may be nil
	Differs  func(seed uint64, difference *Difference)    // told before it is shortened; may be nil

	hook     hook                        // for tests: tampers with the ledger
	mislead  func(book *auditor.Auditor) // for tests: teaches the auditor a wrong rule
	patience int                         // for tests: how often to try to drop what is not needed; 0 for dropTime
}

const (
	// everyDefault is how many steps lie between two comparisons of all accounts, as long as a tenth of the run is less.
	everyDefault = 1000
	// verifyFirst is the step after which every subject is compared and the ledger proves itself; then each time that
	// there are twice as many.
	verifyFirst = 1000
	// countFirst is the step after which Postgres counts its rows: plans made while tables were empty do not fit. It
	// does so by itself only once a minute.
	countFirst = 100
)

// source is where moves come from: a life, or a list of what happened before.
type source interface{ next() (auditor.Move, bool) }

// runner is a run under way.
type runner struct {
	*session

	options Options
	source  source
	report  *Report
	replay  *replay        // nil the first time
	moves   []auditor.Move // all that were made
	pending []*step        // those of today that were not played yet
	whole   int            // the last step after which all accounts agreed
	proved  int            // the last step after which every subject agreed and the ledger proved itself
	counted int            // the last step after which Postgres counted its rows
}

// Run lives a life, or as many as so many settlements need. The error is one of the machine; a difference stands in the
// report.
func Run(ctx context.Context, options Options) (*Report, error) {
	if options.Every <= 0 {
		options.Every = everyDefault
	}
	watch := clock.Stopwatch()
	run := runOne
	if options.Settlements > bookOf {
		run = runMany
	}
	report, err := run(ctx, options)
	if report != nil {
		report.Seconds = int(clock.Since(watch).Seconds())
		if report.Difference == nil {
			report.judge(options.Settlements)
		}
	}
	return report, err
}

// runOne lives one life in a ledger of its own.
func runOne(ctx context.Context, options Options) (*Report, error) {
	played, err := openSession(ctx, &options)
	if err != nil {
		return nil, err
	}
	defer played.close(ctx, options.Keep)
	return runIn(ctx, options, played)
}

// runIn lives one life in an empty ledger.
func runIn(ctx context.Context, options Options, played *session) (*Report, error) {
	report := newReport(options.Seed)
	if options.Keep {
		report.Schema = played.db.Schema
	}
	life := newLife(options.Seed, options.Steps, played.book)
	if options.Settlements > 0 {
		life = newSettling(options.Seed, options.Settlements, played.book)
	}
	r := &runner{session: played, options: options, source: life, report: report}
	var err error
	report.Difference, err = r.live(ctx)
	if err == nil && options.Books != nil {
		err = options.Books(ctx, Books{Handle: played.db, Foretold: played.foretold()})
	}
	if err == nil {
		err = r.count(ctx)
	}
	if err != nil || report.Difference == nil {
		return report, err
	}
	if options.Differs != nil {
		options.Differs(options.Seed, report.Difference)
	}
	report.Shortest, err = shorten(ctx, options, r.moves, report.Difference)
	return report, err
}

// live makes every move of the source, day by day, and compares as it goes.
func (r *runner) live(ctx context.Context) (*Difference, error) {
	for {
		move, more := r.source.next()
		if !more {
			return r.end(ctx)
		}
		if difference, err := r.before(ctx, move); difference != nil || err != nil {
			return difference, err
		}
		r.moves = append(r.moves, move)
		one := r.step(len(r.moves), move)
		r.report.note(one)
		if one.verdict.Line == "" {
			continue // it asked about something that was dropped
		}
		r.pending = append(r.pending, one)
	}
}

// before does what must be done before a move is made: let the days pass, and wait for all pools where it concerns all.
func (r *runner) before(ctx context.Context, move auditor.Move) (*Difference, error) {
	if move.Day != r.book.Today {
		difference, err := r.turn(ctx, move.Day)
		if difference != nil && difference.Step == 0 { // it shows when the day of the move has come
			r.moves = append(r.moves, move)
			difference.Step, difference.Since = len(r.moves), len(r.moves)-1
			difference.Line = "the days pass until " + move.Day.String()
		}
		return difference, err
	}
	alone := move.Pool == "" || len(r.pending) > 0 && r.pending[0].move.Pool == ""
	if alone || r.replay.careful(len(r.moves)) {
		return r.flush(ctx)
	}
	return nil, nil
}

// turn plays what is left of the day, compares what is due to be compared, and lets the days pass until the next.
func (r *runner) turn(ctx context.Context, day auditor.Day) (*Difference, error) {
	if difference, err := r.flush(ctx); difference != nil || err != nil {
		return difference, err
	}
	if len(r.moves) >= 2*r.counted+countFirst {
		if err := r.countRows(ctx); err != nil {
			return nil, err
		}
	}
	if r.replay == nil {
		if len(r.moves) >= r.whole+max(r.options.Every, r.whole/10) {
			if difference, err := r.all(ctx); difference != nil || err != nil {
				return difference, err
			}
		}
		if bits.Len(uint(len(r.moves)/verifyFirst)) > bits.Len(uint(r.proved/verifyFirst)) {
			if difference, err := r.prove(ctx, false); difference != nil || err != nil {
				return difference, err
			}
		}
	}
	return r.advance(ctx, day)
}

// end plays what is left and compares everything for the last time; a replay only what it seeks.
func (r *runner) end(ctx context.Context) (*Difference, error) {
	if difference, err := r.flush(ctx); difference != nil || err != nil {
		return difference, err
	}
	if r.replay != nil && !r.replay.sought.late {
		return nil, nil
	}
	if r.replay != nil && r.replay.sought.Kind == kindVerify {
		difference, err := r.verified(ctx)
		return r.later(difference, 0, "the proof"), err
	}
	if r.replay != nil && r.replay.sought.Kind == kindProperty {
		difference, err := r.proven(ctx, r.replay.sought.figure.a == "clearing")
		return r.later(difference, 0, "the properties"), err
	}
	if difference, err := r.all(ctx); difference != nil || err != nil {
		return difference, err
	}
	return r.prove(ctx, r.options.Settlements > 0)
}

// flush plays what was not played yet.
func (r *runner) flush(ctx context.Context) (*Difference, error) {
	steps := r.pending
	r.pending = nil
	difference, err := r.play(ctx, steps)
	if difference != nil {
		difference.Since = difference.Step - 1
	}
	r.replay.note(steps)
	r.tell("live", len(r.moves))
	return difference, err
}

func (r *runner) countRows(ctx context.Context) error {
	r.counted = len(r.moves)
	_, err := pg.Exec(ctx, r.db, `ANALYZE posting, journal, split, event, policy, claim, claim_deadline,
		statement, statement_item, statement_member, statement_answer, statement_query, settlement, settlement_skip,
		settlement_late, payment_order`)
	return err
}

func (r *runner) tell(what string, done int) {
	switch {
	case r.options.Progress == nil || r.replay != nil:
	case r.options.Settlements > 0:
		r.options.Progress(what, min(r.book.Settlements(), r.options.Settlements), r.options.Settlements)
	default:
		r.options.Progress(what, done, r.options.Steps)
	}
}

// all compares every account of every pool.
func (r *runner) all(ctx context.Context) (*Difference, error) {
	r.tell("compare", len(r.moves))
	r.report.Whole++
	difference, err := r.session.whole(ctx)
	difference = r.later(difference, r.whole, "all accounts")
	r.whole = len(r.moves)
	return difference, err
}

// prove compares every figure of every policy and claim, has the ledger prove itself, and asks for the properties; at
// the end also for those that hold once all is paid.
func (r *runner) prove(ctx context.Context, end bool) (*Difference, error) {
	r.tell("verify", len(r.moves))
	r.report.Verified++
	difference, err := r.every(ctx)
	if difference == nil && err == nil {
		difference, err = r.verified(ctx)
	}
	if difference == nil && err == nil {
		difference, err = r.proven(ctx, end)
	}
	difference = r.later(difference, r.proved, "every policy and claim")
	r.proved = len(r.moves)
	return difference, err
}

// later marks a difference that was not seen right after a step; all agreed after another one.
func (r *runner) later(difference *Difference, since int, line string) *Difference {
	if difference != nil {
		difference.Step, difference.Since, difference.Line, difference.late = len(r.moves), since, line, true
	}
	return difference
}

// count says what the ledger holds at the end.
func (r *runner) count(ctx context.Context) error {
	r.report.Policies, r.report.Claims = len(r.book.Policies), len(r.book.Claims)
	for _, pool := range r.book.Pools {
		r.report.Statements += len(pool.Statements)
	}
	r.report.Settlements, r.report.Repeated = r.book.Settlements(), r.again.Load()
	addUp(r.report.Kinds, r.book.Tally)
	return pg.Row(ctx, r.db, `SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM posting),
		(SELECT count(*) FROM statement_item), (SELECT count(*) FROM payment_order), (`+unsettled+`)`, nil,
		&r.report.Journals, &r.report.Postings, &r.report.Items, &r.report.Orders, &r.report.Open)
}

// unsettled counts the accounts between two members that are not at zero, and the books of which clearing is not.
const unsettled = `
	SELECT count(*) FROM (SELECT FROM posting AS p
		CROSS JOIN LATERAL (VALUES (p.debit, p.amount), (p.credit, -p.amount)) AS e (account, amount)
		WHERE e.account IN ('due_to_coinsurer', 'due_from_coinsurer', 'settlement_clearing')
		GROUP BY p.pool, p.book, e.account, CASE e.account WHEN 'settlement_clearing' THEN '' ELSE p.counterparty END
		HAVING sum(e.amount) <> 0) AS open`
