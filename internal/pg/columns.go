package pg

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"
)

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
	case kind == reflect.TypeFor[uuid.UUID](): // as driver.Valuer it is a text, which is read again before it is sent
		return func(v reflect.Value) any {
			return pgtype.UUID{Bytes: v.Interface().(uuid.UUID), Valid: true} //nolint:forcetypeassert // its kind
		}
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

// listed are the columns as a SELECT names them, of the table itself or of what it is called.
func (c *columns) listed(alias string) string {
	if alias == "" {
		return strings.Join(c.quoted, ", ")
	}
	names := make([]string, len(c.quoted))
	for i, name := range c.quoted {
		names[i] = alias + "." + name
	}
	return strings.Join(names, ", ")
}
