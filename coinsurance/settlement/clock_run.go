package settlement

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

// RunClocks does what time asks for by now: who has let its time to confirm a statement pass is deemed to have
// confirmed it, or announced as overdue; a query that nobody has answered goes to the manager; who has not paid an
// order is reminded. Each statement and each settlement is a transaction of its own and takes note of what was
// announced, so the run may stop anywhere and be repeated, here or in another process. It gives the number of events it
// made. It refuses with access.forbidden whoever is not a settlement clerk of the pool manager.
func (s *Service) RunClocks(ctx context.Context, by access.Principal) (int, error) {
	if err := by.RequireKind(access.Settlement, access.Manager); err != nil {
		return 0, err
	}
	today, done := calendar.DateOf(s.clock.Now()), 0
	var failures []error
	for _, db := range s.db.All() { // one that is away keeps no other's pools waiting
		statements, failed := s.runStatements(ctx, db, by, today)
		orders, alsoFailed := s.runOrders(ctx, db, by, today)
		done, failures = done+statements+orders, append(failures, failed, alsoFailed)
	}
	return done, errors.Join(failures...)
}

type onDay struct{ Today calendar.Date }

// runsAsked are what the payers of orders are reminded by.
type runsAsked struct {
	Today calendar.Date
	From  []int32
}

var (
	statementsOverdue = pg.SQL[onDay](files, "StatementsOverdue")
	ordersOverdue     = pg.SQL[runsAsked](files, "OrdersOverdue")
	nextOverdue       = pg.SQL[remindedFrom](files, "NextOverdue")
)

type remindedFrom struct{ From []int32 }

// limits are ageFrom for the database.
func limits() []int32 {
	from := make([]int32, len(ageFrom))
	for i, days := range ageFrom {
		from[i] = int32(days) //nolint:gosec // a few hundred days
	}
	return from
}

func (s *Service) runStatements(
	ctx context.Context, db *pg.DB, by access.Principal, today calendar.Date,
) (done int, err error) {
	var asking []statementPeriod
	err = statementsOverdue.With(onDay{today}).Rows(ctx, db, func(rows *sql.Rows) error {
		var one statementPeriod
		err := rows.Scan(&one.Pool, &one.Period)
		asking = append(asking, one)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, one := range asking {
		events, err := s.runStatement(ctx, db, by, one)
		if err != nil {
			return done, err
		}
		done += events
	}
	return done, nil
}

func (s *Service) runStatement(
	ctx context.Context, db *pg.DB, by access.Principal, of statementPeriod,
) (events int, err error) {
	err = pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		known, err := loadStatement(ctx, tx, of.Pool, of.Period)
		if errors.Is(err, ErrStatementNotFound) { // cancelled meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		decided := decideOverdue(known, by, known.period.After(s.clock.Now()))
		events = len(decided.facts)
		return decided.book(ctx, tx)
	})
	return events, err
}

var silenced = pg.ColumnsOf[Answer]("state", "confirmed_by", "confirmed", "overdue")

// decideOverdue is what time has made of a statement: of its members, in their order, and then of its queries.
func decideOverdue(known *onStatement, by access.Principal, now time.Time) (decided decision[*Statement]) {
	statement, today := known.statement, calendar.DateOf(now)
	if statement.State != StatementIssued {
		return decided
	}
	var answers []Answer
	var queries []Query
	step := func() *Statement {
		statement = statement.next(clock.Later(now, statement.Recorded))
		return statement
	}
	for i := range known.answers {
		after, kind := known.silent(known.answers[i], today)
		if kind == "" {
			continue
		}
		at := &step().Recorded
		if kind == EventStatementDeemed {
			after.State, after.ConfirmedBy, after.Confirmed = AnswerDeemedConfirmed, by.Subject, at
		} else {
			after.Overdue = at
		}
		answers = append(answers, after)
		decided.facts = append(decided.facts, answerFact(kind, statement, &after, by))
	}
	for _, query := range known.queries {
		if query.State == QueryOpen && query.AnswerBy.Before(today) {
			query.State, query.Escalated = QueryEscalated, &step().Recorded
			queries = append(queries, query)
			parties := strings.Fields(query.Parties)
			decided.facts = append(decided.facts, queryFact(EventQueryEscalated, statement, &query, parties, by))
		}
	}
	decided.answer = statement
	decided.write = func(tx *pg.Tx) {
		if len(decided.facts) > 0 {
			pg.Update(tx, statement, statementStepped)
		}
		for i := range answers {
			pg.Update(tx, &answers[i], silenced)
		}
		for i := range queries {
			pg.Update(tx, &queries[i], escalated)
		}
	}
	return decided
}

// silent says which event a member's silence is by a day; none while its time is not over, or while a query speaks for
// it: its own, and where silence confirms any that disputes an item of the member.
func (o *onStatement) silent(answer Answer, today calendar.Date) (after Answer, kind string) {
	confirms := o.statement.Silence == coinsurance.SilenceConfirms
	if answer.State != AnswerOpen || !o.statement.ConfirmBy.Before(today) || !confirms && answer.Overdue != nil {
		return answer, ""
	}
	for i := range o.queries {
		if query := &o.queries[i]; query.speaksFor(answer.Member, confirms) {
			return answer, ""
		}
	}
	if confirms {
		return answer, EventStatementDeemed
	}
	return answer, EventStatementOverdue
}

func (s *Service) runOrders(
	ctx context.Context, db *pg.DB, by access.Principal, today calendar.Date,
) (done int, err error) {
	var asking []settlementKey
	err = ordersOverdue.With(runsAsked{today, limits()}).Rows(ctx, db, func(rows *sql.Rows) error {
		var one settlementKey
		err := rows.Scan(&one.Pool, &one.Number)
		asking = append(asking, one)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, one := range asking {
		events, err := s.remind(ctx, db, by, one)
		if err != nil {
			return done, err
		}
		done += events
	}
	return done, nil
}

var remindedOf = pg.ColumnsOf[PaymentOrder]("reminded", "version", "recorded")

// remind announces the orders of a run that are not paid, once for every bucket of the ageing that they have reached.
func (s *Service) remind(
	ctx context.Context, db *pg.DB, by access.Principal, of settlementKey,
) (events int, err error) {
	err = pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		known, err := loadSettlement(ctx, tx, of.Pool, of.Number)
		if err != nil {
			return err
		}
		decided := decideReminders(known.orders, by, known.period.After(s.clock.Now()))
		events = len(decided.facts)
		return decided.book(ctx, tx)
	})
	return events, err
}

func decideReminders(orders []PaymentOrder, by access.Principal, now time.Time) (decided decision[[]PaymentOrder]) {
	for i := range orders {
		order := &orders[i]
		days := order.Due.DaysUntil(calendar.DateOf(now))
		if order.State == OrderExecuted || order.State == OrderVoid || reached(days) <= order.Reminded {
			continue
		}
		after := order.next(now)
		after.Reminded = reached(days)
		decided.answer = append(decided.answer, *after)
		decided.facts = append(decided.facts, overdueFact(after, days, by))
	}
	decided.write = func(tx *pg.Tx) {
		for i := range decided.answer {
			pg.Update(tx, &decided.answer[i], remindedOf)
		}
	}
	return decided
}

// NextClock is the instant at which time asks RunClocks or RunInterest for something next; the zero time when nothing
// is waited for.
func (s *Service) NextClock(ctx context.Context) (time.Time, error) {
	var first time.Time
	for _, part := range pg.Parts(s.db, "") {
		next, err := nextClockIn(ctx, part)
		if err != nil {
			return time.Time{}, err
		}
		if !next.IsZero() && (first.IsZero() || next.Before(first)) {
			first = next
		}
	}
	return first, nil
}

func nextClockIn(ctx context.Context, part bun.IDB) (time.Time, error) {
	var last calendar.Date
	err := nextOverdue.With(remindedFrom{limits()}).Row(ctx, part, &last)
	if err != nil || last.IsZero() {
		return time.Time{}, err
	}
	return last.AddDays(1).Start(), nil
}
