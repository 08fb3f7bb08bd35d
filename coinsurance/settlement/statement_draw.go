package settlement

import (
	"context"
	"slices"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// DrawStatement draws the statements of all members of a pool for a period 编制对账单.
type DrawStatement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Period string `json:"period"` // 2026-06, 2026-Q1
	// Ahead draws a period that has not begun: nothing can be effective in it yet, so who does not say so has mistaken it.
	Ahead bool `json:"ahead,omitempty"`
}

// DrawStatement refuses, in this order: access.forbidden, coinsurance.period_unknown, coinsurance.pool_not_found,
// ledger.date_out_of_range, coinsurance.statement_exists, coinsurance.period_not_begun.
//
// It runs in two transactions. The first writes the cut; then it waits, without a lock, until everybody who might have
// recorded before the cut has ended; the second draws the items. Whoever draws after a crash between the two goes on
// from the cut.
func (s *Service) DrawStatement(ctx context.Context, cmd DrawStatement) (*Statement, error) {
	if err := cmd.admit(); err != nil {
		return nil, err
	}
	if _, err := coinsurance.FindPool(ctx, s.db.Of(cmd.Pool), cmd.Pool); err != nil {
		return nil, err
	}
	if cmd.Rehearsal == nil {
		scope := cmd.Scope(cmd.Pool, idempotency.OperationOf("coinsurance", cmd), s.clock)
		answered, err := idempotency.Answered(ctx, s.db, scope)
		if err == nil && !answered { // a repetition makes no cut: the statement may have been cancelled since
			err = s.prepare(ctx, cmd)
		}
		if err != nil {
			return nil, err
		}
	}
	return change(ctx, s, cmd, loadDrawing, decideDrawing, drawItemsOf)
}

func (cmd DrawStatement) home() string { return cmd.Pool }

func (cmd DrawStatement) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return err
	}
	_, err := ParsePeriod(cmd.Period)
	return err
}

// drawing is what a drawing needs to know.
type drawing struct {
	period     ledger.Period
	statements []Statement // of the pool, in order of drawing
	versions   coinsurance.Versions
}

func (d *drawing) book() ledger.Period { return d.period }

var lockHead = pg.SQL[ofPool](files, "LockHead")

func loadDrawing(ctx context.Context, tx *pg.Tx, cmd DrawStatement) (*drawing, error) {
	known := new(drawing)
	var reads pg.Reads
	var pool string
	ledger.LockPeriodIn(&reads, cmd.Pool, &known.period)
	lockHead.With(ofPool{cmd.Pool}).In(&reads, &pool)
	pg.ListIn(&reads, statementsOfPool.With(ofPool{cmd.Pool}), &known.statements)
	coinsurance.VersionsIn(&reads, cmd.Pool, &known.versions)
	return known, reads.Run(ctx, tx)
}

// begun is the statement whose cut is made and whose items are not drawn yet; nil when there is none.
func (d *drawing) begun() *Statement {
	for i := range d.statements {
		if d.statements[i].State == StatementCut {
			return &d.statements[i]
		}
	}
	return nil
}

// has says that the statement's row is there.
func (d *drawing) has(statement *Statement) bool {
	return slices.ContainsFunc(d.statements, func(s Statement) bool { return s.Number == statement.Number })
}

// before are the statements that stood when this one was cut, in order.
func (d *drawing) before(statement *Statement) []Statement {
	var standing []Statement
	for _, other := range d.statements {
		if other.stands() && other.Number < statement.Number {
			standing = append(standing, other)
		}
	}
	return standing
}

// admit refuses a day that may not be written, and a period that one of the statements overlaps.
func (d *drawing) admit(cmd DrawStatement, now time.Time) error {
	dates := coinsurance.Dates{First: d.versions.First(), Today: calendar.DateOf(now)}
	if err := dates.Check("effective", cmd.Effective); err != nil {
		return err
	}
	period, err := ParsePeriod(cmd.Period)
	if err != nil {
		return err
	}
	for _, other := range d.statements {
		if other.stands() && other.period().overlaps(period) && (other.State != StatementCut || other.Period != cmd.Period) {
			return ErrStatementExists.Case(fault.Args{"period": cmd.Period, "drawn": other.Period, "issue": other.Issue})
		}
	}
	if begun := d.begun(); period.Starts.After(dates.Today) && !cmd.Ahead && (begun == nil || begun.Period != cmd.Period) {
		return ErrPeriodNotBegun.Case(fault.Args{"period": cmd.Period, "day": period.Starts})
	}
	return nil
}

// cut is the row of a new statement, before its items are drawn.
func (d *drawing) cut(cmd DrawStatement, cut, now time.Time) *Statement {
	period, _ := ParsePeriod(cmd.Period) // admitted
	statement := &Statement{
		Pool: cmd.Pool, Number: len(d.statements) + 1, Period: period.Name, Issue: 1, Starts: period.Starts,
		Ends: period.Ends, Cut: cut, State: StatementCut, Recorded: now, DrawnBy: cmd.By.Subject,
		Silence: coinsurance.SilenceNone, AgreementVersion: d.versions.AtOrFirst(period.Ends),
	}
	for _, other := range d.statements {
		if other.Period == statement.Period {
			statement.Issue = other.Issue + 1
		}
	}
	return statement
}

// prepare writes the cut, or finds it, and waits until everything that was recorded by it shows. A drawing of another
// period that a crash broke off is finished first.
func (s *Service) prepare(ctx context.Context, cmd DrawStatement) error {
	var begun *Statement
	err := pg.InTx(ctx, s.db.Of(cmd.Pool), func(ctx context.Context, tx *pg.Tx) error {
		known, err := loadDrawing(ctx, tx, cmd)
		if err != nil {
			return err
		}
		if begun = known.begun(); begun != nil {
			return nil
		}
		now := known.period.After(s.clock.Now())
		if known.admit(cmd, now) != nil {
			return nil // the second transaction says so, after it has looked for the key
		}
		cut, err := ledger.Cut(ctx, tx, cmd.Pool, now)
		if err != nil {
			return err
		}
		begun = known.cut(cmd, cut, now)
		pg.Insert(tx, begun)
		return nil
	})
	if err != nil || begun == nil {
		return err
	}
	if err := ledger.Barrier(ctx, s.db, cmd.Pool, nil); err != nil || begun.Period == cmd.Period {
		return err
	}
	other := cmd
	other.Period, other.Effective, other.IdempotencyKey, other.IfVersion = begun.Period, calendar.Date{}, "", 0
	if _, err := change(ctx, s, other, loadDrawing, decideDrawing, drawItemsOf); err != nil {
		return err
	}
	return s.prepare(ctx, cmd)
}

// drawArgs are what a statement takes in, and what the statements before have: a cut and an end of each.
type drawArgs struct {
	Pool       string
	Number     int
	Cut        time.Time
	Ends       calendar.Date
	After      *time.Time    // the cut of the last statement before; nil where this is the first
	AfterEnds  calendar.Date // and its end
	Cuts       []time.Time
	EndsBefore []string
}

func drawArgsOf(statement *Statement, before []Statement) drawArgs {
	area := rectangleOf(before)
	args := drawArgs{
		Pool: statement.Pool, Number: statement.Number, Cut: statement.Cut, Ends: statement.Ends,
		Cuts: area.Cuts, EndsBefore: area.EndsBefore,
	}
	if len(before) > 0 {
		last := &before[len(before)-1]
		args.After, args.AfterEnds = &last.Cut, last.Ends
	}
	return args
}

var (
	drawItems = pg.SQL[drawArgs](files, "DrawItems")
	makeRoom  = pg.SQL[pg.None](files, "MakeRoom")

	drawn = pg.ColumnsOf[Statement]("state", "version", "items", "postings", "recorded", "drawn_by")
)

// spacious lets a transaction that reads or writes many rows take what room it needs in the server.
func spacious(ctx context.Context, tx *pg.Tx) error {
	_, err := makeRoom.With(pg.None{}).Exec(ctx, tx)
	return err
}

// decideDrawing refuses what may not be drawn. The items are drawn when it is written, by whoever does that: the cut
// may have been made by another.
func decideDrawing(known *drawing, cmd DrawStatement, now time.Time) (decision[*Statement], error) {
	if err := known.admit(cmd, now); err != nil {
		return decision[*Statement]{}, err
	}
	statement := known.begun()
	if statement == nil || statement.Period != cmd.Period { // only rehearsed: nobody else need see the cut
		statement = known.cut(cmd, now, now)
	}
	after := statement.next(clock.Later(clock.Later(now, statement.Recorded), statement.Cut.Add(time.Microsecond)))
	after.State, after.DrawnBy = StatementDrawn, cmd.By.Subject
	return decision[*Statement]{answer: after}, nil
}

// drawItemsOf draws the items, adds up the members' totals, and announces it.
func drawItemsOf(
	ctx context.Context, tx *pg.Tx, known *drawing, cmd DrawStatement, statement *Statement,
) (err error) {
	before := known.before(statement)
	if cmd.Rehearsal != nil && !known.has(statement) {
		pg.Insert(tx, statement)
	}
	if err := spacious(ctx, tx); err != nil {
		return err
	}
	_, err = drawItems.With(drawArgsOf(statement, before)).Exec(ctx, tx)
	if err != nil {
		return err
	}
	totals, err := addUp(ctx, tx, statement, before)
	if err != nil {
		return err
	}
	pg.Update(tx, statement, drawn)
	pg.InsertAll(tx, totals, totalsShared)
	return announce(ctx, tx, drawnFact(statement, cmd.By))
}
