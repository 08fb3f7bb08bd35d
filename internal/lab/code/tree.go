// Package code reads the house's own Go files, for the tests that hold its rules. The files are parsed in the test, not
// listed by the go command: a test that shells out is cached, and goes blind for what has changed.
package code

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
)

// Module is the name of the house in imports.
const Module = "gongbao"

// File is one Go file of the house.
type File struct {
	Path string // relative to the root, with slashes: "internal/money/amount.go"
	Text string
	AST  *ast.File
	Set  *token.FileSet
}

// Folder is the package the file is of.
func (s *File) Folder() string { return path.Dir(s.Path) }

// IsTest says that only tests are built with it.
func (s *File) IsTest() bool { return strings.HasSuffix(s.Path, "_test.go") }

// Under says that the file is in the folder or below it.
func (s *File) Under(folder string) bool {
	return s.Folder() == folder || strings.HasPrefix(s.Path, folder+"/")
}

// IsGenerated says that no hand wrote it.
func (s *File) IsGenerated() bool { return ast.IsGenerated(s.AST) }

// Line is where a node stands.
func (s *File) Line(at token.Pos) int { return s.Set.Position(at).Line }

// Span is the number of lines of a node.
func (s *File) Span(node ast.Node) int { return s.Line(node.End()) - s.Line(node.Pos()) + 1 }

// At is a place people and editors can jump to.
func (s *File) At(line int) string { return fmt.Sprintf("%s:%d", s.Path, line) }

// ImportName is the name under which the file uses a package, "" if it does not import it.
func (s *File) ImportName(imported string) string {
	for _, spec := range s.AST.Imports {
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

// set is shared, so that a package's files can be looked at together.
var set = token.NewFileSet()

// Parse reads one file, under the name it has or would have.
func Parse(name, text string) (*File, error) {
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	return &File{Path: name, Text: text, AST: file, Set: set}, nil
}

// House is every file the rules look at: Go files parsed, and case files as text.
type House struct {
	Files []*File
	Cases map[string]string
}

// Read reads the whole module that the working folder is in, once for all who ask.
var Read = sync.OnceValues(func() (*House, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	read, err := readTree(root)
	if err == nil && len(read.Files) == 0 {
		err = fmt.Errorf("no Go file was found: the rules would guard nothing")
	}
	return read, err
})

// Root is the folder of go.mod.
func Root() (string, error) {
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

func readTree(root string) (*House, error) {
	read := &House{Cases: map[string]string{}}
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
	sort.Slice(read.Files, func(i, j int) bool { return read.Files[i].Path < read.Files[j].Path })
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

func (h *House) add(full, name string) error {
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
		h.Cases[name] = string(text)
		return nil
	}
	parsed, err := Parse(name, string(text))
	if err != nil {
		return err
	}
	h.Files = append(h.Files, parsed)
	return nil
}

func inTestdata(name string) bool { return strings.Contains("/"+name, "/testdata/") }
