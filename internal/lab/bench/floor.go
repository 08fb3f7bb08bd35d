package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// floor is a schema with the tables of the house, their columns, checks and indexes, and nothing else: what writes
// there knows no rules and reads nothing. Statements are prepared, because that is fastest.
type floor struct {
	pool   *pgxpool.Pool
	schema string
	house  string // the house's schema
	tables []string
}

func openFloor(ctx context.Context, address string, house *pg.DB, connections int) (*floor, error) {
	f := &floor{schema: scratchName(), house: house.Schema}
	var err error
	f.pool, err = pg.OpenPool(ctx, address, int32(connections), f.schema, f.house) //nolint:gosec // types are the house's
	if err != nil {
		return nil, err
	}
	if f.tables, err = tablesOf(ctx, house.Pool, house.Schema); err != nil {
		f.pool.Close()
		return nil, err
	}
	if err := f.build(ctx); err != nil {
		f.close(ctx)
		return nil, err
	}
	return f, nil
}

// build makes the tables, empty.
func (f *floor) build(ctx context.Context) error {
	batch := &pgx.Batch{}
	batch.Queue("CREATE SCHEMA " + f.schema)
	for _, table := range f.tables {
		batch.Queue(fmt.Sprintf("CREATE TABLE %s.%s (LIKE %s.%s INCLUDING ALL)", f.schema, table, f.house, table))
	}
	if err := f.pool.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("make the tables of the floor: %w", err)
	}
	return nil
}

func (f *floor) close(ctx context.Context) {
	drop(ctx, f.pool, f.schema)
	f.pool.Close()
}

// write sends so many transactions, each one pipelined batch, over as many connections as there are callers. Which
// transactions the life of one piece has, and in which order, is given.
func (f *floor) write(ctx context.Context, callers, count int, first int, life ...*written) (time.Duration, error) {
	conns := make([]*pgxpool.Conn, 0, callers)
	defer func() {
		for _, conn := range conns {
			conn.Release()
		}
	}()
	return together(ctx, callers, count, func(ctx context.Context) (*pgxpool.Conn, error) {
		conn, err := f.pool.Acquire(ctx)
		if err == nil {
			conns = append(conns, conn)
		}
		return conn, err
	}, func(ctx context.Context, conn *pgxpool.Conn, piece int) error {
		for i, transaction := range life { // each with a key of its own: it only ever inserts
			again := transaction.again(transaction.keyOf((first+piece)*len(life) + i))
			if err := conn.SendBatch(ctx, again).Close(); err != nil {
				return fmt.Errorf("write the floor: %w", err)
			}
		}
		return nil
	}, nil)
}

// again is the transaction once more, of another subject and with new ids.
func (w *written) again(key string) *pgx.Batch {
	ids := make([]uuid.UUID, w.ids)
	for i := range ids {
		ids[i] = fact.NewID(clock.Stopwatch())
	}
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	for _, statement := range w.statements {
		args := make([]any, len(statement.args))
		for i, arg := range statement.args {
			args[i] = arg(key, ids)
		}
		batch.Queue(statement.text, args...)
	}
	batch.Queue("COMMIT")
	return batch
}

// keyOf is the number of another policy or claim of the same kind.
func (w *written) keyOf(number int) string { return numbered(w.key[:len(w.key)-digits], number) }

const digits = 9

// numbered is the number of a policy or claim; all have the same length.
func numbered(prefix string, number int) string { return fmt.Sprintf("%s%0*d", prefix, digits, number) }
