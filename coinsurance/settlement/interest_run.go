package settlement

import (
	"context"
	"errors"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

type interestWait struct {
	Month calendar.Month
	Last  calendar.Date
}

var interestWaits = pg.SQL[interestWait](files, "InterestWaits")

// RunInterest books late interest of the months that have ended, in every pool where it is not booked yet. It gives how
// often something was booked. It refuses with access.forbidden whoever is not a settlement clerk of the pool manager.
func (s *Service) RunInterest(ctx context.Context, by access.Principal) (int, error) {
	if err := by.RequireKind(access.Settlement, access.Manager); err != nil {
		return 0, err
	}
	last := calendar.DateOf(s.clock.Now()).Month().First().AddDays(-1)
	done := 0
	var failures []error
	for _, db := range s.db.All() { // one that is away keeps no other's pools waiting
		pools, err := pg.Values[string](ctx, db, interestWaits.With(interestWait{last.Month(), last}))
		failures = append(failures, err)
		for _, pool := range pools {
			booked, err := s.BookInterest(ctx, BookInterest{
				Command: idempotency.By(by), Pool: pool, Month: last.Month(),
			})
			done, failures = done+len(booked), append(failures, err)
		}
	}
	return done, errors.Join(failures...)
}
