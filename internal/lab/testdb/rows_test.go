package testdb_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// terms are embedded, as a contract is in a policy.
type terms struct {
	Premium money.Amount  `bun:"premium"`
	Starts  calendar.Date `bun:"starts"`
	Parts   []part        `bun:"parts,type:jsonb"`
}

type part struct {
	Name string `json:"name"`
}

type bond struct {
	bun.BaseModel `bun:"table:bond"`

	Pool   string `bun:"pool,pk"`
	Number string `bun:"number,pk"`
	terms
	Names  []string       `bun:"names,array"`
	Broker *string        `bun:"broker"`
	Ends   *calendar.Date `bun:"ends"`
	Month  calendar.Month `bun:"month"`
}

const bondTable = `CREATE TABLE gongbao.bond (
	pool text, number text, premium bigint NOT NULL, starts date, parts jsonb NOT NULL, names text[] NOT NULL,
	broker text, ends date, month date, PRIMARY KEY (pool, number)
); GRANT ALL ON gongbao.bond TO ` + testdb.Application

var bondStatements = pg.Load(fstest.MapFS{"sql/bond.sql": {Data: []byte(`-- name: DearBonds
-- Those above a price; @nobody is a comment.
SELECT :columns(b) FROM bond b
WHERE b.pool = @pool AND b.premium > @above AND (@pool <> '' OR b.names @> '{}') ORDER BY b.number;

-- name: RaiseBond
UPDATE bond SET premium = premium + @more_fen WHERE pool = @pool

-- name: CountBonds
SELECT count(*) FROM bond
`)}})

type dearArgs struct {
	Pool  string
	Above money.Amount
}

type raiseArgs struct {
	Pool    string
	MoreFen int64
}

var (
	dearBonds  = pg.Select[bond, dearArgs](bondStatements, "DearBonds")
	raiseBond  = pg.SQL[raiseArgs](bondStatements, "RaiseBond")
	countBonds = pg.SQL[pg.None](bondStatements, "CountBonds")
	bondMoves  = pg.ColumnsOf[bond]("premium", "parts", "broker", "month")
)

func bondOf(number string, fen int64) bond {
	return bond{Pool: "IC", Number: number, terms: terms{
		Premium: money.Fen(fen), Starts: calendar.MustDate("2026-01-01"),
	}}
}

// writeBonds writes in every way there is.
func writeBonds(ctx context.Context, t *testing.T, tx *pg.Tx, full bond) error {
	t.Helper()
	pg.Insert(tx, &full)
	bare := bondOf("2", 200)
	pg.Put(tx, &bare)
	moved := full
	moved.Premium, moved.Parts, moved.Names, moved.Broker = money.Fen(300), nil, []string{"not written"}, nil
	pg.Update(tx, &moved, bondMoves)
	if err := pg.CopyRows(ctx, tx, []bond{bondOf("3", 400), bondOf("4", 1)}); err != nil {
		return err
	}
	if again, err := pg.InsertNew(ctx, tx, &bare); again || err != nil {
		t.Errorf("a row of this key is there: %v, %v", again, err)
	}
	pg.InsertAll(tx, []bond{bondOf("5", 2), bondOf("6", 3)}, pg.ColumnsShared[bond]("pool", "starts"))
	raiseBond.With(raiseArgs{Pool: "IC", MoreFen: 5}).Queue(tx)
	return nil
}

// TestRows writes rows in every way and reads them again by the same tags.
func TestRows(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	ctx := t.Context()
	if _, err := db.Superuser.ExecContext(ctx, bondTable); err != nil {
		t.Fatal(err)
	}
	full := bondOf("1", 100)
	end := calendar.MustDate("2026-12-31")
	full.Parts, full.Names, full.Broker = []part{{"a"}, {"b"}}, []string{"x"}, new("B")
	full.Ends, full.Month = &end, end.Month()
	work := func(ctx context.Context, tx *pg.Tx) error { return writeBonds(ctx, t, tx, full) }
	rehearsed, err := pg.Rehearse(ctx, db.DB, work)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, written := range rehearsed.Written {
		written.Each(func(key, values []any) {
			tables = append(tables, written.Table()+" "+key[1].(string)) //nolint:forcetypeassert // the number
			if len(values) != len(written.Columns()) || written.Columns()[2] != "premium" {
				t.Errorf("%v of %v", values, written.Columns())
			}
		})
	}
	if err := pg.InTx(ctx, db.DB, func(ctx context.Context, tx *pg.Tx) error {
		defer func() {
			if written := tx.Written(); len(written) > 0 {
				t.Errorf("nobody listens, and %d are kept", len(written))
			}
		}()
		return work(ctx, tx)
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"bond 1", "bond 2", "bond 1", "bond 3", "bond 4", "bond 5", "bond 6"}
	if !slices.Equal(tables, want) {
		t.Errorf("it wrote %v", tables)
	}
	rows, err := pg.Listed[bond](ctx, db.DB, dearBonds.With(dearArgs{Pool: "IC", Above: money.Fen(6)}))
	if err != nil || len(rows) != 5 {
		t.Fatalf("%v, %v", rows, err)
	}
	first := rows[0]
	if first.Premium != money.Fen(305) || len(first.Parts) != 0 || !slices.Equal(first.Names, []string{"x"}) ||
		first.Broker != nil || *first.Ends != end || first.Month != full.Month || first.Starts != full.Starts {
		t.Errorf("read %+v", first)
	}
	if last := rows[4]; last.Number != "6" || last.Premium != money.Fen(8) || last.Starts != full.Starts {
		t.Errorf("read %+v", last)
	}
	if rows[1].Ends != nil || rows[1].Names == nil || !rows[1].Month.IsZero() {
		t.Errorf("read %+v", rows[1])
	}
	var count int
	if err := countBonds.With(pg.None{}).Row(ctx, db.DB, &count); err != nil || count != 6 {
		t.Errorf("%d rows, %v", count, err)
	}
}

// TestStatementsName says that a failure names the statement, alone and in a batch.
func TestStatementsName(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t) // it has no such table
	bound := raiseBond.With(raiseArgs{Pool: "IC"})
	_, alone := bound.Exec(t.Context(), db.DB)
	queued := pg.InTx(t.Context(), db.DB, func(_ context.Context, tx *pg.Tx) error {
		bound.Queue(tx)
		return nil
	})
	_, listed := pg.Listed[bond](t.Context(), db.DB, dearBonds.With(dearArgs{}))
	for name, err := range map[string]error{"RaiseBond: ": alone, "RaiseBond:": queued, "DearBonds: ": listed} {
		if err == nil || !strings.Contains(err.Error(), name) || pg.CodeOf(err) != "42P01" {
			t.Errorf("%q is not in %v", name, err)
		}
	}
}

// TestStatementsAreChecked refuses, when the program starts, what does not fit its arguments.
func TestStatementsAreChecked(t *testing.T) {
	t.Parallel()
	type wrong struct{ Pool, Nobody string }
	for name, declare := range map[string]func(){
		"no such statement":   func() { pg.SQL[pg.None](bondStatements, "Nothing") },
		"a field missing":     func() { pg.SQL[pg.None](bondStatements, "RaiseBond") },
		"a field not used":    func() { pg.SQL[wrong](bondStatements, "CountBonds") },
		"no such column":      func() { pg.ColumnsOf[bond]("price") },
		"a column of the key": func() { pg.ColumnsOf[bond]("pool") },
		"a name that is twice": func() {
			pg.Load(fstest.MapFS{"sql/a.sql": {Data: []byte("-- name: A\n-- name: A\n")}})
		},
		"no file": func() { pg.Load(fstest.MapFS{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: nothing is said", name)
				}
			}()
			declare()
		}()
	}
}
