package tidy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "gongbao"

// source is one Go file of the house.
type source struct {
	path string // relative to the root, with slashes: "internal/money/amount.go"
	text string
	ast  *ast.File
	set  *token.FileSet
}

func (s *source) folder() string { return path.Dir(s.path) }
func (s *source) isTest() bool   { return strings.HasSuffix(s.path, "_test.go") }
func (s *source) under(folder string) bool {
	return s.folder() == folder || strings.HasPrefix(s.path, folder+"/")
}
func (s *source) isGenerated() bool { return ast.IsGenerated(s.ast) }

func (s *source) line(at token.Pos) int { return s.set.Position(at).Line }

func (s *source) span(node ast.Node) int { return s.line(node.End()) - s.line(node.Pos()) + 1 }

// at is a place people and editors can jump to.
func (s *source) at(line int) string { return fmt.Sprintf("%s:%d", s.path, line) }

// importName is the name under which the file uses a package, "" if it does not import it.
func (s *source) importName(imported string) string {
	for _, spec := range s.ast.Imports {
		if target, err := strconv.Unquote(spec.Path.Value); err != nil || target != imported {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(imported)
	}
	return ""
}

func parse(name, text string) (*source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	return &source{path: name, text: text, ast: file, set: set}, nil
}

// snippet is a file that exists only in a test of a rule.
func snippet(t *testing.T, name, text string) *source {
	t.Helper()
	parsed, err := parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// house is every file the tests look at: Go files parsed, and case files as text.
type house struct {
	sources []*source
	cases   map[string]string
}

var readHouse = sync.OnceValues(func() (*house, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	return readTree(root)
})

// theHouse reads the whole module once for all tests.
func theHouse(t *testing.T) *house {
	t.Helper()
	read, err := readHouse()
	if err != nil {
		t.Fatal(err)
	}
	if len(read.sources) == 0 {
		t.Fatal("no Go file was found: the rules would guard nothing")
	}
	return read
}

func findRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the root: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", fmt.Errorf("no go.mod above the tests")
		}
		folder = parent
	}
}

func readTree(root string) (*house, error) {
	read := &house{cases: map[string]string{}}
	err := filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		if entry.IsDir() {
			return enter(name)
		}
		return read.add(full, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	sort.Slice(read.sources, func(i, j int) bool { return read.sources[i].path < read.sources[j].path })
	return read, nil
}

// enter skips the folders that Go skips; testdata is entered for its case files.
func enter(folder string) error {
	base := path.Base(folder)
	if folder != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "node_modules") {
		return filepath.SkipDir
	}
	return nil
}

func (h *house) add(full, name string) error {
	isGo := strings.HasSuffix(name, ".go") && !inTestdata(name)
	isCase := strings.HasSuffix(name, ".txt") &&
		(inTestdata(name) || strings.HasPrefix(name, "internal/lab/scenario/cases/"))
	if !isGo && !isCase {
		return nil
	}
	text, err := os.ReadFile(full)
	if err != nil {
		return err
	}
	if isCase {
		h.cases[name] = string(text)
		return nil
	}
	parsed, err := parse(name, string(text))
	if err != nil {
		return err
	}
	h.sources = append(h.sources, parsed)
	return nil
}

func inTestdata(name string) bool { return strings.Contains("/"+name, "/testdata/") }

// finding is one breach of a rule.
type finding struct{ where, what string }

func (f finding) String() string { return f.where + ": " + f.what }

func report(t *testing.T, findings []finding) {
	t.Helper()
	for _, found := range findings {
		t.Error(found)
	}
}
