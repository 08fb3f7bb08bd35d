package settlement

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// onStatement is what a change of a statement needs to know of it.
type onStatement struct {
	period    ledger.Period
	statement *Statement
	versions  coinsurance.Versions
	agreement *coinsurance.Agreement // of the statement; nil when there is none
	totals    []MemberTotal
	answers   []Answer
	queries   []Query
	workdays  calendar.Workdays
}

func (o *onStatement) book() ledger.Period { return o.period }

// loadStatement locks the statement that stands for a period, and reads what belongs to it. It refuses with
// ErrStatementNotFound when none is drawn.
func loadStatement(ctx context.Context, tx *pg.Tx, pool, period string) (*onStatement, error) {
	return loadAfter(ctx, tx, pool, period, func(*pg.Reads) {})
}

// loadAlone is loadStatement for what no drawing and no other run of the pool may go beside.
func loadAlone(ctx context.Context, tx *pg.Tx, pool, period string) (*onStatement, error) {
	return loadAfter(ctx, tx, pool, period, func(reads *pg.Reads) {
		lockHead.With(ofPool{pool}).In(reads, new(string))
	})
}

// loadAfter locks the period, what comes next, and then the statement, in one trip.
func loadAfter(
	ctx context.Context, tx *pg.Tx, pool, period string, next func(*pg.Reads),
) (*onStatement, error) {
	known := new(onStatement)
	var reads pg.Reads
	ledger.LockPeriodIn(&reads, pool, &known.period)
	next(&reads)
	pg.FindIn(&reads, lockStatement.With(statementPeriod{pool, period}), &known.statement)
	coinsurance.VersionsIn(&reads, pool, &known.versions)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	if known.statement == nil || known.statement.State == StatementCut {
		return nil, notDrawn(pool, period)
	}
	key := statementKey{pool, known.statement.Number}
	reads = pg.Reads{}
	pg.ListIn(&reads, memberTotals.With(key), &known.totals)
	pg.ListIn(&reads, answersOf.With(key), &known.answers)
	pg.ListIn(&reads, queriesOf.With(key), &known.queries)
	workdays := zone.WorkdaysIn(&reads)
	err := reads.Run(ctx, tx)
	known.workdays = workdays()
	// Since the statement was drawn a version may have been accepted that is in force on the last day.
	if version := known.versions.AtOrFirst(known.statement.Ends); err == nil && version != 0 {
		known.agreement, err = coinsurance.AgreementVersion(ctx, tx, pool, version)
	}
	return known, err
}

// admit refuses a day that may not be written, and a statement that has changed since the caller saw it.
func (o *onStatement) admit(cmd idempotency.Command, now time.Time) error {
	return o.admitAt(cmd, now, o.statement.Version, ErrStatementChanged)
}

// admitAt refuses a day that may not be written, and what is not at the version that the caller saw.
func (o *onStatement) admitAt(cmd idempotency.Command, now time.Time, version int64, changed *fault.Fault) error {
	dates := coinsurance.Dates{First: o.versions.First(), Today: calendar.DateOf(now)}
	if err := dates.Check("effective", cmd.Effective); err != nil {
		return err
	}
	if cmd.IfVersion != 0 && cmd.IfVersion != version {
		return changed.Case(fault.Args{"version": version})
	}
	return nil
}

// issued refuses what may only be done once the members have seen the statement.
func (o *onStatement) issued() error {
	if o.statement.State != StatementIssued {
		return ErrStatementNotIssued.Case(fault.Args{
			"period": o.statement.Period, "statement_state": o.statement.State,
		})
	}
	return nil
}

// answer is a member's answer; nil for who is no member of the pool.
func (o *onStatement) answer(member string) *Answer {
	for i := range o.answers {
		if o.answers[i].Member == member {
			return &o.answers[i]
		}
	}
	return nil
}
