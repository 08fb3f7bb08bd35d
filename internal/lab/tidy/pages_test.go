package tidy

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

// fileNamed are files as a page names them: `insurance/change.go`, or `posting.go` for one of several of that name.
var fileNamed = regexp.MustCompile("`([a-z_0-9./-]+\\.(?:go|sql|txt|md)|[a-z_0-9.-]+/[a-z_0-9./-]+\\.json)`")

// fileLinked are the targets of a page's links that lie in the repository.
var fileLinked = regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`)

// testNamed are tests as a page names them: TestNobodyClimbs.
var testNamed = regexp.MustCompile(`\bTest[A-Z][A-Za-z0-9]+`)

// lost are the files and tests that a page names or links to and that are not there. What is there is known by its path
// and by its last name; a link counts from the page's own folder.
func lost(page, text string, there map[string]bool) []finding {
	var found []finding
	for number, line := range strings.Split(text, "\n") {
		where := fmt.Sprintf("%s:%d", page, number+1)
		for _, match := range fileNamed.FindAllStringSubmatch(line, -1) {
			if !there[match[1]] {
				found = append(found, finding{where, "there is no file " + match[1]})
			}
		}
		for _, name := range testNamed.FindAllString(line, -1) {
			if !there[name] {
				found = append(found, finding{where, "there is no test " + name})
			}
		}
		for _, match := range fileLinked.FindAllStringSubmatch(line, -1) {
			if target := path.Join(path.Dir(page), match[1]); !there[target] {
				found = append(found, finding{where, "the link leads nowhere: " + match[1]})
			}
		}
	}
	return found
}

func TestPagesNameWhatIsThere(t *testing.T) {
	t.Parallel()
	root, err := code.Root()
	if err != nil {
		t.Fatal(err)
	}
	there, pages := map[string]bool{}, []string{}
	err = filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Name() == ".git" {
			return skipped(entry)
		}
		name, err := filepath.Rel(root, full)
		name = filepath.ToSlash(name)
		there[name], there[path.Base(name)] = true, true
		// A decision is not rewritten when files move on.
		if path.Ext(name) == ".md" && path.Dir(name) != "docs/decisions" {
			pages = append(pages, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range theHouse(t).Files {
		for _, declared := range file.AST.Decls {
			if test, is := declared.(*ast.FuncDecl); is && file.IsTest() {
				there[test.Name.Name] = true
			}
		}
	}
	for _, page := range pages {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		report(t, lost(page, string(text), there))
	}
}

// skipped passes over an entry, with all that is in it when it is a folder.
func skipped(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func TestPageRule(t *testing.T) {
	t.Parallel()
	there := map[string]bool{
		"ledger/close.go": true, "close.go": true, "docs/speed.md": true, "TestClose": true,
	}
	for _, test := range []struct{ text, want string }{
		{"see `ledger/close.go`, `close.go` and [speed](speed.md#figures), [here](#there), [there](https://example.org)", ""},
		{"held by a test (TestClose)", ""},
		{"held by a test (TestOpen)", "there is no test TestOpen"},
		{"see `ledger/open.go`", "there is no file ledger/open.go"},
		{"see `zone/close.go`", "there is no file zone/close.go"},
		{"see `open.go`", "there is no file open.go"},
		{"see [speed](docs/speed.md)", "the link leads nowhere: docs/speed.md"},
	} {
		expectOne(t, lost("docs/README.md", test.text, there), test.want)
	}
}
