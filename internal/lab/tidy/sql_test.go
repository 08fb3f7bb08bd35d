package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

// SQL stands in the files of a package's sql folder, where a test prepares it: no text of SQL, and no piece of one, is
// in Go, so that none can travel between packages and no value from outside gets into it.

// sqlMachinery are the files that make a statement of names: of a row's tags, of tables, settings or a login. No value
// is in its text.
var sqlMachinery = map[string]string{
	"internal/pg/rows.go":        "it makes the statements of single rows of their tags",
	"internal/pg/columns.go":     "it makes the statements of single rows of their tags",
	"internal/pg/statement.go":   "it reads the files",
	"internal/pg/settings.go":    "it makes the greeting of a connection of the list of settings",
	"internal/pg/grant.go":       "it gives rights to a login, table by table, by their names",
	"internal/pg/distribute.go":  "it spreads tables by their names, and asks for what only a cluster has",
	"internal/pg/mirror.go":      "it copies a table whose name it is told, by the columns of the catalogue",
	"internal/backup/table.go":   "it copies, locks and empties the tables that are there, by their names",
	"internal/launch/furnish.go": "it makes an embedded server's logins and database, by names of its own",
}

var (
	sqlWords = regexp.MustCompile(`\b(SELECT|INSERT INTO|DELETE FROM|UPDATE [a-z_%]+|FROM [a-z_(%]+|WHERE|JOIN|ORDER BY|` +
		`GROUP BY|FOR (NO KEY )?UPDATE|ON CONFLICT|RETURNING|ALTER|CREATE (TABLE|SCHEMA|ROLE|DATABASE|VIEW|INDEX)|` +
		`DROP|GRANT|LOCK TABLE|SET (LOCAL|TRANSACTION)|BETWEEN|IS (NOT )?NULL|COALESCE|LIMIT)\b`)
	sqlMarks = regexp.MustCompile(`(=|<|>|IN|ANY ?\() ?\$[0-9]|= \?`)
)

// bunWrites are the beginnings of bun's own statements: bun writes their arguments into the text, where a value from
// outside would be.
var bunWrites = []string{
	"NewSelect", "NewInsert", "NewUpdate", "NewDelete", "NewMerge", "NewRaw", "NewValues", "NewTruncateTable",
	"NewCreateTable", "NewDropTable", "NewCreateIndex", "NewDropIndex", "NewAddColumn", "NewDropColumn",
}

// sqlOf finds the texts of SQL in a file, a text in several parts once, and the statements that bun makes.
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
		case *ast.SelectorExpr:
			if slices.Contains(bunWrites, node.Sel.Name) {
				what := fmt.Sprintf("SQL in Go that bun makes (%s)", node.Sel.Name)
				found = append(found, finding{file.At(file.Line(node.Pos())), what})
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
		if len(found[folder]) > 0 {
			t.Errorf("%s has SQL in Go: write it to its sql folder, see pg.SQL", folder)
			report(t, found[folder])
		}
	}
	for name := range sqlMachinery {
		if !slices.ContainsFunc(theHouse(t).Files, func(file *code.File) bool { return file.Path == name }) {
			t.Errorf("%s is not there: take it off the list", name)
		}
	}
}

// globalInFiles are the files of statements that may lock by a number, and why.
var globalInFiles = map[string]string{
	"internal/pg/sql/schema.sql": "of services or restores that start at once on one database, one changes its schema",
}

// statementFaults are what the rules for texts of SQL in Go find in a file of statements.
func statementFaults(name, text string) (found []finding) {
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "--") {
			continue
		}
		at := fmt.Sprintf("%s:%d", name, i+1)
		if word := allColumns.FindString(line); word != "" {
			found = append(found, finding{at, word + ": columns are named"})
		}
		if word := global.FindString(line); word != "" && globalInFiles[name] == "" {
			found = append(found, finding{at, word + ": no lock or queue is global"})
		}
	}
	return found
}

// filesOfStatements are the texts of the files that packages keep their statements in, by their paths.
func filesOfStatements(t *testing.T) map[string]string {
	t.Helper()
	root, err := code.Root()
	if err != nil {
		t.Fatal(err)
	}
	tree, texts := os.DirFS(root), map[string]string{}
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git":
			return skipped(entry)
		case entry.IsDir() || path.Base(path.Dir(name)) != "sql" || path.Ext(name) != ".sql":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		texts[name] = string(text)
		return err
	})
	if err != nil || len(texts) < 10 {
		t.Fatalf("%d files of statements: %v", len(texts), err)
	}
	return texts
}

func TestStatementsObeyTheRules(t *testing.T) {
	t.Parallel()
	for name, text := range filesOfStatements(t) {
		report(t, statementFaults(name, text))
	}
	expectOne(t, statementFaults("ledger/sql/a.sql", "-- SELECT *\nSELECT * FROM posting\n"), "columns are named")
	expectOne(t, statementFaults("ledger/sql/a.sql", "SELECT pg_advisory_lock(1)"), "no lock or queue is global")
}

func TestSQLRule(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"Err a statement", "const a = `SELECT number FROM policy`", "SQL (SELECT) in Go"},
		{"Err a piece", "const a = \"number = $2\"", "in Go"},
		{"Err a piece of bun's", "var a = q.Where(\"number = ?\", number)", "in Go"},
		{"Err a statement of bun's", "var a = db.NewInsert().Model(row)", "bun makes (NewInsert)"},
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
