package pg_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
	"gongbao/internal/testdb"
)

// TestStandby takes the standby of a database away. Nothing is answered as done, and nothing that is there to be read
// is promised, until the standby has it.
func TestStandby(t *testing.T) {
	t.Parallel()
	pair := testdb.OpenPair(t)
	super := func(statement string) {
		t.Helper()
		if _, err := pair.Superuser.Pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	super(`CREATE TABLE gongbao.note (n bigint)`)
	super(`GRANT ALL ON gongbao.note TO ` + testdb.Application)
	write := func(ctx context.Context, n int) error {
		return pg.InTx(ctx, pair.DB, func(_ context.Context, tx bun.Tx) error {
			pg.Queue(tx, `INSERT INTO note (n) VALUES ($1)`, n)
			return nil
		})
	}
	notes := func(db *testdb.Database, n int) (count int) {
		t.Helper()
		if err := db.Superuser.Pool.QueryRow(t.Context(), `SELECT count(*) FROM gongbao.note WHERE n = $1`, n).
			Scan(&count); err != nil {
			t.Fatal(err)
		}
		return count
	}
	soon := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	doubtful := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, pg.ErrInDoubt) {
			t.Errorf("%s: got %v, wanted in_doubt", what, err)
		}
	}
	if err := errors.Join(write(t.Context(), 1), pg.Durable(t.Context(), pair.DB)); err != nil {
		t.Fatalf("with the standby: %v", err)
	}
	pair.StopStandby()
	doubtful("a write", write(soon(), 2))
	doubtful("what is there to be read", pg.Durable(soon(), pair.DB))

	called := make(chan error)
	patient, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for what, work := range map[string]func() error{
		"a write": func() error { return write(patient, 3) },
		"a look":  func() error { return pg.Durable(patient, pair.DB) },
	} { // the server answers such a commit with success, and a warning
		pair.AwaitWaiting(0)
		go func() { called <- work() }()
		pair.AwaitWaiting(1)
		pair.CallOff()
		doubtful(what+" whose wait an administrator called off", <-called)
	}
	if seen := notes(pair.Database, 3); seen != 1 {
		t.Errorf("a wait that was called off leaves %d rows to be seen", seen)
	}
	if err := pg.InSnapshot(soon(), pair.DB, func(ctx context.Context, tx bun.Tx) error {
		var n int
		return pg.Row(ctx, tx, `SELECT count(*) FROM note`, nil, &n)
	}); err != nil {
		t.Errorf("who only reads waits for nothing: %v", err)
	}
	if err := pair.Answers(t.Context()); err != nil {
		t.Errorf("the primary is there: %v", err)
	}

	pair.StartStandby()
	if err := pg.Durable(t.Context(), pair.DB); err != nil {
		t.Errorf("with the standby back: %v", err)
	}
	pair.StopStandby()
	doubtful("another write", write(soon(), 4))
	promoted := pair.FailOver()
	for n, wanted := range map[int]int{1: 1, 2: 1, 3: 1, 4: 0} {
		if got := notes(promoted, n); got != wanted {
			t.Errorf("the promoted standby has note %d %d times, wanted %d", n, got, wanted)
		}
	}
	if err := pg.Durable(t.Context(), promoted.DB); err != nil {
		t.Errorf("on the promoted standby: %v", err)
	}
}
