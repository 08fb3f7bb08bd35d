package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/pg"
	"gongbao/ledger"
)

// cut cuts the pool's book by the shelf's clock.
func (s *shelf) cut() (at time.Time) {
	s.Helper()
	s.in(func(ctx context.Context, tx *pg.Tx) (err error) {
		at, err = ledger.Cut(ctx, tx, "IC", s.now)
		return err
	})
	return at
}

// period is the pool's head as whoever posts reads it.
func (s *shelf) period() (period ledger.Period) {
	s.Helper()
	s.in(func(ctx context.Context, tx *pg.Tx) (err error) {
		period, err = ledger.LockPeriod(ctx, tx, "IC")
		return err
	})
	return period
}

func TestACutIsLaterThanTheOneBefore(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	if p := s.period(); p.Cut != nil || !p.After(s.now).Equal(s.now) {
		t.Errorf("before the first cut: %v, %s", p.Cut, p.After(s.now))
	}
	noon := s.now
	for i, move := range []struct{ clock, wanted time.Duration }{
		{0, 0}, {0, time.Microsecond}, // the clock stands still
		{time.Hour, time.Hour},
		{-time.Minute, time.Hour + time.Microsecond}, // another machine's clock is slow
	} {
		s.now = noon.Add(move.clock)
		if at := s.cut(); !at.Equal(noon.Add(move.wanted)) {
			t.Errorf("cut %d: %s, wanted %s after noon", i, at, move.wanted)
		}
		p := s.period()
		if got := p.After(s.now); !got.Equal(noon.Add(move.wanted + time.Microsecond)) {
			t.Errorf("cut %d: what comes next is recorded at %s", i, got)
		}
		if later := noon.Add(2 * time.Hour); !p.After(later).Equal(later) {
			t.Errorf("cut %d: what comes later is recorded at %s", i, p.After(later))
		}
	}
	s.in(func(ctx context.Context, tx *pg.Tx) error {
		if _, err := ledger.Cut(ctx, tx, "XX", s.now); !pg.NoRows(err) {
			t.Errorf("no such pool: %v", err)
		}
		return nil
	})
}

// A transaction takes its snapshot, a cut is committed, and only then it locks the head: it reads the cut of before,
// but its number is newer than that of the cut. The barrier waits for it all the same.
func TestTheBarrierWaitsForWhoReadTheCutOfBefore(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	const key = 715
	gate, poster := s.begin(), s.begin()
	s.must(gate.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, key))
	read := make(chan error, 1)
	var cut *time.Time
	go func() {
		read <- poster.QueryRow(context.WithoutCancel(t.Context()),
			`WITH gate AS MATERIALIZED (SELECT pg_advisory_xact_lock($1))
			SELECT cut FROM period_head, gate WHERE pool = 'IC' FOR KEY SHARE OF period_head`, key).Scan(&cut)
	}()
	for waiting := false; !waiting; {
		s.row(`SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`, []any{key}, &waiting)
	}
	at := s.cut()
	var next, number int64
	s.row(`SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint`, nil, &next)
	s.must(gate.Exec(t.Context(), `ROLLBACK`))
	if err := <-read; err != nil || cut != nil {
		t.Fatalf("it read %v, %v, and the cut of %s", cut, err, at)
	}
	err := poster.QueryRow(t.Context(), `SELECT pg_current_xact_id()::text::bigint`).Scan(&number)
	if err != nil || number < next {
		t.Fatalf("its number is %d, %v; the cut's is below %d", number, err, next)
	}
	looks, ended := 0, false
	err = ledger.Barrier(t.Context(), s.db.DB, "IC", func(open int, _ time.Duration) {
		if looks++; looks == 5 {
			s.must(poster.Exec(t.Context(), `COMMIT`))
			ended = true
		} else if !ended && open != 1 {
			t.Errorf("look %d: %d are open", looks, open)
		}
	})
	if err != nil || !ended {
		t.Errorf("the barrier fell after %d looks: %v", looks, err)
	}
}

// Whoever comes after the barrier's first look is not waited for, nor is who only reads; a caller may give up.
func TestTheBarrierWaitsForNobodyElse(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	reader, poster, later := s.begin(), s.begin(), s.begin()
	s.must(reader.Exec(t.Context(), `SELECT pg_current_xact_id(), (SELECT count(*) FROM period_head)`))
	head := `SELECT FROM period_head WHERE pool = 'IC' FOR KEY SHARE`
	s.must(poster.Exec(t.Context(), head))
	ctx, giveUp := context.WithCancel(t.Context())
	err := ledger.Barrier(ctx, s.db.DB, "IC", func(int, time.Duration) { giveUp() })
	if err == nil || t.Context().Err() != nil {
		t.Errorf("who gave up: %v", err)
	}
	looks := 0
	err = ledger.Barrier(t.Context(), s.db.DB, "IC", func(open int, _ time.Duration) {
		switch looks++; looks {
		case 1:
			s.must(later.Exec(t.Context(), head))
		case 2:
			s.must(poster.Exec(t.Context(), `ROLLBACK`))
		}
		if open > 1 {
			t.Errorf("look %d: %d are open", looks, open)
		}
	})
	if err != nil || looks < 3 {
		t.Errorf("after %d looks: %v", looks, err)
	}
}

// begin opens a transaction that the test steers.
func (s *shelf) begin() *pgx.Conn {
	s.Helper()
	conn, err := s.db.Superuser.Pool.Acquire(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		_, _ = conn.Exec(context.WithoutCancel(s.Context()), `ROLLBACK`)
		conn.Release()
	})
	s.must(conn.Exec(s.Context(), `BEGIN`))
	return conn.Conn()
}

func (s *shelf) must(_ any, err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shelf) row(query string, args []any, into ...any) {
	s.Helper()
	if err := pg.Row(s.Context(), s.db.Superuser, query, args, into...); err != nil {
		s.Fatal(err)
	}
}
