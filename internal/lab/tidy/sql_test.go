package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gongbao/internal/lab/code"
)

// SQL stands in the files of a package's sql folder, where a test prepares it: no text of SQL, and no piece of one, is
// in Go, so that none can travel between packages and no value from outside gets into it.

// sqlInGo are the texts of SQL that are still in Go, by package. The list may only shrink.
var sqlInGo = map[string]int{
	"internal/backup":   14,
	"internal/embedded": 1,
	"internal/imports":  5,
	"internal/pg":       30,
}

// sqlMachinery are the files that make a statement of a row's tags or of the server's own catalogue, and why.
var sqlMachinery = map[string]string{
	"internal/pg/rows.go":        "it makes the statements of single rows of their tags",
	"internal/pg/columns.go":     "it makes the statements of single rows of their tags",
	"internal/pg/statement.go":   "it reads the files",
	"internal/launch/furnish.go": "it makes an embedded server's logins and database, by names of its own",
}

var (
	sqlWords = regexp.MustCompile(`\b(SELECT|INSERT INTO|DELETE FROM|UPDATE [a-z_%]+|FROM [a-z_(%]+|WHERE|JOIN|ORDER BY|` +
		`GROUP BY|FOR (NO KEY )?UPDATE|ON CONFLICT|RETURNING|ALTER|CREATE (TABLE|SCHEMA|ROLE|DATABASE|VIEW|INDEX)|` +
		`DROP|GRANT|LOCK TABLE|SET (LOCAL|TRANSACTION)|BETWEEN|IS (NOT )?NULL|COALESCE|LIMIT)\b`)
	sqlMarks = regexp.MustCompile(`(=|<|>|IN|ANY ?\() ?\$[0-9]|= \?`)
)

// sqlOf finds the texts of SQL in a file, a text in several parts once.
func sqlOf(file *source) []finding {
	if file.IsTest() || file.Under("internal/lab") || sqlMachinery[file.Path] != "" {
		return nil
	}
	var found []finding
	ast.Inspect(file.AST, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.BinaryExpr:
			if text, is := joined(node); is {
				found = append(found, sqlIn(file, node, text)...)
				return false
			}
		case *ast.BasicLit:
			if text, is := joined(node); is {
				found = append(found, sqlIn(file, node, text)...)
			}
		case *ast.Field:
			return node.Tag == nil // a tag is no statement
		}
		return true
	})
	return found
}

// joined is a text that is written in parts, with what is not a literal left out.
func joined(e ast.Expr) (text string, is bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, isLeft := joined(e.X)
		right, isRight := joined(e.Y)
		return left + right, e.Op == token.ADD && (isLeft || isRight)
	case *ast.ParenExpr:
		return joined(e.X)
	}
	return "", false
}

func sqlIn(file *source, node ast.Node, text string) []finding {
	if word := sqlWords.FindString(text) + sqlMarks.FindString(text); word != "" {
		return []finding{{file.At(file.Line(node.Pos())), fmt.Sprintf("SQL (%s) in Go", word)}}
	}
	return nil
}

func TestSQLStandsInItsFiles(t *testing.T) {
	t.Parallel()
	found := map[string][]finding{}
	for _, file := range theHouse(t).Files {
		found[file.Folder()] = append(found[file.Folder()], sqlOf(file)...)
	}
	for _, folder := range slices.Sorted(maps.Keys(found)) {
		if len(found[folder]) > sqlInGo[folder] {
			t.Errorf("%s has %d texts of SQL in Go, at most %d may be: write them to its sql folder, see pg.SQL",
				folder, len(found[folder]), sqlInGo[folder])
			report(t, found[folder])
		}
	}
	for folder, allowed := range sqlInGo {
		if len(found[folder]) == 0 {
			t.Errorf("%s has no SQL in Go by now: take it (%d) off the list", folder, allowed)
		}
	}
	for name := range sqlMachinery {
		if !slices.ContainsFunc(theHouse(t).Files, func(file *code.File) bool { return file.Path == name }) {
			t.Errorf("%s is not there: take it off the list", name)
		}
	}
}

func TestSQLRule(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"Err a statement", "const a = `SELECT number FROM policy`", "SQL (SELECT) in Go"},
		{"Err a piece", "const a = \"number = $2\"", "in Go"},
		{"Err a piece of bun's", "var a = q.Where(\"number = ?\", number)", "in Go"},
		{"Err in parts", "var a = `SELECT ` + columns +\n\t` FROM policy WHERE pool = $1`", "in Go"},
		{"Err a lock", "const a = \"FOR NO KEY UPDATE\"", "in Go"},
		{"OK a sentence", "const a = \"an order comes from where the agreement is set\"", ""},
		{"OK a tag", "type a struct {\n\tb int `bun:\"FROM x\"`\n}", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expectOne(t, sqlOf(snippet(t, "ledger/a.go", "package p\n\n"+test.text+"\n")), test.want)
			expectOne(t, sqlOf(snippet(t, "ledger/a_test.go", "package p\n\n"+test.text+"\n")), "")
		})
	}
}
