package pg_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// raise is what a migration does that breaks older programs.
const raise = `LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;
	UPDATE schema_contract SET readable_by = readable_by + 1, writable_by = writable_by + 1`

// TestContract lets the schema move on under a program that runs.
func TestContract(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.super(`GRANT SELECT ON schema_contract TO ` + testdb.Application)
	note := func() error {
		_, err := b.write(t.Context(), nil)
		return err
	}
	single := func(args ...any) error {
		return pg.Write(t.Context(), b.far, `INSERT INTO note (n) VALUES ($1)`, args, nil)
	}
	if err := errors.Join(note(), single(7)); err != nil || b.far.MovedOn() {
		t.Fatalf("before: %v", err)
	}
	b.super(raise)
	for name, err := range map[string]error{"a transaction": note(), "a single statement": single(8)} {
		if !errors.Is(err, pg.ErrSchemaMovedOn) || !b.far.MovedOn() {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.super(`DELETE FROM schema_contract`)
	if err := note(); !errors.Is(err, pg.ErrSchemaMovedOn) {
		t.Errorf("nothing says what may write: %v", err)
	}
	b.super(fmt.Sprintf(`INSERT INTO schema_contract VALUES ('ZONE', %[1]d, %[1]d)`, pg.Contract))
	if err := note(); err != nil || b.far.MovedOn() {
		t.Errorf("moved back: %v", err)
	}
	b.super(`REVOKE SELECT ON schema_contract FROM ` + testdb.Application)
	for name, err := range map[string]error{"a transaction": note(), "a single statement": single(9)} {
		if !errors.Is(err, pg.ErrSchemaOlder) {
			t.Errorf("%s without the right to ask: %v", name, err)
		}
	}
	b.notes(3)
}

// TestContractWaits: the migration waits for who is writing, and who comes later waits for it and is refused.
func TestContractWaits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	moved, late := make(chan error, 1), make(chan error, 1)
	_, err := b.write(t.Context(), func(int) {
		go func() {
			_, err := b.db.Superuser.Pool.Exec(context.WithoutCancel(t.Context()), raise)
			moved <- err
		}()
		b.awaitLocks(1)
		go func() {
			_, err := b.write(context.WithoutCancel(t.Context()), nil)
			late <- err
		}()
		b.awaitLocks(2)
	})
	if err != nil {
		t.Errorf("who wrote before: %v", err)
	}
	if err := <-moved; err != nil {
		t.Error(err)
	}
	if err := <-late; !errors.Is(err, pg.ErrSchemaMovedOn) {
		t.Errorf("who came after: %v", err)
	}
	b.notes(1)
}

// awaitLocks waits until so many sessions wait for the contract.
func (b *bundle) awaitLocks(want int64) {
	b.Helper()
	for waiting := int64(-1); waiting < want; {
		err := pg.Row(b.Context(), b.db.Superuser, `SELECT count(*) FROM pg_locks
			WHERE NOT granted AND relation = 'schema_contract'::regclass`, nil, &waiting)
		if err != nil {
			b.Fatal(err)
		}
	}
}

// messages counts what a connection sends that the server has to answer.
type messages struct{ sent int }

func (m *messages) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	m.sent++
	return ctx
}

func (m *messages) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (m *messages) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	m.sent++
	return ctx
}

func (m *messages) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (m *messages) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (m *messages) TracePrepareStart(ctx context.Context, _ *pgx.Conn, data pgx.TracePrepareStartData) context.Context {
	m.sent++
	return ctx
}

func (m *messages) TracePrepareEnd(_ context.Context, _ *pgx.Conn, data pgx.TracePrepareEndData) {
	if data.AlreadyPrepared {
		m.sent--
	}
}

// TestContractCostsNoRoundTrip: begin, the batch of writes, commit.
func TestContractCostsNoRoundTrip(t *testing.T) {
	t.Parallel()
	b := setup(t)
	counted := &messages{}
	reached, err := pg.OpenTraced(t.Context(), pg.Options{URL: b.db.ApplicationAt, MaxConnections: 1}, counted)
	if err != nil {
		t.Fatal(err)
	}
	defer reached.Close()
	for range 2 { // the first time statements are prepared
		counted.sent = 0
		err := pg.InTx(t.Context(), reached, func(_ context.Context, tx *pg.Tx) error {
			tx.Queue(`INSERT INTO note (n) VALUES ($1)`, 1)
			tx.Queue(`INSERT INTO note (n) VALUES ($1)`, 2)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if counted.sent != 3 {
		t.Errorf("a transaction takes %d messages", counted.sent)
	}
	counted.sent = 0
	err = pg.Write(t.Context(), reached, `INSERT INTO note (n) VALUES (3)`, nil, nil)
	if err != nil || counted.sent != 1 {
		t.Errorf("a single statement takes %d messages: %v", counted.sent, err)
	}
}
