package schema_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
	"gongbao/internal/lab/schema"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

type column struct {
	kind           string
	nullable, enum bool
	view           bool
}

// columnsOf are the columns of all tables and views, as "table.column".
func columnsOf(t *testing.T) map[string]column {
	t.Helper()
	db := testdb.Open(t)
	columns := map[string]column{}
	err := pg.Rows(t.Context(), db.Superuser, `SELECT c.table_name, c.column_name, c.udt_name, c.is_nullable = 'YES',
			c.data_type = 'USER-DEFINED', t.table_type = 'VIEW'
		FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'gongbao'`, nil, func(rows *sql.Rows) error {
		var table, name string
		var c column
		err := rows.Scan(&table, &name, &c.kind, &c.nullable, &c.enum, &c.view)
		columns[table+"."+name] = c
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

// A row's struct is what its table is: a column that is renamed, widened or may be NULL is found here before a
// statement of some road meets it.
func TestRowsAreTheirTables(t *testing.T) {
	t.Parallel()
	packages, err := code.Checked()
	if err != nil {
		t.Fatal(err)
	}
	columns := columnsOf(t)
	rows := schema.Rows(packages)
	if len(rows) < 20 {
		t.Fatalf("only %d rows were found", len(rows))
	}
	for _, row := range rows {
		if len(row.Cells) == 0 {
			t.Errorf("%s: a row of %s without fields", row.At, row.Table)
		}
		for _, cell := range row.Cells {
			if fault := differs(cell, columns[row.Table+"."+cell.Column]); fault != "" {
				t.Errorf("%s: %s.%s (%s): %s", row.At, row.Table, cell.Column, cell.Type, fault)
			}
		}
	}
}

func differs(cell schema.Cell, c column) string {
	switch {
	case c.kind == "":
		return "there is no such column"
	case cell.Kind == "":
		return "nothing is known of the type; see schema.kinds"
	case !schema.Fits(cell.Kind, c.kind, c.enum):
		return fmt.Sprintf("the column is %s, the field %s", c.kind, cell.Kind)
	case c.view: // the server does not say of a view what may be NULL in it
		return ""
	case c.nullable && cell.Null == schema.Never:
		return "the column may be NULL, the field cannot"
	case !c.nullable && cell.Null == schema.Maybe:
		return "the field may be NULL, the column cannot"
	}
	return ""
}

func TestARowThatDiffersIsFound(t *testing.T) {
	t.Parallel()
	text := column{kind: "text"}
	for _, test := range []struct {
		name   string
		cell   schema.Cell
		column column
		want   string
	}{
		{"OK", schema.Cell{Kind: "text"}, text, ""},
		{"OK an enum", schema.Cell{Kind: "text"}, column{kind: "stream", enum: true}, ""},
		{"OK a view", schema.Cell{Kind: "text"}, column{kind: "text", nullable: true, view: true}, ""},
		{
			"OK a day that may lack", schema.Cell{Kind: "date", Null: schema.AsZero},
			column{kind: "date", nullable: true}, "",
		},
		{"Err none", schema.Cell{Kind: "text"}, column{}, "no such column"},
		{"Err type", schema.Cell{Kind: "int8"}, text, "the column is text"},
		{"Err unknown", schema.Cell{}, text, "nothing is known"},
		{"Err NULL", schema.Cell{Kind: "text"}, column{kind: "text", nullable: true}, "the column may be NULL"},
		{"Err never NULL", schema.Cell{Kind: "text", Null: schema.Maybe}, text, "the field may be NULL"},
	} {
		got := differs(test.cell, test.column)
		if got != test.want && (test.want == "" || !strings.Contains(got, test.want)) {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

// What is embedded is part of the row, and what is declared in a function is a row as any other.
func TestRowsAreFound(t *testing.T) {
	t.Parallel()
	packages, err := code.Checked()
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]bool{}
	for _, row := range schema.Rows(packages) {
		tables[row.Table] = true
	}
	for _, table := range []string{"policy", "claim", "member", "idempotency"} {
		if !tables[table] {
			t.Errorf("no struct is a row of %s", table)
		}
	}
	house, err := code.Read()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(house.Files, func(file *code.File) bool {
		return !file.IsTest() && strings.Contains(file.Text, "bun.BaseModel")
	}) {
		t.Error("no file names bun.BaseModel: rows are told by something else by now")
	}
}
