package tidy

import (
	"maps"
	"slices"
	"testing"
)

// mutePackages are the packages in which no file says what the package is for.
func mutePackages(sources []*source) []finding {
	speaks := map[string]bool{}
	for _, file := range sources {
		if !file.IsTest() {
			speaks[file.Folder()] = speaks[file.Folder()] || file.AST.Doc.Text() != ""
		}
	}
	var found []finding
	for _, folder := range slices.Sorted(maps.Keys(speaks)) {
		if !speaks[folder] {
			found = append(found, finding{folder, "no file has a package comment that says why the package is there"})
		}
	}
	return found
}

func TestEveryPackageSaysWhy(t *testing.T) {
	t.Parallel()
	report(t, mutePackages(theHouse(t).Files))
}

func TestPackageCommentRule(t *testing.T) {
	t.Parallel()
	mute := snippet(t, "ledger/a.go", "package ledger\n")
	doc := snippet(t, "ledger/doc.go", "// Package ledger is the book.\npackage ledger\n")
	test := snippet(t, "ledger/a_test.go", "// Package ledger is tested.\npackage ledger\n")
	expectOne(t, mutePackages([]*source{mute, doc}), "")
	expectOne(t, mutePackages([]*source{mute}), "no file has a package comment")
	expectOne(t, mutePackages([]*source{mute, test}), "no file has a package comment")
}
