package pg

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun/schema"
)

// A row writes itself as it reads itself: its columns are the fields of its struct that bear a bun tag, and no list of
// columns is written by hand. Find and List read by the same tags.

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

// Written are rows of one table that a transaction wrote, as they stand after it.
type Written struct {
	model  *columns
	values []any         // of one row
	rows   reflect.Value // or a slice of rows
}

// Written is what the transaction wrote row by row, in the order of writing: by Insert, Put, Update and CopyRows. What
// a statement of its own wrote is not among it, and it is kept only where somebody listens, which Rehearse does: a
// large import would hold every row to its end.
func (tx *Tx) Written() []Written { return tx.written }

// Table is the table's name.
func (w Written) Table() string { return w.model.table }

// Columns are the names of the values of each row, key and all.
func (w Written) Columns() []string { return w.model.names }

// Each calls do for every row: its key, and the values of all its columns.
func (w Written) Each(do func(key, values []any)) {
	if !w.rows.IsValid() {
		do(w.model.keyOf(w.values), w.values)
		return
	}
	for i := range w.rows.Len() {
		values := w.model.values(w.rows.Index(i))
		do(w.model.keyOf(values), values)
	}
}

func (tx *Tx) wroteRow(model *columns, values []any) {
	if tx.listens {
		tx.written = append(tx.written, Written{model: model, values: values})
	}
}

func (tx *Tx) wroteRows(model *columns, rows reflect.Value) {
	if tx.listens {
		tx.written = append(tx.written, Written{model: model, rows: rows})
	}
}

// writing is how a type's rows are written.
type writing struct {
	insert, put string
	insertions  sync.Map // how many rows share which columns → the statement
	key         []int    // places of the key's columns
	encode      []func(field reflect.Value) any
}

func (c *columns) prepareWriting() {
	marks, sets, keys := make([]string, len(c.names)), []string{}, []string{}
	for i, name := range c.quoted {
		marks[i] = fmt.Sprintf("$%d", i+1)
		if c.fields[i].IsPK {
			c.key = append(c.key, i)
			keys = append(keys, name)
		} else {
			sets = append(sets, fmt.Sprintf("%s = excluded.%s", name, name))
		}
		c.encode = append(c.encode, encoder(c.fields[i]))
	}
	c.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)",
		c.table, strings.Join(c.quoted, ", "), strings.Join(marks, ", "))
	does := "NOTHING"
	if len(sets) > 0 {
		does = "UPDATE SET " + strings.Join(sets, ", ")
	}
	c.put = fmt.Sprintf("%s ON CONFLICT (%s) DO %s", c.insert, strings.Join(keys, ", "), does)
}

// update is the statement that sets so many columns of the row that has the key of the last arguments.
func (c *columns) update(set string, count int) string {
	where := make([]string, len(c.key))
	for i, at := range c.key {
		where[i] = fmt.Sprintf("%s = $%d", c.quoted[at], count+i+1)
	}
	if len(where) == 0 {
		panic(fmt.Sprintf("pg: no field of %s is tagged pk", c.table))
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s", c.table, set, strings.Join(where, " AND "))
}

// insertionKey names a statement of several rows.
type insertionKey struct {
	rows   int
	shared string
}

// insertion is the statement that inserts so many rows, the shared columns of all from the first row's arguments.
func (c *columns) insertion(count int, shared []int) string {
	key := insertionKey{count, fmt.Sprint(shared)}
	if statement, ok := c.insertions.Load(key); ok {
		return statement.(string) //nolint:forcetypeassert // the map holds nothing else
	}
	rows, marks, next := make([]string, count), make([]string, len(c.names)), 0
	for row := range rows {
		for at := range marks {
			if row == 0 || !slices.Contains(shared, at) {
				next++
				marks[at] = fmt.Sprintf("$%d", next)
			}
		}
		rows[row] = "(" + strings.Join(marks, ", ") + ")"
	}
	statement := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s",
		c.table, strings.Join(c.quoted, ", "), strings.Join(rows, ", "))
	c.insertions.Store(key, statement)
	return statement
}

func (c *columns) index(name string) int { return slices.Index(c.names, name) }

// places are those of named columns among the type's.
func (c *columns) places(names []string) []int {
	places := make([]int, len(names))
	for i, name := range names {
		if places[i] = c.index(name); places[i] < 0 {
			panic(fmt.Sprintf("pg: %s has no column %q", c.table, name))
		}
	}
	return places
}

func (c *columns) keyOf(values []any) []any {
	key := make([]any, len(c.key))
	for i, at := range c.key {
		key[i] = values[at]
	}
	return key
}

// values are those of one row, as they are sent.
func (c *columns) values(row reflect.Value) []any {
	values := make([]any, len(c.fields))
	for at := range values {
		values[at] = c.value(row, at)
	}
	return values
}

func (c *columns) value(row reflect.Value, at int) any { return c.encode[at](c.fields[at].Value(row)) }

// nativeValue is a value that has a form for the driver which costs less than driver.Valuer's.
type nativeValue interface{ SQL() any }

// encoder says how a field is sent. A nil pointer is NULL, an empty list is an empty list; what has type:jsonb is JSON.
func encoder(field *schema.Field) func(reflect.Value) any {
	kind := field.StructField.Type
	encode := encoderOf(kind)
	if strings.HasPrefix(field.UserSQLType, "json") {
		encode = asJSON
	}
	if kind.Kind() != reflect.Pointer {
		return encode
	}
	return func(v reflect.Value) any {
		if v.IsZero() {
			return nil
		}
		return encode(v)
	}
}

// encoderOf says how values of a type are sent.
func encoderOf(kind reflect.Type) func(reflect.Value) any {
	switch {
	case kind.Implements(reflect.TypeFor[nativeValue]()):
		return func(v reflect.Value) any {
			return v.Interface().(nativeValue).SQL() //nolint:forcetypeassert // it implements it
		}
	case kind.Implements(reflect.TypeFor[driver.Valuer]()):
		return func(v reflect.Value) any { return v.Interface() }
	case kind.Kind() == reflect.String:
		return func(v reflect.Value) any { return v.String() }
	case kind.Kind() == reflect.Slice:
		empty := reflect.MakeSlice(kind, 0, 0).Interface()
		return func(v reflect.Value) any {
			if v.IsNil() {
				return empty
			}
			return v.Interface()
		}
	default:
		return func(v reflect.Value) any { return v.Interface() }
	}
}

// asJSON is a value's JSON, or the error that writing it down came to, which the driver then reports.
func asJSON(v reflect.Value) any {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return []byte("[]")
	}
	text, err := json.Marshal(v.Interface())
	if err != nil {
		return unwritten{err}
	}
	return text
}

type unwritten struct{ err error }

// Value fails with what writing the value down came to.
func (u unwritten) Value() (driver.Value, error) { return nil, u.err }
