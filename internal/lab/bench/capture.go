package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// written is what one transaction of ours wrote, as statements that write it again with another key.
type written struct {
	key        string // number of the policy or claim it was about
	ids        int    // of events it made
	rows       int
	statements []statement
}

type statement struct {
	text string
	args []argument
}

// argument gives a value of the transaction, with the key and the ids put in where the captured ones stood.
type argument func(key string, ids []uuid.UUID) any

// column of a table; plain types travel as they are, the others as text.
type column struct {
	name, typ string
	plain     bool
	array     bool
}

// capture finds the rows that the last transaction about a subject wrote, in every table, by the mark that Postgres
// gives each row of it.
func (h *house) capture(ctx context.Context, subject, key string) (*written, error) {
	var mark string
	err := h.db.Pool.QueryRow(ctx, `SELECT xmin::text FROM event WHERE pool = $1 AND subject = $2
		ORDER BY subject_version DESC LIMIT 1`, pool, subject).Scan(&mark)
	if err != nil {
		return nil, fmt.Errorf("find the transaction about %s: %w", subject, err)
	}
	w := &written{key: key}
	var ids []uuid.UUID
	err = h.db.Pool.QueryRow(ctx, `SELECT array_agg(id) FROM event WHERE xmin::text = $1`, mark).Scan(&ids)
	if err != nil {
		return nil, err
	}
	w.ids = len(ids)
	for _, table := range h.floor.tables {
		columns, err := h.columnsOf(ctx, table)
		if err != nil {
			return nil, err
		}
		rows, err := h.rowsOf(ctx, table, columns, mark)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			w.rows += len(rows)
			w.statements = append(w.statements, insertion(table, columns, rows, key, ids))
		}
	}
	return w, nil
}

func (h *house) columnsOf(ctx context.Context, table string) ([]column, error) {
	rows, err := h.db.Pool.Query(ctx, `SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
		WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, h.db.Schema+"."+table)
	if err != nil {
		return nil, err
	}
	plain := []string{
		"text", "bigint", "integer", "boolean", "uuid", "date", "timestamp with time zone", "bytea", "text[]", "bigint[]",
		"bytea[]",
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (column, error) {
		var c column
		err := row.Scan(&c.name, &c.typ)
		c.plain, c.array = slices.Contains(plain, c.typ), strings.HasSuffix(c.typ, "[]")
		return c, err
	})
}

func (h *house) rowsOf(ctx context.Context, table string, columns []column, mark string) ([][]any, error) {
	names := make([]string, len(columns))
	for i, c := range columns {
		if names[i] = c.name; !c.plain {
			names[i] += "::text"
		}
	}
	rows, err := h.db.Pool.Query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+table+" WHERE xmin::text = $1", mark)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
}

// insertion writes rows in one statement: many as arrays, where no column is an array itself.
func insertion(table string, columns []column, rows [][]any, key string, ids []uuid.UUID) statement {
	unnested := len(rows) > 1 && !slices.ContainsFunc(columns, func(c column) bool { return c.array })
	names, marks := make([]string, len(columns)), []string{}
	for i, c := range columns {
		names[i] = c.name
	}
	s := statement{text: "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") "}
	if unnested {
		for i, c := range columns {
			marks = append(marks, fmt.Sprintf(c.cast("$%d", "[]"), i+1))
			cells := make([]argument, len(rows))
			for r := range rows {
				cells[r] = cell(rows[r][i], key, ids)
			}
			s.args = append(s.args, list(cells, rows[0][i]))
		}
		s.text += "SELECT " + strings.Join(names, ", ") + " FROM unnest(" + strings.Join(marks, ", ") + ") AS given (" +
			strings.Join(names, ", ") + ")"
		return s
	}
	for r, row := range rows {
		marks = marks[:0]
		for i, c := range columns {
			marks = append(marks, fmt.Sprintf(c.cast("$%d", ""), r*len(columns)+i+1))
			s.args = append(s.args, cell(row[i], key, ids))
		}
		if r == 0 {
			s.text += "VALUES "
		} else {
			s.text += ", "
		}
		s.text += "(" + strings.Join(marks, ", ") + ")"
	}
	return s
}

func (c column) cast(mark, many string) string {
	if c.plain {
		return mark + "::" + c.typ + many
	}
	return mark + "::text" + many + "::" + c.typ + many
}

// cell is one value; a text that holds the key and an id of an event become new with each transaction.
func cell(value any, key string, ids []uuid.UUID) argument {
	switch v := value.(type) {
	case string:
		if before, after, found := strings.Cut(v, key); found {
			return func(key string, _ []uuid.UUID) any { return before + key + after }
		}
	case [16]byte:
		if place := slices.Index(ids, uuid.UUID(v)); place >= 0 {
			return func(_ string, ids []uuid.UUID) any { return ids[place] }
		}
	}
	return func(string, []uuid.UUID) any { return value }
}

// list is one column of many rows.
func list(cells []argument, sample any) argument {
	switch sample.(type) {
	case string:
		return listOf[string](cells)
	case int64:
		return listOf[int64](cells)
	case int32:
		return listOf[int32](cells)
	case [16]byte:
		return func(key string, ids []uuid.UUID) any {
			values := make([]uuid.UUID, len(cells))
			for i, one := range cells {
				switch v := one(key, ids).(type) {
				case uuid.UUID:
					values[i] = v
				case [16]byte:
					values[i] = v
				}
			}
			return values
		}
	default:
		return listOf[any](cells)
	}
}

func listOf[T any](cells []argument) argument {
	return func(key string, ids []uuid.UUID) any {
		values := make([]T, len(cells))
		for i, one := range cells {
			values[i], _ = one(key, ids).(T) // the column has one type
		}
		return values
	}
}
