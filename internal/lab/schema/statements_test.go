package schema_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "gongbao/internal/backup" // these are above all packages that have statements, and name them all
	_ "gongbao/internal/httpapi"
	_ "gongbao/internal/imports"
	"gongbao/internal/lab/code"
	"gongbao/internal/lab/testdb"
	_ "gongbao/internal/launch"
	"gongbao/internal/pg"
)

// The server prepares every named statement: its tables and columns are there, and its arguments have types that fit.
func TestEveryStatementIsPrepared(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	statements, unused := pg.Statements()
	for _, name := range unused {
		t.Errorf("%s stands in a file, and no variable of Go has it", name)
	}
	conn, err := db.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, statement := range statements {
		if _, err := conn.Conn().Prepare(t.Context(), "", statement.SQL); err != nil {
			t.Errorf("%s: %v", statement.Name, err)
		}
	}
	written := written(t)
	names := make([]string, len(statements))
	for i, statement := range statements {
		names[i] = statement.Name
	}
	names = append(names, unused...)
	slices.Sort(names)
	names = slices.Compact(names)
	missing := slices.DeleteFunc(written, func(name string) bool { return slices.Contains(names, name) })
	if len(missing) > 0 {
		t.Errorf("the package of %v is not imported by this test", missing)
	}
}

var nameLine = regexp.MustCompile(`(?m)^-- name: *(\w+)`)

// written are the names in all files of statements, whether a package loads them or not.
func written(t *testing.T) []string {
	t.Helper()
	root, err := code.Root()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Base(filepath.Dir(path)) != "sql" || !strings.HasSuffix(path, ".sql") {
			return err
		}
		text, err := os.ReadFile(path)
		found := nameLine.FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			t.Errorf("%s: no statement has a name", path)
		}
		for _, match := range found {
			names = append(names, match[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("no statement was found")
	}
	return names
}
