package pg

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"
)

// Reads are statements that go to the server together, in one round trip, and are run there one after the other: locks
// are taken in the order in which they were asked for. Each text is always the same and prepared once per connection.
type Reads struct{ batch pgx.Batch }

// Row asks for one row of values; all stay as they are when there is none.
func (r *Reads) Row(query string, args []any, into ...any) {
	r.batch.Queue(query, args...).Query(func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		return rows.Scan(into...)
	})
}

// Run sends them and gives the first error. In a transaction they see what it has flushed, not what is only queued; on
// a database they are a transaction of their own.
func (r *Reads) Run(ctx context.Context, handle bun.IDB) error {
	if r.batch.Len() == 0 {
		return nil
	}
	switch h := handle.(type) {
	case *Tx:
		return h.Native(func(conn *pgx.Conn) error { return send(ctx, conn, &r.batch) })
	case interface{ connections() *pgxpool.Pool }: // *DB, and whatever embeds it
		conn, err := h.connections().Acquire(ctx)
		if err != nil {
			return fmt.Errorf("take a connection: %w", err)
		}
		defer conn.Release()
		return send(ctx, conn.Conn(), &r.batch)
	default:
		panic(fmt.Sprintf("pg: no connections in %T", handle))
	}
}

// send runs a batch; the server is asked to prepare a text only once on each connection.
func send(ctx context.Context, conn *pgx.Conn, batch *pgx.Batch) error {
	for _, queued := range batch.QueuedQueries {
		if _, err := conn.Prepare(ctx, queued.SQL, queued.SQL); err != nil {
			return failed(queued.SQL, err)
		}
	}
	return conn.SendBatch(ctx, batch).Close()
}

// columns are those of a model, as bun's tags name them.
type columns struct {
	table  string
	names  []string
	quoted []string // the names, in quotation marks for SQL
	fields []*schema.Field
	writing
}

var (
	models  sync.Map // the columns of each type that was read
	dialect = pgdialect.New()
)

func columnsOf(model reflect.Type) *columns {
	if known, ok := models.Load(model); ok {
		return known.(*columns) //nolint:forcetypeassert // the map holds nothing else
	}
	table := dialect.Tables().Get(model)
	names, quoted := make([]string, len(table.Fields)), make([]string, len(table.Fields))
	for i, field := range table.Fields {
		names[i], quoted[i] = field.Name, string(field.SQLName)
	}
	found := &columns{
		table: strings.Trim(string(table.SQLName), `"`), names: names, quoted: quoted, fields: table.Fields,
	}
	found.prepareWriting()
	first, _ := models.LoadOrStore(model, found)
	return first.(*columns) //nolint:forcetypeassert // the map holds nothing else
}

// of is where the columns of one row go.
func (c *columns) of(model reflect.Value) []any {
	into := make([]any, len(c.fields))
	for i, field := range c.fields {
		into[i] = field.Value(model).Addr().Interface()
	}
	return into
}
