package tidy

import (
	"encoding/json"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/fault"
	"gongbao/internal/lab/code"
	"gongbao/internal/words"
)

// TestEveryRefusalSpeaksBothLanguages: each code of an errors.go has a Chinese sentence, what a case adds has the same
// arguments in both languages, and what to do is said in both or in neither.
func TestEveryRefusalSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	declared := map[string]fault.Cases{}
	for _, file := range theHouse(t).Files {
		refusals, _ := refusalsOf(file)
		for _, refusal := range refusals {
			cases, err := fault.CasesOf(refusal.cases...)
			if err != nil {
				t.Errorf("%s: %v", refusal.code, err)
			}
			declared[refusal.code] = cases
		}
	}
	for _, code := range slices.Sorted(maps.Keys(declared)) {
		english, chinese := words.English.Refusals[code], words.Chinese.Refusals[code]
		if !hasHan(chinese.Sentence) {
			t.Errorf("internal/words says nothing in Chinese of %s", code)
		}
		if (english.Remedy == "") != (chinese.Remedy == "") {
			t.Errorf("%s: what to do is said in one language only: %q, %q", code, english.Remedy, chinese.Remedy)
		}
		cases, err := fault.CasesOf(chinese.Cases...)
		if err != nil {
			t.Errorf("%s in Chinese: %v", code, err)
		}
		inEnglish, inChinese := slices.Sorted(maps.Keys(declared[code])), slices.Sorted(maps.Keys(cases))
		if !slices.Equal(inEnglish, inChinese) {
			t.Errorf("%s: the cases have the arguments %q in English, %q in Chinese", code, inEnglish, inChinese)
		}
	}
	for _, language := range []words.Words{words.English, words.Chinese} {
		for code := range language.Refusals {
			if _, known := declared[code]; !known {
				t.Errorf("internal/words speaks of %s (%s), which no errors.go declares", code, language.Language)
			}
		}
	}
}

// TestEveryRuleOfALineSpeaksBothLanguages: lines.json says the English of a rule, internal/words the Chinese.
func TestEveryRuleOfALineSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	var lines []struct {
		Rules []struct{ Code, Sentence, Remedy string }
	}
	found, _ := filepath.Glob("../../../*/lines.json")
	if len(found) != 1 {
		t.Fatalf("lines.json is in %q", found)
	}
	text, err := os.ReadFile(found[0])
	if err == nil {
		err = json.Unmarshal(text, &lines)
	}
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, line := range lines {
		for _, rule := range line.Rules {
			known[rule.Code] = true
			chinese := words.Chinese.Rules[rule.Code]
			if rule.Sentence == "" || rule.Remedy == "" || !hasHan(chinese.Sentence) || !hasHan(chinese.Remedy) {
				t.Errorf("the rule %s lacks a sentence or a remedy in one language", rule.Code)
			}
		}
	}
	for code := range words.Chinese.Rules {
		if !known[code] {
			t.Errorf("internal/words speaks of the rule %s, which no line has", code)
		}
	}
}

// place is a type whose constants a group of names is about.
type place struct{ folder, constants string }

// named says which constants of the house each group of names is about; events are known by their files.
var named = map[string]place{
	"Organisations": {"internal/access", "Kind"}, "Roles": {"internal/access", "Role"},
	"BankStates": {"zone", "BankState"}, "MandateStates": {"zone", "MandateState"},
	"PolicyStates": {"insurance", "State"}, "SubsidyStates": {"insurance", "SubsidyState"},
	"ClaimStates": {"claims", "State"}, "QueryStates": {"claims", "QueryState"},
	"NoticeKinds": {"claims/notice", "Kind"}, "NoticeStates": {"claims/notice", "State"},
	"Deadlines": {"claims/deadline", "Name"}, "DeadlineStates": {"claims/deadline", "State"},
	"FeedStates": {"internal/relay", "State"}, "Accounts": {"ledger", "Account"}, "Streams": {"ledger", "Stream"},
	"StatementStates":      {"coinsurance/settlement", "StatementState"},
	"AnswerStates":         {"coinsurance/settlement", "AnswerState"},
	"StatementQueryStates": {"coinsurance/settlement", "QueryState"},
	"QueryReasons":         {"coinsurance/settlement", "QueryReason"},
	"SettlementStates":     {"coinsurance/settlement", "State"},
	"FileStates":           {"coinsurance/settlement", "FileState"},
	"AttemptStates":        {"coinsurance/settlement", "AttemptState"},
	"OrderStates":          {"coinsurance/settlement", "OrderState"},
	"ItemGroups":           {}, "Events": {},
}

// TestEveryCodeHasANameInBothLanguages compares the groups of names with the constants that they are about.
func TestEveryCodeHasANameInBothLanguages(t *testing.T) {
	t.Parallel()
	read := theHouse(t)
	english, chinese := reflect.ValueOf(words.English), reflect.ValueOf(words.Chinese)
	for i := range english.NumField() {
		group := english.Type().Field(i)
		if group.Type.Kind() != reflect.Struct {
			continue
		}
		about, listed := named[group.Name]
		if !listed {
			t.Errorf("the test does not know what %s are the names of", group.Name)
			continue
		}
		codes := constantsOf(read, about)
		if group.Name == "Events" {
			codes = eventTypes(t)
		}
		if group.Name == "ItemGroups" {
			codes = nil
			for _, items := range settlement.Groups() {
				codes = append(codes, string(items))
			}
			slices.Sort(codes)
		}
		var have []string
		for j := range group.Type.NumField() {
			field := group.Type.Field(j)
			have = append(have, words.CodeOf(field))
			if english.Field(i).Field(j).String() == "" || !hasHan(chinese.Field(i).Field(j).String()) {
				t.Errorf("%s.%s has no name in one language", group.Name, field.Name)
			}
		}
		slices.Sort(have)
		if !slices.Equal(have, codes) {
			t.Errorf("%s are the names of %q, the house has %q", group.Name, have, codes)
		}
	}
}

// constantsOf are the codes of a type's constants, sorted.
func constantsOf(read *code.House, of place) (codes []string) {
	for _, file := range read.Files {
		if file.Folder() != of.folder || file.IsTest() {
			continue
		}
		for node := range ast.Preorder(file.AST) {
			value, is := node.(*ast.ValueSpec)
			if !is || len(value.Values) != 1 {
				continue
			}
			kind, typed := value.Type.(*ast.Ident)
			literal, text := value.Values[0].(*ast.BasicLit)
			if !typed || !text || kind.Name != of.constants {
				continue
			}
			if code, err := strconv.Unquote(literal.Value); err == nil && code != "" {
				codes = append(codes, code)
			}
		}
	}
	slices.Sort(codes)
	return codes
}

// eventTypes are the types of event that docs/events describes.
func eventTypes(t *testing.T) (types []string) {
	t.Helper()
	files, err := filepath.Glob("../../../docs/events/*.*.schema.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no description of an event: %v", err)
	}
	for _, file := range files {
		kind := strings.TrimSuffix(filepath.Base(file), ".schema.json")
		if strings.Contains(kind, ".") && !strings.HasPrefix(kind, "section.") {
			types = append(types, kind)
		}
	}
	slices.Sort(types)
	return types
}

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(letter rune) bool { return unicode.Is(unicode.Han, letter) })
}
