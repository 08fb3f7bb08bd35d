package pg

import "reflect"

// Written are rows of one table that a transaction wrote, as they stand after it.
type Written struct {
	model  *columns
	values []any         // of one row
	rows   reflect.Value // or a slice of rows
}

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
