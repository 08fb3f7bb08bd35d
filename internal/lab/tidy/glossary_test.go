package tidy

import (
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"
)

// marketWings are the folders that speak insurance; their types bear the market's words.
var marketWings = []string{"ledger", "zone", "coinsurance", "product", "insurance", "claims", "regulator"}

var codeWord = regexp.MustCompile("`([A-Za-z]+)`")

// TestTypesBearTheGlossarysWords: an exported type of a wing is a term of docs/glossary.md, or is made of its terms and
// of plain words.
func TestTypesBearTheGlossarysWords(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	terms := termsOf(t, string(page))
	for _, file := range theHouse(t).Files {
		if file.IsTest() || !inWing(file.Folder()) {
			continue
		}
		for node := range ast.Preorder(file.AST) {
			declared, is := node.(*ast.TypeSpec)
			if !is || !declared.Name.IsExported() {
				continue
			}
			if rest := unknownOf(terms, declared.Name.Name); rest != "" {
				t.Errorf("%s: the type %s speaks of %q, which docs/glossary.md does not have",
					file.At(file.Line(declared.Pos())), declared.Name.Name, rest)
			}
		}
	}
}

func inWing(folder string) bool {
	for _, wing := range marketWings {
		if folder == wing || strings.HasPrefix(folder, wing+"/") {
			return true
		}
	}
	return false
}

// termsOf are the terms and the plain words of the glossary. A term has a word in both languages, and stands there
// once.
func termsOf(t *testing.T, page string) map[string]bool {
	t.Helper()
	terms := map[string]bool{}
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		tabled := strings.HasPrefix(line, "| `")
		if !tabled && !strings.HasPrefix(line, "`") {
			continue
		}
		if tabled && (len(cells) != 3 || strings.TrimSpace(cells[1]) == "" || !hasHan(cells[2])) {
			t.Errorf("a term lacks a language: %s", line)
		}
		for _, match := range codeWord.FindAllStringSubmatch(cells[0], -1) {
			if terms[match[1]] && tabled {
				t.Errorf("the term %s stands twice in the glossary", match[1])
			}
			terms[match[1]] = true
		}
	}
	return terms
}

var capitals = regexp.MustCompile(`[A-Z]+[a-z]*`)

// unknownOf is what is left of a name when the longest terms are taken off from its front; "" when nothing is.
func unknownOf(terms map[string]bool, name string) string {
	parts := capitals.FindAllString(name, -1)
	for len(parts) > 0 {
		taken := 0
		for length := len(parts); length > 0 && taken == 0; length-- {
			word := strings.Join(parts[:length], "")
			if terms[word] || terms[strings.TrimSuffix(word, "s")] || terms[strings.TrimSuffix(word, "ies")+"y"] {
				taken = length
			}
		}
		if taken == 0 {
			return strings.Join(parts, "")
		}
		parts = parts[taken:]
	}
	return ""
}

func TestANameIsTakenApartByTheLongestTerms(t *testing.T) {
	t.Parallel()
	terms := map[string]bool{"Premium": true, "PremiumItem": true, "Receive": true, "VATInvoice": true, "Policy": true}
	for name, rest := range map[string]string{
		"ReceivePremium": "", "PremiumItems": "", "Policies": "", "VATInvoice": "", "PremiumSlice": "Slice", "Sight": "Sight",
	} {
		if got := unknownOf(terms, name); got != rest {
			t.Errorf("%s leaves %q, wanted %q", name, got, rest)
		}
	}
}
