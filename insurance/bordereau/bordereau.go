package bordereau

import (
	"context"
	"embed"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/zone"
)

//go:embed sql/*.sql
var folder embed.FS

// wanted are the arguments of the statement.
type wanted struct {
	Pool, Member string
	From, To     calendar.Month
	Known        time.Time
}

var premiumsInBooks = pg.Select[PremiumRow, wanted](pg.Load(folder), "PremiumsInBooks")

// Question says which list is wanted.
type Question struct {
	Pool   string
	Member string
	Months calendar.Months // accounting months
	Known  time.Time       // as known at this instant; now when zero
}

// Bordereau is a page of a member's list, with the totals of all of it.
type Bordereau struct {
	Pool   string          `json:"pool"`
	Member string          `json:"member"`
	Period calendar.Months `json:"period"`
	Known  time.Time       `json:"known"` // ask with it, and the list is made again as it is
	Count  int             `json:"count"` // lines of the whole list
	Total  PremiumFigures  `json:"total"`
	Lines  []PremiumRow    `json:"lines"`
}

// Of makes the list and gives so many of its lines, those after the first few that are passed over. It refuses:
// access.forbidden (neither the member nor who manages or supervises), coinsurance.pool_not_found,
// coinsurance.member_not_found.
func Of(
	ctx context.Context, handle bun.IDB, by access.Principal, now time.Time, q Question, after, limit int,
) (*Bordereau, error) {
	if err := q.admit(ctx, handle, by, now); err != nil {
		return nil, err
	}
	list := &Bordereau{Pool: q.Pool, Member: q.Member, Period: q.Months, Known: q.Known, Lines: []PremiumRow{}}
	err := q.each(ctx, handle, func(line *PremiumRow) error {
		if list.Count >= after && len(list.Lines) < limit {
			list.Lines = append(list.Lines, *line)
		}
		list.Count++
		list.Total.add(&line.PremiumFigures)
		return nil
	})
	return list, err
}

// admit refuses whoever may not see the list, and what is not there.
func (q *Question) admit(ctx context.Context, handle bun.IDB, by access.Principal, now time.Time) error {
	if !by.MayRead(q.Member) {
		return access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen_of": q.Member})
	}
	if _, err := coinsurance.FindPool(ctx, handle, q.Pool); err != nil {
		return err
	}
	members, err := zone.MembersByCode(ctx, handle, []string{q.Member})
	if err != nil {
		return err
	}
	if _, there := members[q.Member]; !there {
		return zone.ErrMemberNotFound.Case(fault.Args{"member": q.Member})
	}
	if q.Known.IsZero() {
		q.Known = now
	}
	return nil
}

// each reads the list line by line; one is kept in memory at a time.
func (q *Question) each(ctx context.Context, handle bun.IDB, do func(*PremiumRow) error) error {
	return pg.Each(ctx, handle, premiumsInBooks.With(wanted{
		Pool: q.Pool, Member: q.Member, From: q.Months.From, To: q.Months.To, Known: q.Known,
	}), do)
}
