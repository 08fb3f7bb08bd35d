package pg_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// watched is a pair of servers with a table, and what is wanted of commits there.
type watched struct {
	*testing.T

	pair *testdb.Pair
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{T: t, pair: testdb.OpenPair(t)}
	for _, statement := range []string{
		`CREATE TABLE gongbao.note (n bigint)`, `GRANT ALL ON gongbao.note TO ` + testdb.Application,
	} {
		if _, err := w.pair.Superuser.Pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// within is a context that ends soon.
func (w *watched) within(patience time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	w.Cleanup(cancel)
	return ctx
}

func (w *watched) write(ctx context.Context, n int) error {
	return pg.InTx(ctx, w.pair.DB, func(_ context.Context, tx *pg.Tx) error {
		tx.Queue(`INSERT INTO note (n) VALUES ($1)`, n)
		return nil
	})
}

// notes wants a note in a database so many times.
func (w *watched) notes(db *testdb.Database, n, wanted int) {
	w.Helper()
	var count int
	const query = `SELECT count(*) FROM gongbao.note WHERE n = $1::bigint`
	if err := db.Superuser.Pool.QueryRow(w.Context(), query, n).Scan(&count); err != nil || count != wanted {
		w.Errorf("note %d is there %d times, wanted %d: %v", n, count, wanted, err)
	}
}

func (w *watched) doubtful(what string, err error) {
	w.Helper()
	if !errors.Is(err, pg.ErrInDoubt) {
		w.Errorf("%s: got %v, wanted in_doubt", what, err)
	}
}

// calledOff lets an administrator call a wait off: the server answers such a commit with success, and a warning.
func (w *watched) calledOff(what string, work func(ctx context.Context) error) {
	w.Helper()
	w.pair.CallOffAll()
	answer := make(chan error)
	go func() { answer <- work(w.within(time.Minute)) }()
	w.pair.AwaitWaiting(1)
	w.pair.CallOff()
	w.doubtful(what, <-answer)
}

// overtaken lets a caller's request to cancel overtake what it cancels: the server knows nothing to cancel, and the
// write waits until somebody else calls it off.
func (w *watched) overtaken(n int) {
	w.Helper()
	conn, err := w.pair.Pool.Acquire(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	defer conn.Release()
	if err := conn.Conn().PgConn().CancelRequest(w.Context()); err != nil {
		w.Fatal(err)
	}
	answer := make(chan error)
	go func() {
		_, err := conn.Exec(w.Context(), `INSERT INTO note (n) VALUES ($1)`, n)
		answer <- err
	}()
	w.pair.AwaitWaiting(1)
	w.pair.CallOffAll()
	if err := <-answer; err != nil || !pg.CalledOff(conn.Conn()) {
		w.Errorf("a wait that is called off ends as a commit and leaves its mark: %v", err)
	}
}

// TestStandby takes the standby of a database away. Nothing is answered as done, and nothing that is there to be read
// is promised, until the standby has it.
func TestStandby(t *testing.T) {
	t.Parallel()
	w := watch(t)
	durable := func(ctx context.Context) error { return pg.Durable(ctx, w.pair.DB) }
	if err := errors.Join(w.write(t.Context(), 1), durable(t.Context())); err != nil {
		t.Fatalf("with the standby: %v", err)
	}
	both, err := pg.Open(t.Context(), pg.Options{URL: w.pair.BothAt(), MaxConnections: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(both.Close)
	const soon = 500 * time.Millisecond
	w.pair.StopStandby()
	w.doubtful("a write", w.write(w.within(soon), 2))
	w.doubtful("what is there to be read", durable(w.within(soon)))
	w.calledOff("a write called off", func(ctx context.Context) error { return w.write(ctx, 3) })
	w.calledOff("a look called off", durable)
	w.overtaken(5)
	w.notes(w.pair.Database, 3, 1)
	if err := pg.InSnapshot(w.within(time.Minute), w.pair.DB, func(ctx context.Context, tx *pg.Tx) error {
		return pg.Row(ctx, tx, `SELECT count(*) FROM note`, nil, new(int64))
	}); err != nil {
		t.Errorf("who only reads waits for nothing: %v", err)
	}
	if err := w.pair.Answers(t.Context()); err != nil {
		t.Errorf("the primary is there: %v", err)
	}

	w.pair.StartStandby()
	if err := durable(t.Context()); err != nil {
		t.Errorf("with the standby back: %v", err)
	}
	w.pair.StopStandby()
	w.doubtful("another write", w.write(w.within(soon), 4))
	promoted := w.pair.FailOver()
	for n, wanted := range map[int]int{1: 1, 2: 1, 3: 1, 4: 0} {
		w.notes(promoted, n, wanted)
	}
	for name, db := range map[string]*pg.DB{"the promoted standby": promoted.DB, "whichever takes commands": both} {
		if err := errors.Join(pg.Durable(t.Context(), db), db.Answers(t.Context())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
