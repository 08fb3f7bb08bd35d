package coinsurance

import (
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Dates are the days that a person may write on what is booked in a pool 生效日的范围. A mistyped year would otherwise open
// months that nobody can close, or count money that has not moved.
type Dates struct {
	First calendar.Date // of the pool's first accepted agreement; zero while there is none
	Today calendar.Date // business day
}

type poolKey struct{ Pool string }

var firstDayOfPool = pg.SQL[poolKey](files, "FirstDayOfPool")

// DatesIn asks for a pool's first day among other reads. Whoever asks sets Today.
func DatesIn(reads *pg.Reads, pool string, dates *Dates) {
	firstDayOfPool.With(poolKey{pool}).In(reads, &dates.First)
}

// Check refuses with ledger.date_out_of_range a written day that lies before the pool's first agreement, or after today
// for what has happened. A day that was not written is not checked. Path is the field's name.
func (d Dates) Check(path string, day calendar.Date) error {
	if err := d.CheckFirst(path, day); err != nil || day.IsZero() || !day.After(d.Today) {
		return err
	}
	return ledger.ErrDateOutOfRange.At(path, "{day} lies after {today}, today",
		fault.Args{"day": day, "today": d.Today})
}

// CheckFirst is Check for a day that may lie ahead: that of an endorsement or a cancellation.
func (d Dates) CheckFirst(path string, day calendar.Date) error {
	switch {
	case day.IsZero():
		return nil
	case d.First.IsZero():
		return ledger.ErrDateOutOfRange.At(path, "the pool has no agreement yet")
	case day.Before(d.First):
		return ledger.ErrDateOutOfRange.At(path,
			"{day} lies before {first}, the first day of the pool's first agreement",
			fault.Args{"day": day, "first": d.First})
	default:
		return nil
	}
}
