package tidy

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

var required = regexp.MustCompile(`(?m)^(?:require)?\s*([a-z0-9.-]+\.[a-z]+/\S+) v\S+`)

// unreasoned gives the modules that files import and that no decision names; decisions may leave "github.com/" away.
func unreasoned(sources []*source, goMod, decisions string) []finding {
	first := map[string]string{} // module → the first place that imports it
	for _, file := range sources {
		for _, spec := range file.AST.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue
			}
			if from := moduleOf(goMod, imported); from != "" && first[from] == "" {
				first[from] = file.At(file.Line(spec.Pos()))
			}
		}
	}
	var found []finding
	for _, from := range slices.Sorted(maps.Keys(first)) {
		short := strings.TrimPrefix(from, "github.com/")
		if !strings.Contains(decisions, "`"+from+"`") && !strings.Contains(decisions, "`"+short+"`") {
			found = append(found, finding{first[from], from + " comes in without a reason in docs/decisions"})
		}
	}
	return found
}

// moduleOf is the longest module required in go.mod that holds the package, "" for the standard library and our own.
func moduleOf(goMod, imported string) string {
	longest := ""
	for _, match := range required.FindAllStringSubmatch(goMod, -1) {
		if holds := imported == match[1] || strings.HasPrefix(imported, match[1]+"/"); holds && len(match[1]) > len(longest) {
			longest = match[1]
		}
	}
	return longest
}

func TestEveryDependencyHasAReason(t *testing.T) {
	t.Parallel()
	root, err := code.Root()
	if err != nil {
		t.Fatal(err)
	}
	goMod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "decisions", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var decisions strings.Builder
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		decisions.Write(text)
	}
	report(t, unreasoned(theHouse(t).Files, string(goMod), decisions.String()))
}

func TestDependencyRule(t *testing.T) {
	t.Parallel()
	const goMod = `require (
	github.com/a/bun v1.0.0
	github.com/a/bun/dialect v1.0.0 // indirect
)

require x.net/rapid v1.3.0
`
	file := snippet(t, "ledger/a.go", `package p

import (
	_ "fmt"
	_ "github.com/a/bun/dialect/pg"
	_ "x.net/rapid"
)
`)
	for _, test := range []struct{ name, decisions, want string }{
		{"OK both named", "`a/bun/dialect` and `x.net/rapid`", ""},
		{"Err only the parent named", "`a/bun`, `x.net/rapid`", "github.com/a/bun/dialect comes in without a reason"},
		{"Err one named", "`github.com/a/bun/dialect`", "ledger/a.go:6: x.net/rapid comes in without a reason"},
		{"Err named in passing", "`a/bun/dialect`, rapid, x.net/rapids", "x.net/rapid comes in"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expectOne(t, unreasoned([]*source{file}, goMod, test.decisions), test.want)
		})
	}
}
