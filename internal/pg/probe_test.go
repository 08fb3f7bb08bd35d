package pg_test

import (
	"context"
	"sync"
	"testing"
)

// TestAnswers asks whether the database is there while the pool has nothing left, after the connection broke, and when
// nobody gets in.
func TestAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pool := b.far.Pool
	for range pool.Config().MaxConns {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
	}
	answers := func(what string) {
		t.Helper()
		if err := b.far.Answers(t.Context()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() { answers("while all connections are taken") })
	}
	group.Wait()
	var connections int32
	if err := b.db.Superuser.Pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND usename = $1`, "gongbao_app").Scan(&connections); err != nil {
		t.Fatal(err)
	}
	if most := pool.Stat().TotalConns() + b.db.Pool.Stat().TotalConns() + 1; connections > most {
		t.Errorf("fifty questions took %d connections, one besides the pools' %d is enough", connections, most-1)
	}
	b.wire.Cut()
	answers("after the connection broke")
	b.wire.Refuse(true)
	b.wire.Cut()
	if b.far.Answers(t.Context()) == nil {
		t.Error("nobody gets in, and the database is said to be there")
	}
	b.wire.Refuse(false)
	answers("when it is back")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	b.wire.Hold()
	defer b.wire.Release()
	if b.far.Answers(gone) == nil {
		t.Error("who went away was answered")
	}
}
