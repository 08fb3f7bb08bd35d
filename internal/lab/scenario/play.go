package scenario

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/product"
	"gongbao/zone"
)

// errUnknown is for a statement that is parsed and that nothing plays: a mistake of ours.
func errUnknown(s Statement) error { return fmt.Errorf("scenario: nothing plays %q", s.Verb()) }

// Player plays the statements of one file against one ledger, through the same services and checks as the doors.
type Player struct {
	db          *pg.DB
	clock       *clock.Manual
	zone        *zone.Service
	coinsurance *coinsurance.Service
	products    *product.Service
	insurance   *insurance.Service
	claims      *claims.Service
	periods     *periodend.Service
	settlement  *settlement.Service
	pools       map[string]string // name of a policy or claim in the file → its pool
	claimed     map[string]bool   // which of them are claims
	members     []string          // in the order of their registration
	seen        map[name]bool     // members and pools that are known to be in the ledger
	actors      *actors
	day         calendar.Date // the last day that has come
}

// NewPlayer prepares to play against an empty, migrated ledger.
func NewPlayer(db *pg.DB) *Player {
	manual := clock.NewManual(calendar.MustDate("2000-01-01").Noon())
	return &Player{
		db: db, clock: manual, zone: zone.NewService(db, manual),
		coinsurance: coinsurance.NewService(db, manual), products: product.NewService(db, manual),
		insurance: insurance.NewService(db, manual), claims: claims.NewService(db, manual),
		claimed: map[string]bool{}, seen: map[name]bool{},
		periods: periodend.NewService(db, manual), settlement: settlement.NewService(db, manual),
		pools: map[string]string{}, actors: newActors(new(atomic.Int64)),
	}
}

// Beside is another player of the same ledger, on the same clock, with names of its own: the two may play at the same
// time what concerns different policies. Only one of them lets the days pass.
func (p *Player) Beside() *Player {
	beside := *p
	beside.pools, beside.claimed, beside.actors = map[string]string{}, map[string]bool{}, newActors(p.actors.agreements)
	beside.members, beside.seen = slices.Clone(p.members), map[name]bool{}
	return &beside
}

// Play plays every statement of a file and calls each with its result. An error is one of the machine, not of a
// statement.
func (p *Player) Play(ctx context.Context, file File, each func(Result)) error {
	for _, line := range file.Lines {
		if err := p.Advance(ctx, line.Date); err != nil {
			return fmt.Errorf("%s:%d: the day's work: %w", line.File, line.Number, err)
		}
		result, err := p.PlayLine(ctx, line)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", line.File, line.Number, err)
		}
		each(result)
	}
	return nil
}

// Advance lets the time pass up to noon of the day; what the calendar and the clocks ask for in between is done when it
// is due, and what was due already when it came into the book is done first. On a day that has come nothing is left to
// do.
func (p *Player) Advance(ctx context.Context, day calendar.Date) error {
	if day == p.day {
		return nil
	}
	for before := (time.Time{}); ; {
		due, err := p.nextDue(ctx)
		if err != nil {
			return err
		}
		if due.IsZero() || due.After(day.Noon()) {
			break
		}
		if due.After(p.clock.Now()) {
			p.clock.Set(due)
		}
		done, err := p.insurance.RunDay(ctx, clerk)
		if err != nil {
			return err
		}
		moved, err := p.claims.RunDeadlines(ctx, clerk)
		if err != nil {
			return err
		}
		late, err := p.settlement.RunClocks(ctx, clerk)
		if err != nil {
			return err
		}
		interest, err := p.settlement.RunInterest(ctx, clerk)
		if err != nil {
			return err
		}
		if done+moved+late+interest == 0 && !due.After(before) { // a month without interest is over, and nothing happens
			break
		}
		before = due
	}
	p.clock.Set(day.Noon())
	p.day = day
	return nil
}

// nextDue is the next instant at which something is to be done; the zero time when nothing is.
func (p *Player) nextDue(ctx context.Context) (time.Time, error) {
	due, err := p.claims.NextDeadline(ctx)
	if err != nil {
		return due, err
	}
	overdue, err := p.settlement.NextClock(ctx)
	if err != nil {
		return due, err
	}
	if !overdue.IsZero() && (due.IsZero() || overdue.Before(due)) {
		due = overdue
	}
	day, err := p.insurance.NextDay(ctx)
	if err == nil && !day.IsZero() && (due.IsZero() || day.Start().Before(due)) {
		due = day.Start()
	}
	return due, err
}

// PlayLine plays one statement on the day that has come, and compares what came of it with what was wanted. An error
// is one of the machine.
func (p *Player) PlayLine(ctx context.Context, line Line) (Result, error) {
	result := Result{File: line.File, Line: line.Number, Text: line.Text, Wanted: "ok"}
	if line.Outcome != "" {
		result.Wanted = "error " + line.Outcome
	}
	got, err := p.play(ctx, line)
	switch {
	case err != nil && fault.CodeOf(err) == "internal":
		return result, err
	case err != nil:
		result.Got = "error " + fault.CodeOf(err)
	case got != nil:
		result.Wanted, result.Got = got.wanted, got.got
	default:
		result.Got = "ok"
	}
	result.OK = result.Wanted == result.Got
	return result, nil
}

// compared is what an expectation wanted and what it got.
type compared struct{ wanted, got string }

func equal(wanted, got fmt.Stringer) *compared {
	return &compared{wanted: wanted.String(), got: got.String()}
}

// The people who act where a statement names nobody.
var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement, access.Reader)
	checker = access.Person("checker", access.Manager, "", access.Settlement, access.Reader)
)

var allRoles = []access.Role{access.Underwriter, access.Claims, access.Settlement, access.Reader}

// who is the person a statement is played as: named by as=, else one of the organisation that would do it.
func (l Line) who(organisation access.Principal) access.Principal {
	switch l.As {
	case "":
		return organisation
	case "manager":
		return clerk
	case "regulator":
		return access.Person("supervisor", access.Regulator, "", access.Reader)
	case "operator":
		return access.Person("operator", access.Operator, "", access.Reader)
	default:
		return staff(l.As)
	}
}

// staff is a person of a member insurer with every role there.
func staff(member string) access.Principal {
	return access.Person("staff", access.Member, member, allRoles...)
}

// number is the policy's number: the pool's code, a dash and its name in the file. A name that no statement has made is
// passed on as it is, and is found nowhere.
func (p *Player) number(name string) string {
	if pool, known := p.pools[name]; known {
		return pool + "-" + name
	}
	return name
}

// of is the database that a policy or claim with this number is in.
func (p *Player) of(number string) *pg.DB { return p.db.Of(insurance.PoolOf(number)) }
