package code

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Package is a package of the house, without its tests, with what its names mean.
type Package struct {
	Folder string
	Files  []*File
	Types  *types.Package
	Info   *types.Info
}

// Checked are all packages of the house by folder. What comes from other modules is not read: each of its names stands
// for a type of which nothing else is known, and what is made of it has no type at all.
var Checked = sync.OnceValues(func() (map[string]*Package, error) {
	house, err := Read()
	if err != nil {
		return nil, err
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	var files []*File
	for _, file := range house.Files {
		matches, err := build.Default.MatchFile(filepath.Join(root, file.Folder()), path.Base(file.Path))
		if err != nil {
			return nil, err
		}
		if matches && !file.IsTest() {
			files = append(files, file)
		}
	}
	return Check(files), nil
})

// Check makes packages of files.
func Check(files []*File) map[string]*Package {
	c := &checker{
		packages: map[string]*Package{}, elsewhere: map[string]*types.Package{},
		standard: importer.ForCompiler(set, "source", nil),
	}
	for _, file := range files {
		c.add(file)
	}
	for _, folder := range slices.Sorted(maps.Keys(c.packages)) {
		c.check(c.packages[folder])
	}
	return c.packages
}

type checker struct {
	packages  map[string]*Package
	elsewhere map[string]*types.Package
	standard  types.Importer
}

func (c *checker) add(file *File) {
	folder := file.Folder()
	if c.packages[folder] == nil {
		c.packages[folder] = &Package{Folder: folder}
	}
	c.packages[folder].Files = append(c.packages[folder].Files, file)
	for _, spec := range file.AST.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err == nil && !strings.HasPrefix(imported, Module+"/") && !slices.Contains(read, imported) {
			c.name(file, spec, imported)
		}
	}
}

// read are the packages of Go's own that are read: what our code makes with them keeps its type.
var read = []string{"cmp", "context", "errors", "iter", "maps", "slices", "strconv", "strings", "sync", "time"}

var version = regexp.MustCompile(`^v[0-9]+$`)

// name gives a package from elsewhere the names that a file uses of it.
func (c *checker) name(file *File, spec *ast.ImportSpec, imported string) {
	name := path.Base(imported)
	if version.MatchString(name) {
		name = path.Base(path.Dir(imported))
	}
	from := c.elsewhere[imported]
	if from == nil {
		from = types.NewPackage(imported, strings.TrimPrefix(name, "go-"))
		from.MarkComplete()
		c.elsewhere[imported] = from
	}
	name = from.Name()
	if spec.Name != nil {
		name = spec.Name.Name
	}
	for node := range ast.Preorder(file.AST) {
		selector, is := node.(*ast.SelectorExpr)
		if !is || from.Scope().Lookup(selector.Sel.Name) != nil {
			continue
		}
		if of, is := selector.X.(*ast.Ident); is && of.Name == name {
			object := types.NewTypeName(token.NoPos, from, selector.Sel.Name, nil)
			types.NewNamed(object, types.NewStruct(nil, nil), nil)
			from.Scope().Insert(object)
		}
	}
}

// Import finds a package for the checker.
func (c *checker) Import(imported string) (*types.Package, error) {
	if folder, ours := strings.CutPrefix(imported, Module+"/"); ours && c.packages[folder] != nil {
		c.check(c.packages[folder])
		return c.packages[folder].Types, nil
	}
	if from := c.elsewhere[imported]; from != nil {
		return from, nil
	}
	return c.standard.Import(imported)
}

func (c *checker) check(p *Package) {
	if p.Types != nil {
		return
	}
	p.Info = &types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Types: map[ast.Expr]types.TypeAndValue{},
	}
	files := make([]*ast.File, len(p.Files))
	for i, file := range p.Files {
		files[i] = file.AST
	}
	config := types.Config{Importer: c, Error: func(error) {}, FakeImportC: true}
	p.Types, _ = config.Check(Module+"/"+p.Folder, set, files, p.Info) // what is unknown of other modules is no fault
}
