package pg_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/tools/wire"
	"gongbao/internal/pg"
)

// bundle is a database with a table, reached through a wire that can be cut.
type bundle struct {
	*testing.T

	db   *testdb.Database
	wire *wire.Wire
	far  *pg.DB // the same database, through the wire
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{T: t, db: testdb.Open(t)}
	b.super(`CREATE TABLE note (n bigint)`, `GRANT ALL ON note TO `+testdb.Application)
	laid, err := wire.Lay(b.db.ApplicationAt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(laid.Close)
	b.wire = laid
	if b.far, err = pg.Open(t.Context(), pg.Options{URL: laid.URL(b.db.ApplicationAt), MaxConnections: 4}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.far.Close)
	return b
}

func (b *bundle) super(statements ...string) {
	b.Helper()
	for _, statement := range statements {
		if _, err := b.db.Superuser.Pool.Exec(b.Context(), statement); err != nil {
			b.Fatalf("%s: %v", statement, err)
		}
	}
}

// write writes one note through the wire; before is called in the transaction, each time it is tried.
func (b *bundle) write(ctx context.Context, before func(attempt int)) (attempts int, err error) {
	err = pg.InTx(ctx, b.far, func(ctx context.Context, tx *pg.Tx) error {
		attempts++
		if _, err := pg.Exec(ctx, tx, `INSERT INTO note (n) VALUES ($1)`, attempts); err != nil {
			return err
		}
		if before != nil {
			before(attempts)
		}
		_, err := pg.Exec(ctx, tx, `SELECT`)
		return err
	})
	return attempts, err
}

func (b *bundle) notes(want int64) {
	b.Helper()
	var count int64
	if err := pg.Row(b.Context(), b.db.Superuser, `SELECT count(*) FROM note`, nil, &count); err != nil || count != want {
		b.Errorf("there are %d notes, wanted %d: %v", count, want, err)
	}
}

// TestLost loses connections before the commit: the transaction is simply run again, and nobody notices.
func TestLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	terminate := func() {
		b.super(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND usename = '` + testdb.Application + `'`)
	}
	for name, lose := range map[string]func(){"OK cut": b.wire.Cut, "OK ended by the server": terminate} {
		attempts, err := b.write(t.Context(), func(attempt int) {
			if attempt < 3 {
				lose()
			}
		})
		if err != nil || attempts != 3 {
			t.Errorf("%s: %d attempts, %v", name, attempts, err)
		}
	}
	b.notes(2)
	attempts, err := b.write(t.Context(), func(int) { b.wire.Cut() })
	if !errors.Is(err, pg.ErrUnavailable) || attempts < 2 {
		t.Errorf("cut each time: %d attempts, %v", attempts, err)
	}
	b.wire.Refuse(true)
	b.wire.Cut()
	if _, err := b.write(t.Context(), nil); !errors.Is(err, pg.ErrUnavailable) {
		t.Errorf("nobody lets us in: %v", err)
	}
	if err := pg.Row(t.Context(), b.far, `SELECT 1`, nil, new(int)); !errors.Is(pg.Refusal(err), pg.ErrUnavailable) {
		t.Errorf("a read while nobody lets us in: %v", err)
	}
	b.wire.Refuse(false)
	b.super(`ALTER DATABASE ` + b.db.Name + ` CONNECTION LIMIT 0`)
	if _, err := b.write(t.Context(), nil); !errors.Is(err, pg.ErrUnavailable) || pg.CodeOf(err) != "53300" {
		t.Errorf("too many connections: %v", err)
	}
	b.super(`ALTER DATABASE `+b.db.Name+` CONNECTION LIMIT -1`,
		`REVOKE CONNECT ON DATABASE `+b.db.Name+` FROM PUBLIC`)
	if _, err := b.write(t.Context(), nil); !errors.Is(err, pg.ErrUnavailable) || pg.CodeOf(err) != "42501" {
		t.Errorf("kept out for any other reason: %v", err)
	}
	b.super(`GRANT CONNECT ON DATABASE ` + b.db.Name + ` TO PUBLIC`)
	if _, err := b.write(t.Context(), nil); err != nil {
		t.Errorf("it does not come back by itself: %v", err)
	}
	b.notes(3)
}

// TestInDoubt cuts between a commit and its answer, on either side of the server.
func TestInDoubt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, moment := range []wire.Moment{wire.BeforeCommit, wire.AfterCommit} {
		b.wire.CutAt(moment)
		attempts, err := b.write(t.Context(), nil)
		if !errors.Is(err, pg.ErrInDoubt) || attempts != 1 {
			t.Errorf("moment %d: %d attempts, %v", moment, attempts, err)
		}
		b.notes(int64(i)) // undone at first, then done
	}
	t.Run("OK the time is over while the server is silent", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		b.wire.HoldAt(wire.AfterCommit)
		_, err := b.write(ctx, nil)
		b.wire.Release()
		if !errors.Is(err, pg.ErrInDoubt) {
			t.Errorf("got %v", err)
		}
		b.notes(2)
	})
	t.Run("OK what was never sent is not in doubt", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := b.write(ctx, func(int) { cancel() })
		if !errors.Is(err, context.Canceled) || errors.Is(err, pg.ErrInDoubt) {
			t.Errorf("got %v", err)
		}
		b.notes(2)
	})
	t.Run("OK a coordinator says that a server was lost", func(t *testing.T) {
		for i, code := range []string{"XX000", "08006"} {
			b.wire.AnswerError(code)
			attempts, err := b.write(t.Context(), nil)
			if !errors.Is(err, pg.ErrInDoubt) || attempts != 1 || pg.CodeOf(err) != code {
				t.Errorf("%s: %d attempts, %v", code, attempts, err)
			}
			b.notes(int64(3 + i)) // it was done
		}
		b.wire.AnswerError("23505") // which a transaction says of itself: the server has undone it
		if _, err := b.write(t.Context(), nil); err == nil || errors.Is(err, pg.ErrInDoubt) {
			t.Errorf("got %v", err)
		}
	})
}

// TestContended lets a rival change the same row each time: first often enough to be given up, then twice.
func TestContended(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.super(`INSERT INTO note (n) VALUES (1)`)
	for name, test := range map[string]struct {
		isolation string
		rivalry   int
		want      error
	}{
		"OK serialisation failures that end":  {"repeatable read", 3, nil},
		"Err serialisation failures for ever": {"repeatable read", 1 << 30, pg.ErrContended},
		"OK no conflict at a lower level":     {"read committed", 1 << 30, nil},
	} {
		attempts := 0
		b.super(`ALTER ROLE ` + testdb.Application + ` IN DATABASE ` + b.db.Name + ` SET gongbao.drill_isolation = '` +
			test.isolation + `'`)
		b.far.Reset()
		err := pg.InTx(t.Context(), b.far, func(ctx context.Context, tx *pg.Tx) error {
			attempts++
			if err := pg.Row(ctx, tx, `SELECT n FROM note`, nil, new(int64)); err != nil {
				return err
			}
			if attempts <= test.rivalry {
				b.super(`UPDATE note SET n = n`)
			}
			_, err := pg.Exec(ctx, tx, `UPDATE note SET n = n`)
			return err
		})
		if !errors.Is(err, test.want) || attempts > 8 || test.rivalry == 3 && attempts != 4 {
			t.Errorf("%s: %d attempts, %v", name, attempts, err)
		}
	}
	b.notes(1)
}

// TestFrozen lets the server stand still: the caller's own time ends the wait, and is not taken for an outage.
func TestFrozen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.wire.Hold()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := b.write(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	b.wire.Release()
	if _, err := b.write(t.Context(), nil); err != nil {
		t.Errorf("it does not go on by itself: %v", err)
	}
	var patience string // of the server with a service that stands still, and holds locks
	err := pg.Row(t.Context(), b.far, `SHOW idle_in_transaction_session_timeout`, nil, &patience)
	if err != nil || patience != "2min" {
		t.Errorf("a transaction may stand still for %q, %v", patience, err)
	}
	b.notes(1)
}

// TestRefusal: other errors stay what they are.
func TestRefusal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, mistake := b.far.Pool.Exec(t.Context(), `SELECT nothing`)
	for name, err := range map[string]error{
		"nothing": nil, "a mistake": mistake, "a refusal": pg.ErrFull.With("x"), "the caller's end": context.Canceled,
		"another connection": &net.OpError{Op: "read", Err: net.ErrClosed},
	} {
		if got := pg.Refusal(err); !errors.Is(got, err) || got != nil && got.Error() != err.Error() {
			t.Errorf("%s: %v became %v", name, err, got)
		}
	}
}
