package pg

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A row writes itself as it reads itself: its columns are the fields of its struct that bear a bun tag, and no list of
// columns is written by hand. A Select reads by the same tags.

// Columns are some columns of a row's type, for Update and InsertAll. They are checked against the tags when the
// program starts.
type Columns[M any] struct {
	at     []int  // places among the type's columns
	update string // the statement that sets them; "" where the key is among them
}

// ColumnsOf names columns of M for Update, and panics for one that M does not have, or that is part of its key.
func ColumnsOf[M any](names ...string) Columns[M] {
	model := columnsOf(reflect.TypeFor[M]())
	columns := Columns[M]{at: model.places(names)}
	sets := make([]string, len(names))
	for i, at := range columns.at {
		if model.fields[at].IsPK {
			panic(fmt.Sprintf("pg: %s is part of the key of %s", names[i], model.table))
		}
		sets[i] = fmt.Sprintf("%s = $%d", model.quoted[at], i+1)
	}
	columns.update = model.update(strings.Join(sets, ", "), len(names))
	return columns
}

// ColumnsShared names columns of M that are the same in all rows of one InsertAll.
func ColumnsShared[M any](names ...string) Columns[M] {
	return Columns[M]{at: columnsOf(reflect.TypeFor[M]()).places(names)}
}

// ColumnsBut are all columns of M but its key and those that are named: what never changes once the row is there.
func ColumnsBut[M any](fixed ...string) Columns[M] {
	model := columnsOf(reflect.TypeFor[M]())
	for _, name := range fixed {
		if model.index(name) < 0 {
			panic(fmt.Sprintf("pg: %s has no column %q", model.table, name))
		}
	}
	var names []string
	for i, name := range model.names {
		if !model.fields[i].IsPK && !slices.Contains(fixed, name) {
			names = append(names, name)
		}
	}
	return ColumnsOf[M](names...)
}

// ColumnsWithin are the columns of a part that M embeds.
func ColumnsWithin[M, Part any]() Columns[M] {
	return ColumnsOf[M](columnsOf(reflect.TypeFor[Part]()).names...)
}

// Insert queues a row as a new one; a row of the same key undoes the transaction when the batch is sent.
func Insert[M any](tx *Tx, row *M) {
	model := columnsOf(reflect.TypeFor[M]())
	values := model.values(reflect.ValueOf(row).Elem())
	tx.Queue(model.insert, values...)
	tx.wroteRow(model, values)
}

// InsertAll queues rows of one type as new ones, in one statement. What they share is sent once, from the first row.
func InsertAll[M any](tx *Tx, rows []M, shared Columns[M]) {
	if len(rows) == 0 {
		return
	}
	model := columnsOf(reflect.TypeFor[M]())
	args := make([]any, 0, len(rows)*len(model.fields))
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for at := range model.fields {
			if i == 0 || !slices.Contains(shared.at, at) {
				args = append(args, model.value(row, at))
			}
		}
	}
	tx.Queue(model.insertion(len(rows), shared.at), args...)
	tx.wroteRows(model, reflect.ValueOf(rows))
}

// InsertNew inserts a row at once, unless the table has one of this key, and says whether it did.
func InsertNew[M any](ctx context.Context, tx *Tx, row *M) (inserted bool, err error) {
	model := columnsOf(reflect.TypeFor[M]())
	values := model.values(reflect.ValueOf(row).Elem())
	count, err := Exec(ctx, tx, model.insert+" ON CONFLICT DO NOTHING", values...)
	if err != nil {
		return false, fmt.Errorf("insert into %s: %w", model.table, err)
	}
	if count == 1 {
		tx.wroteRow(model, values)
	}
	return count == 1, nil
}

// Put queues a row, new or in the place of the one that has its key.
func Put[M any](tx *Tx, row *M) {
	model := columnsOf(reflect.TypeFor[M]())
	values := model.values(reflect.ValueOf(row).Elem())
	tx.Queue(model.put, values...)
	tx.wroteRow(model, values)
}

// Update queues the change of some columns of the row that has this key. The row has to be there, and locked.
func Update[M any](tx *Tx, row *M, columns Columns[M]) {
	model := columnsOf(reflect.TypeFor[M]())
	values := reflect.ValueOf(row).Elem()
	args := make([]any, 0, len(columns.at)+len(model.key))
	for _, at := range slices.Concat(columns.at, model.key) {
		args = append(args, model.value(values, at))
	}
	tx.Queue(columns.update, args...)
	if tx.listens {
		tx.wroteRow(model, model.values(values))
	}
}

// CopyRows writes many new rows at once, by COPY. What is queued is sent before them.
func CopyRows[M any](ctx context.Context, tx *Tx, rows []M) error {
	if len(rows) == 0 {
		return nil
	}
	model := columnsOf(reflect.TypeFor[M]())
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		return model.values(reflect.ValueOf(&rows[i]).Elem()), nil
	})
	tx.wrote = true
	tx.wroteRows(model, reflect.ValueOf(rows))
	return tx.Native(func(conn *pgx.Conn) error { return Copy(ctx, conn, model.table, model.names, source) })
}

// CopyStream writes new rows by COPY, as many as next makes: next fills the row it is given and says whether there was
// one more. Each row is made while the server writes the ones before, in another goroutine, so next must not panic.
// What is queued is sent before them. Written does not know of these rows: nobody has them any more.
func CopyStream[M any](ctx context.Context, tx *Tx, next func(row *M) (more bool, err error)) error {
	model := columnsOf(reflect.TypeFor[M]())
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	row := new(M)
	fields, values := make([]reflect.Value, len(model.fields)), make([]any, len(model.fields))
	for i, field := range model.fields {
		fields[i] = field.Value(reflect.ValueOf(row).Elem())
	}
	tx.wrote = true
	return tx.Native(func(conn *pgx.Conn) error {
		return Copy(ctx, conn, model.table, model.names, pgx.CopyFromFunc(func() ([]any, error) {
			if more, err := next(row); err != nil || !more {
				return nil, err
			}
			for i, encode := range model.encode { // the driver writes the values down before it asks for the next
				values[i] = encode(fields[i])
			}
			return values, nil
		}))
	})
}
