package schema

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"gongbao/internal/lab/code"
	"gongbao/internal/text"
)

// Row is a struct that says it is a row of a table.
type Row struct {
	Table string
	At    string // where it stands
	Cells []Cell
}

// Cell is a field of a row.
type Cell struct {
	Column string
	Type   string // of Go
	Kind   string // of SQL; "" when nothing is known of the type
	Null   Null
}

// Null says whether a field can hold that there is no value.
type Null int

// What a field can hold: always a value; a value or none; a zero that is NULL in the database, where there may be one.
const (
	Never Null = iota
	Maybe
	AsZero
)

// Rows are all structs of the house that are rows of tables, those declared inside functions among them.
func Rows(packages map[string]*code.Package) []Row {
	var rows []Row
	for _, p := range packages {
		for _, file := range p.Files {
			for node := range ast.Preorder(file.AST) {
				if row, is := rowOf(p, file, node); is {
					rows = append(rows, row)
				}
			}
		}
	}
	return rows
}

func rowOf(p *code.Package, file *code.File, node ast.Node) (Row, bool) {
	literal, is := node.(*ast.StructType)
	if !is {
		return Row{}, false
	}
	kind, is := p.Info.TypeOf(literal).(*types.Struct)
	if !is {
		return Row{}, false
	}
	for i := range kind.NumFields() {
		if table := tableOf(kind.Field(i), kind.Tag(i)); table != "" {
			row := Row{Table: table, At: file.At(file.Line(literal.Pos()))}
			row.add("", kind)
			return row, true
		}
	}
	return Row{}, false
}

// tableOf is the table that a struct is a row of, when the field says so.
func tableOf(field *types.Var, tag string) string {
	if !field.Embedded() || field.Name() != "BaseModel" {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(tag).Get("bun"), ",")
	table, _ := strings.CutPrefix(name, "table:")
	return table
}

func (r *Row) add(prefix string, kind *types.Struct) {
	for i := range kind.NumFields() {
		field := kind.Field(i)
		tag, tagged := reflect.StructTag(kind.Tag(i)).Lookup("bun")
		name, options, _ := strings.Cut(tag, ",")
		inner, isStruct := field.Type().Underlying().(*types.Struct)
		switch {
		case field.Name() == "BaseModel" || name == "-" || !field.Exported() && !field.Embedded():
			continue
		case field.Embedded() && !tagged && isStruct:
			r.add("", inner)
			continue
		case strings.HasPrefix(name, "embed:") && isStruct:
			r.add(strings.TrimPrefix(name, "embed:"), inner)
			continue
		case name == "":
			name = text.Snake(field.Name())
		}
		r.Cells = append(r.Cells, cellOf(prefix+name, options, field.Type()))
	}
}

func cellOf(column, options string, kind types.Type) Cell {
	cell := Cell{Column: column, Type: strings.ReplaceAll(kind.String(), code.Module+"/", "")}
	if pointer, is := kind.(*types.Pointer); is {
		cell.Null, kind = Maybe, pointer.Elem()
	}
	for _, option := range strings.Split(options, ",") {
		switch {
		case option == "nullzero":
			cell.Null = AsZero
		case strings.HasPrefix(option, "type:"):
			cell.Kind = strings.TrimPrefix(option, "type:")
		}
	}
	name := strings.ReplaceAll(kind.String(), code.Module+"/", "")
	if name == "internal/calendar.Date" || name == "internal/calendar.Month" {
		cell.Null = AsZero
	}
	if cell.Kind == "" {
		cell.Kind = sqlKind(name, kind)
	}
	return cell
}

// kinds are the types of columns in which values of a named type are kept.
var kinds = map[string]string{
	"internal/calendar.Date": "date", "internal/calendar.Month": "date", "time.Time": "timestamptz",
	"internal/money.Amount": "int8", "internal/money.Share": "int8", "internal/money.Rate": "int8",
	"github.com/google/uuid.UUID": "uuid", "encoding/json.RawMessage": "jsonb",
}

func sqlKind(name string, kind types.Type) string {
	if known := kinds[name]; known != "" {
		return known
	}
	switch under := kind.Underlying().(type) {
	case *types.Basic:
		switch under.Kind() {
		case types.String:
			return "text"
		case types.Bool:
			return "bool"
		case types.Int, types.Int64:
			return "int8"
		case types.Int32:
			return "int4"
		case types.Int16:
			return "int2"
		case types.Uint8:
			return "uint8"
		default: // nothing else is kept
		}
	case *types.Slice:
		if inner := sqlKind("", under.Elem()); inner == "uint8" {
			return "bytea"
		} else if inner != "" {
			return "_" + inner
		}
	}
	return ""
}

// Fits says whether a field's kind can be kept in a column of the type that the server names so.
func Fits(kind, column string, enum bool) bool {
	switch {
	case kind == "text":
		return column == "text" || enum
	case kind == "int8": // a Go int is a number; the column says how large it gets
		return column == "int8" || column == "int4" || column == "int2"
	case strings.HasSuffix(kind, "[]"):
		return column == "_"+strings.TrimSuffix(kind, "[]")
	default:
		return column == kind
	}
}
