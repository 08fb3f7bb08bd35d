package tidy

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func callRules() []rule {
	return []rule{
		{
			name:    "one reader of the time of day",
			why:     "a clock that is given can be set; business time and measured time must not mix",
			allowed: map[string]string{"internal/clock": "it is the reader"},
			check:   checkTime,
			bad: []sample{
				{"ledger/a.go", "package p\n\nimport \"time\"\n\nvar a = time.Now()\n"},
				{"ledger/a.go", "package p\n\nimport \"time\"\n\nvar now = time.Now\n"},
				{"cmd/gongbao/a.go", "package main\n\nimport \"time\"\n\nvar a = time.Since(b)\n"},
				{"ledger/a.go", "package p\n\nimport clock \"time\"\n\nvar a = clock.Until(b)\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\nimport \"time\"\n\nvar a = time.Unix(0, 0)\n"},
				{"ledger/a.go", "package p\n\nfunc f(time clock) { time.Now() }\n"},
				{"ledger/a_test.go", "package p\n\nimport \"time\"\n\nvar a = time.Now()\n"},
			},
		},
		{
			name:  "only cmd prints",
			why:   "whoever calls decides where text goes; pass a writer",
			check: checkPrint,
			bad: []sample{
				{"ledger/a.go", "package p\n\nimport \"fmt\"\n\nfunc f() { fmt.Println() }\n"},
				{"ledger/a.go", "package p\n\nimport \"fmt\"\n\nvar say = fmt.Printf\n"},
				{"ledger/a_test.go", "package p\n\nimport \"fmt\"\n\nfunc f() { fmt.Print() }\n"},
				{"ledger/a.go", "package p\n\nfunc f() { println() }\n"},
				{"cmd/gongbao/a.go", "package main\n\nfunc f() { print() }\n"},
				{"internal/lab/tools/x/a.go", "package main\n\nimport \"fmt\"\n\nfunc f() { fmt.Println() }\n"},
			},
			good: []sample{
				{"cmd/gongbao/a.go", "package main\n\nimport \"fmt\"\n\nfunc f() { fmt.Println() }\n"},
				{"ledger/a.go", "package p\n\nimport \"fmt\"\n\nfunc f() { fmt.Fprintln(nil); _ = fmt.Sprint() }\n"},
				{"ledger/a_test.go", "package p\n\nimport \"fmt\"\n\nfunc ExampleSplit() { fmt.Println() }\n"},
			},
		},
		{
			name: "one writer of tables",
			why:  "a name that a spreadsheet takes for a formula is met in one place; internal/sheet writes what people open",
			allowed: map[string]string{
				"internal/sheet":                   "it is the writer",
				"internal/lab/sample/book.go":      "an import file for ourselves",
				"internal/lab/bench/book.go":       "an import file for ourselves",
				"internal/lab/scenario/product.go": "an import file for ourselves",
			},
			check: func(file *source) []finding { return uses(file, "encoding/csv", "NewWriter") },
			bad:   []sample{{"ledger/a.go", "package p\n\nimport \"encoding/csv\"\n\nvar a = csv.NewWriter(nil)\n"}},
			good:  []sample{{"ledger/a_test.go", "package p\n\nimport \"encoding/csv\"\n\nvar a = csv.NewReader(nil)\n"}},
		},
		{
			name:  "columns are named",
			why:   "old code runs on the new schema for one release, and a new column must not surprise it",
			check: func(file *source) []finding { return literals(file, allColumns) },
			bad: []sample{
				{"ledger/a.go", "package p\n\nconst a = `\n\tselect\n\t\t* FROM posting`\n"},
				{"ledger/a.go", "package p\n\nconst a = \"SELECT p.* FROM posting AS p\"\n"},
				{"ledger/a.go", "package p\n\nconst a = \"INSERT INTO posting VALUES (1) RETURNING *\"\n"},
				{"ledger/a.go", "package p\n\nconst a = \"SELECT DISTINCT * FROM posting\"\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\nconst a = \"SELECT count(*) FROM posting\" // not SELECT *\n"},
				{"ledger/a_test.go", "package p\n\nconst a = \"CREATE TABLE copy AS SELECT * FROM posting\"\n"},
			},
		},
		{
			name: "no lock or queue is global",
			why:  "pools are spread over machines: what locks by a number, or shares one queue, would hold them together",
			allowed: map[string]string{
				"internal/pg/grant.go": "of services that start at once on one database, one gives rights",
			},
			check: func(file *source) []finding { return literals(file, global) },
			bad: []sample{
				{"ledger/a.go", "package p\n\nconst a = \"SELECT pg_advisory_xact_lock(1)\"\n"},
				{"ledger/a.go", "package p\n\nconst a = \"SELECT pg_try_advisory_lock(1)\"\n"},
				{"ledger/a.go", "package p\n\nconst a = `SELECT id FROM job FOR UPDATE\n\tskip  locked`\n"},
				{"ledger/a.go", "package p\n\nconst a = \"SELECT nextval('number')\"\n"},
				{"insurance/a.go", "package p\n\nfunc f(q query) { q.For(\"UPDATE SKIP LOCKED\") }\n"},
			},
			good: []sample{
				{"ledger/a.go", "package p\n\nconst a = \"SELECT 1 FOR UPDATE\" // SKIP LOCKED is not for us\n"},
				{"ledger/a_test.go", "package p\n\nconst a = \"SELECT pg_advisory_lock(1)\"\n"},
			},
		},
		{
			name: "nothing hides in a context",
			why:  "a transaction, a person or a clock that is needed is a parameter",
			allowed: map[string]string{
				"internal/door/watch.go": "net/http hands a handler nothing else; the use case gets the person as a parameter",
			},
			check: checkContextValue,
			bad: []sample{
				{"internal/httpapi/a.go", "package p\n\nimport \"context\"\n\nvar a = context.WithValue(b, 1, 2)\n"},
				{"ledger/a_test.go", "package p\n\nimport \"context\"\n\nvar with = context.WithValue\n"},
			},
			good: []sample{{"ledger/a.go", "package p\n\nimport \"context\"\n\nvar a = context.WithoutCancel(b)\n"}},
		},
	}
}

// selectors asks of every "x.y" of the file what is wrong with it; "" is nothing.
func selectors(file *source, judge func(*ast.SelectorExpr) string) []finding {
	var found []finding
	for node := range ast.Preorder(file.AST) {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if what := judge(selector); what != "" {
				found = append(found, finding{file.At(file.Line(selector.Pos())), what})
			}
		}
	}
	return found
}

// uses finds the given names of an imported package, called or passed on.
func uses(file *source, imported string, names ...string) []finding {
	used := file.ImportName(imported)
	return selectors(file, func(selector *ast.SelectorExpr) string {
		name, ok := selector.X.(*ast.Ident)
		if ok && used != "" && name.Name == used && slices.Contains(names, selector.Sel.Name) {
			return imported + "." + selector.Sel.Name
		}
		return ""
	})
}

func checkTime(file *source) []finding {
	if file.IsTest() {
		return nil
	}
	return uses(file, "time", "Now", "Since", "Until")
}

func checkPrint(file *source) []finding {
	var found []finding
	if !isCommand(file.Folder()) {
		for _, use := range uses(file, "fmt", "Print", "Printf", "Println") {
			if !insideExample(file, use) {
				found = append(found, use)
			}
		}
	}
	for node := range ast.Preorder(file.AST) {
		if call, ok := node.(*ast.CallExpr); ok {
			if name, ok := call.Fun.(*ast.Ident); ok && (name.Name == "print" || name.Name == "println") {
				found = append(found, finding{file.At(file.Line(call.Pos())), name.Name})
			}
		}
	}
	return found
}

// insideExample says that the place lies in a runnable example, which must print.
func insideExample(file *source, place finding) bool {
	if !file.IsTest() {
		return false
	}
	for _, declared := range file.AST.Decls {
		function, ok := declared.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(function.Name.Name, "Example") {
			continue
		}
		for line := file.Line(function.Pos()); line <= file.Line(function.End()); line++ {
			if file.At(line) == place.where {
				return true
			}
		}
	}
	return false
}

var allColumns = regexp.MustCompile(`(?i)\b(select(\s+(distinct|all))?|returning)\s+(\w+\.)?\*`)

// global are the ways to lock, queue or count that know no pool.
var global = regexp.MustCompile(`(?i)\bpg_(try_)?advisory_\w+|\bskip\s+locked\b|\bnextval\s*\(`)

// literals finds a form in what is written in quotes.
func literals(file *source, form *regexp.Regexp) []finding {
	if file.IsTest() {
		return nil // a test runs on its own schema, and may lock or copy a table
	}
	var found []finding
	for node := range ast.Preorder(file.AST) {
		literal, ok := node.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(literal.Value); err == nil && form.MatchString(text) {
			found = append(found, finding{file.At(file.Line(literal.Pos())), form.FindString(text)})
		}
	}
	return found
}

func checkContextValue(file *source) []finding { return uses(file, "context", "WithValue") }
