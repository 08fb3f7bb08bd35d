package pg

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"gongbao/internal/text"
)

// SQL that is more than one row lives in files beside the wing that owns the tables: sql/policy.sql holds statements,
// each with its name, why it is as it is, and arguments by name.
//
//	-- name: LockPolicy
//	-- A claim's payment waits here for an endorsement of its policy.
//	SELECT :columns FROM policy WHERE pool = @pool AND number = @number FOR UPDATE
//
// In Go it is one variable, checked against its arguments when the program starts:
//
//	var lockPolicy = pg.SQL[policyKey](files, "LockPolicy")
//
// No value from outside is ever in the text; a test prepares every statement on the migrated schema.

// Files are the statements of one package.
type Files struct {
	texts map[string]string
	used  map[string]bool
}

// Load reads the statements of all .sql files in a package's sql folder, which it embeds; it panics when they cannot be
// read.
func Load(folder fs.FS) *Files {
	files := &Files{texts: map[string]string{}, used: map[string]bool{}}
	names, err := fs.Glob(folder, "sql/*.sql")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("pg: no files in sql: %v", err))
	}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			panic(err)
		}
		files.add(path.Base(name), string(text))
	}
	registry.Lock()
	defer registry.Unlock()
	registry.files = append(registry.files, files)
	return files
}

var nameLine = regexp.MustCompile(`(?m)^-- name: *(\w+) *$`)

func (f *Files) add(file, text string) {
	found := nameLine.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		name, end := text[at[2]:at[3]], len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		if _, twice := f.texts[name]; twice {
			panic(fmt.Sprintf("pg: %s: there are two statements %s", file, name))
		}
		f.texts[name] = strings.TrimRight(strings.TrimSpace(withoutComments(text[at[1]:end])), "; \n")
	}
}

// withoutComments takes away lines that are comments whole: the server need not read them, and a mark in them is none.
func withoutComments(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(strings.TrimSpace(line), "--")
	}), "\n")
}

// Statement is a named statement whose arguments are the fields of Args.
type Statement[Args any] struct {
	text   string // begins with its name, for the server's lists of what is running
	fields []int  // of Args, in the order of $1, $2 …
	encode []func(reflect.Value) any
}

// None are the arguments of a statement that has none.
type None struct{}

// SQL is the statement of that name. Its @arguments are the exported fields of Args, in snake case; each must be used,
// and none may be missing, or it panics.
func SQL[Args any](files *Files, name string) Statement[Args] {
	return statement[Args](files, name, nil)
}

// Select is a statement that gives rows of M: ":columns" in its text stands for M's columns, ":columns(p)" for those of
// the table that it calls p.
func Select[M, Args any](files *Files, name string) Statement[Args] {
	return statement[Args](files, name, columnsOf(reflect.TypeFor[M]()))
}

var (
	columnsMark  = regexp.MustCompile(`:columns(?:\((\w+)\))?`)
	argumentMark = regexp.MustCompile(`@[a-z_][a-z0-9_]*`)
)

func statement[Args any](files *Files, name string, model *columns) Statement[Args] {
	text, there := files.texts[name]
	if !there {
		panic(fmt.Sprintf("pg: no statement %s", name))
	}
	files.used[name] = true
	if model != nil {
		text = columnsMark.ReplaceAllStringFunc(text, func(mark string) string {
			return model.listed(columnsMark.FindStringSubmatch(mark)[1])
		})
	}
	var s Statement[Args]
	fields := argumentsOf(reflect.TypeFor[Args]())
	numbers := map[string]int{}
	s.text = "/* " + name + " */ " + argumentMark.ReplaceAllStringFunc(text, func(mark string) string {
		field, known := fields[mark[1:]]
		if !known {
			panic(fmt.Sprintf("pg: %s: %T has no field for %s", name, *new(Args), mark))
		}
		if numbers[mark] == 0 {
			numbers[mark] = len(numbers) + 1
			s.fields = append(s.fields, field.Index[0])
			s.encode = append(s.encode, encoderOf(field.Type))
		}
		return fmt.Sprintf("$%d", numbers[mark])
	})
	if len(numbers) != len(fields) {
		panic(fmt.Sprintf("pg: %s does not use all fields of %T", name, *new(Args)))
	}
	registry.Lock()
	defer registry.Unlock()
	registry.statements = append(registry.statements, Text{Name: name, SQL: s.text})
	return s
}

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

func argumentsOf(args reflect.Type) map[string]reflect.StructField {
	fields := make(map[string]reflect.StructField)
	for i := range args.NumField() {
		field := args.Field(i)
		fields[text.Snake(field.Name)] = field
	}
	return fields
}

// Bound is a statement with its arguments.
type Bound struct {
	text string
	args []any
}

// With gives the statement its arguments.
func (s Statement[Args]) With(args Args) Bound {
	bound := Bound{text: s.text, args: make([]any, len(s.fields))}
	values := reflect.ValueOf(&args).Elem()
	for i, at := range s.fields {
		bound.args[i] = s.encode[i](values.Field(at))
	}
	return bound
}

func (b Bound) failed(err error) error { return failed(b.text, err) }

// failed says which statement it was.
func failed(text string, err error) error {
	name, _, is := strings.Cut(strings.TrimPrefix(text, "/* "), " */ ")
	if err == nil || NoRows(err) || !is {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Row runs it at once and reads its one row; sql.ErrNoRows when there is none.
func (b Bound) Row(ctx context.Context, handle bun.IDB, into ...any) error {
	return b.failed(Row(ctx, handle, b.text, b.args, into...))
}

// Rows runs it at once and calls each for every row.
func (b Bound) Rows(ctx context.Context, handle bun.IDB, each func(*sql.Rows) error) error {
	return b.failed(Rows(ctx, handle, b.text, b.args, each))
}

// Each runs a Select at once and calls do for every row; it holds one row at a time, which do may not keep.
func Each[M any](ctx context.Context, handle bun.IDB, b Bound, do func(row *M) error) error {
	row := new(M)
	into := columnsOf(reflect.TypeFor[M]()).of(reflect.ValueOf(row).Elem())
	return b.Rows(ctx, handle, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		return do(row)
	})
}

// Exec runs it at once and says how many rows it touched.
func (b Bound) Exec(ctx context.Context, handle bun.IDB) (int64, error) {
	count, err := Exec(ctx, handle, b.text, b.args...)
	return count, b.failed(err)
}

// Write runs it as a transaction of its own, under the database's contract; see Write.
func (b Bound) Write(ctx context.Context, db *DB, each func(pgx.Rows) error) error {
	return b.failed(Write(ctx, db, b.text, b.args, each))
}

// Described runs it at once and calls each for every row, whose bytes are the driver's. The statement is described once
// and planned each time: a plan made for a small table would be a bad one for a large table.
func (b Bound) Described(ctx context.Context, db *DB, each func(pgx.Rows) error) error {
	rows, err := db.Pool.Query(ctx, b.text, append([]any{pgx.QueryExecModeCacheDescribe}, b.args...)...)
	if err != nil {
		return b.failed(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return b.failed(err)
		}
	}
	return b.failed(rows.Err())
}

// Queue adds it to the transaction's batch.
func (b Bound) Queue(tx *Tx) {
	queued := tx.batch.Queue(b.text, b.args...)
	queued.Exec(tx.note)
	b.named(queued)
}

// In asks for one row of values among other reads; all stay as they are when there is none.
func (b Bound) In(reads *Reads, into ...any) {
	reads.Row(b.text, b.args, into...)
	b.last(reads)
}

// FindIn asks for one row of a Select among other reads, and lets into be nil when there is none.
func FindIn[M any](reads *Reads, b Bound, into **M) {
	*into = nil
	model := columnsOf(reflect.TypeFor[M]())
	reads.batch.Queue(b.text, b.args...).Query(func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		*into = new(M)
		return rows.Scan(model.of(reflect.ValueOf(*into).Elem())...)
	})
	b.last(reads)
}

// ListIn asks for all rows of a Select among other reads.
func ListIn[M any](reads *Reads, b Bound, into *[]M) {
	*into = []M{}
	model := columnsOf(reflect.TypeFor[M]())
	reads.batch.Queue(b.text, b.args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var row M
			if err := rows.Scan(model.of(reflect.ValueOf(&row).Elem())...); err != nil {
				return err
			}
			*into = append(*into, row)
		}
		return rows.Err()
	})
	b.last(reads)
}

// Found runs a Select at once and gives its one row, or nil.
func Found[M any](ctx context.Context, handle bun.IDB, b Bound) (*M, error) {
	var reads Reads
	var row *M
	FindIn(&reads, b, &row)
	return row, reads.Run(ctx, handle)
}

// Listed runs a Select at once and gives its rows.
func Listed[M any](ctx context.Context, handle bun.IDB, b Bound) ([]M, error) {
	var reads Reads
	var rows []M
	ListIn(&reads, b, &rows)
	return rows, reads.Run(ctx, handle)
}

func (b Bound) last(reads *Reads) {
	b.named(reads.batch.QueuedQueries[len(reads.batch.QueuedQueries)-1])
}

// named lets a failure say which of the statements that travelled together it was.
func (b Bound) named(queued *pgx.QueuedQuery) {
	hear := queued.Fn
	queued.Fn = func(results pgx.BatchResults) error { return b.failed(hear(results)) }
}

// Text is a statement as the server gets it.
type Text struct{ Name, SQL string }

var registry struct {
	sync.Mutex
	statements []Text
	files      []*Files
}

// Statements are those of all packages of the program, and Unused the names of those in files that no Go variable has:
// for the test that prepares each.
func Statements() (all []Text, unused []string) {
	registry.Lock()
	defer registry.Unlock()
	for _, files := range registry.files {
		for name := range files.texts {
			if !files.used[name] {
				unused = append(unused, name)
			}
		}
	}
	slices.Sort(unused)
	return slices.Clone(registry.statements), unused
}
