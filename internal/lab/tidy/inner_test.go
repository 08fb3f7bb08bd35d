package tidy

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

// upward are the references between files that run up inside a package whose files have no order yet. The numbers may
// only fall; a package that is not here has an order.
var upward = map[string]int{}

// references are a package's files, each with the others whose functions, methods, types, variables and constants it
// names.
func references(p *code.Package) map[string]map[string][]string {
	home := map[string]string{} // position of a declaration → its file
	fileOf := func(object types.Object) string {
		position := p.Files[0].Set.Position(object.Pos())
		return home[position.Filename]
	}
	for _, file := range p.Files {
		home[file.Path] = path.Base(file.Path)
	}
	all := map[string]map[string][]string{}
	for _, file := range p.Files {
		from := path.Base(file.Path)
		all[from] = map[string][]string{}
		for node := range ast.Preorder(file.AST) {
			name, is := node.(*ast.Ident)
			if !is {
				continue
			}
			object := p.Info.Uses[name]
			if object == nil || object.Pkg() != p.Types || !stands(object, p.Types) {
				continue
			}
			if to := fileOf(object); to != "" && to != from && !slices.Contains(all[from][to], object.Name()) {
				all[from][to] = append(all[from][to], object.Name())
			}
		}
	}
	return all
}

// stands says that an object is declared for the whole package.
func stands(object types.Object, in *types.Package) bool {
	if function, is := object.(*types.Func); is && function.Signature().Recv() != nil {
		return true
	}
	return object.Parent() == in.Scope()
}

// climbing are the references that run up in the order of files in which fewest do, as far as trying finds out.
func climbing(references map[string]map[string][]string) []string {
	few, reach := map[string]int{}, map[string]int{}
	for file := range references {
		few[file] = len(references[file])
		reach[file] = len(reached(references, file, map[string]bool{})) // more than each reaches that it refers to
	}
	up := climbingFrom(references, few)
	if other := climbingFrom(references, reach); len(other) < len(up) {
		return other
	}
	return up
}

// climbingFrom begins with the files in the order of their heights.
func climbingFrom(references map[string]map[string][]string, begin map[string]int) []string {
	order := slices.Sorted(maps.Keys(references))
	slices.SortStableFunc(order, func(a, b string) int { return begin[a] - begin[b] })
	for better := true; better; {
		better = false
		for _, file := range slices.Clone(order) {
			better = settle(references, order, file) || better
		}
	}
	height := map[string]int{}
	for i, file := range order {
		height[file] = i
	}
	var up []string
	for from, targets := range references {
		for to, names := range targets {
			if height[to] > height[from] {
				up = append(up, fmt.Sprintf("%s names %s of %s", from, strings.Join(names, ", "), to))
			}
		}
	}
	slices.Sort(up)
	return up
}

// reached are the files that a file refers to, directly or through others.
func reached(references map[string]map[string][]string, file string, found map[string]bool) map[string]bool {
	for to := range references[file] {
		if !found[to] {
			found[to] = true
			reached(references, to, found)
		}
	}
	return found
}

// settle moves a file to the place in the order, lowest first, where fewest references between it and the others run
// up, and says whether there are fewer now.
func settle(references map[string]map[string][]string, order []string, file string) bool {
	at := slices.Index(order, file)
	others := slices.Delete(slices.Clone(order), at, at+1)
	// With the file at the bottom, all of its own references run up and none to it does.
	up := len(references[file])
	was, best, place := up, up, 0
	for i, other := range others {
		if len(references[file][other]) > 0 {
			up--
		}
		if len(references[other][file]) > 0 {
			up++
		}
		if i+1 == at {
			was = up
		}
		if up < best {
			best, place = up, i+1
		}
	}
	if best == was {
		return false
	}
	copy(order, slices.Insert(others, place, file))
	return true
}

func TestFilesOfAPackageHaveAnOrder(t *testing.T) {
	t.Parallel()
	packages, err := code.Checked()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		if isOutside(folder) {
			continue
		}
		up := climbing(references(packages[folder]))
		allowed := upward[folder]
		if len(up) > allowed {
			t.Errorf("%s: %d references between files run up, at most %d may: what is referred to stands in the wrong "+
				"file\n\t%s", folder, len(up), allowed, strings.Join(up, "\n\t"))
		}
		if len(up) == 0 && allowed > 0 {
			t.Errorf("%s: its files have an order by now: take it (%d) off the list", folder, allowed)
		}
	}
}

func TestOrderRule(t *testing.T) {
	t.Parallel()
	names := func(pairs ...string) map[string]map[string][]string {
		all := map[string]map[string][]string{}
		for _, pair := range pairs {
			from, to, _ := strings.Cut(pair, " ")
			for _, file := range []string{from, to} {
				if all[file] == nil {
					all[file] = map[string][]string{}
				}
			}
			all[from][to] = []string{"x"}
		}
		return all
	}
	if up := climbing(names("a b", "b c", "a c", "d a")); len(up) != 0 {
		t.Errorf("a stair has an order: %v", up)
	}
	up := climbing(names("a b", "b c", "c a", "d a", "d b"))
	if len(up) != 1 {
		t.Errorf("one cut opens a ring: %v", up)
	}
}
