package pg

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

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
