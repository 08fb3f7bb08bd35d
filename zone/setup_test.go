package zone_test

import (
	"errors"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/zone"
)

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)

	member    = access.Person("x", access.Member, "A", access.Settlement)
	regulator = access.Person("x", access.Regulator, "", access.Settlement)
	operator  = access.Person("x", access.Operator, "", access.Settlement)
	roleless  = access.Person("x", access.Manager, "")
)

type fixture struct {
	*zone.Service

	db    *testdb.Database
	clock *clock.Manual
}

// newZone has the members A, B and C.
func newZone(t *testing.T) fixture {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-01").Noon())
	z := fixture{Service: zone.NewService(db.DB, manual), db: db, clock: manual}
	for _, code := range []string{"A", "B", "C"} {
		if _, err := z.RegisterMember(t.Context(), zone.RegisterMember{
			Command: idempotency.By(clerk), Code: code, Name: code,
		}); err != nil {
			t.Fatal(err)
		}
	}
	return z
}

func (z fixture) events(t *testing.T) (count int) {
	t.Helper()
	if err := pg.Row(t.Context(), z.db, `SELECT count(*) FROM event`, nil, &count); err != nil {
		t.Fatal(err)
	}
	return count
}

// refuses wants the refusal, and that it changed nothing.
func (z fixture) refuses(t *testing.T, wanted error, act func() error) {
	t.Helper()
	before := z.events(t)
	if err := act(); !errors.Is(err, wanted) {
		t.Errorf("got %v, wanted %v", err, wanted)
	}
	if after := z.events(t); after != before {
		t.Errorf("a refusal made %d events", after-before)
	}
}
