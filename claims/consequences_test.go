package claims

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/lab/golden"
)

// TestConsequencesArePrinted prints the list of consequences into the life of a claim. -update writes the page anew.
func TestConsequencesArePrinted(t *testing.T) {
	t.Parallel()
	const begins = "<!-- consequences: written by a test from claims/consequences.go -->\n"
	const ends = "<!-- /consequences -->\n"
	page := filepath.Join("..", "docs", "life-of-a-claim.md")
	kept, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(kept), begins)
	_, after, closes := strings.Cut(rest, ends)
	if !found || !closes {
		t.Fatalf("%s has no place for the consequences", page)
	}
	var list strings.Builder
	list.WriteString("| | when | then | events |\n| ---: | --- | --- | --- |\n")
	for i, rule := range consequences {
		var events []string
		for _, event := range rule.events {
			events = append(events, "`"+event+"`")
		}
		fmt.Fprintf(&list, "| %d | %s | %s | %s |\n", i+1, rule.when, rule.then, strings.Join(events, ", "))
	}
	golden.Same(t, page, before+begins+list.String()+ends+after)
}
