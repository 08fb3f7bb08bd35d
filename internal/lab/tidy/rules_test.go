package tidy

import (
	"slices"
	"testing"
)

// rule is one house rule with what proves that it can fail.
type rule struct {
	name    string
	why     string
	allowed map[string]string // file or folder → the reason it need not obey; a reason no longer needed fails
	check   func(*source) []finding
	bad     []sample // each must be found out, exactly once
	good    []sample // none may be found out
}

// sample is a file that exists only to try a rule.
type sample struct{ file, text string }

// The rules, in the order of the files that hold them.
func rules() []rule {
	return slices.Concat(sizeRules(), nameRules(), moneyRules(), callRules(), testRules(), commentRules(),
		decisionRules())
}

func TestHouseRules(t *testing.T) {
	t.Parallel()
	sources := theHouse(t).Files
	for _, rule := range rules() {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			excused := map[string]bool{}
			for _, file := range sources {
				found := rule.check(file)
				if place := rule.excuse(file); place != "" && len(found) > 0 {
					excused[place] = true
					continue
				}
				for _, breach := range found {
					t.Errorf("%s (%s)", breach, rule.why)
				}
			}
			for place, reason := range rule.allowed {
				if !excused[place] && exists(sources, place) {
					t.Errorf("%s obeys the rule by now: take its excuse (%s) off the list", place, reason)
				}
			}
		})
	}
}

// excuse is the entry of the allow-list that covers the file, "" for none.
func (r rule) excuse(file *source) string {
	for place := range r.allowed {
		if file.Path == place || file.Under(place) {
			return place
		}
	}
	return ""
}

func exists(sources []*source, place string) bool {
	return slices.ContainsFunc(sources, func(file *source) bool { return file.Path == place || file.Under(place) })
}

// A check that cannot fail is a defect: each rule is tried on files that break it and on their honest neighbours.
func TestRulesCanFail(t *testing.T) {
	t.Parallel()
	for _, rule := range rules() {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			if rule.why == "" || len(rule.bad) == 0 || len(rule.good) == 0 {
				t.Fatal("a rule needs a reason, a file that breaks it and one that does not")
			}
			for _, bad := range rule.bad {
				if found := rule.check(snippet(t, bad.file, bad.text)); len(found) != 1 {
					t.Errorf("wanted one finding, got %v in\n%s", found, bad.text)
				}
			}
			for _, good := range rule.good {
				if found := rule.check(snippet(t, good.file, good.text)); len(found) != 0 {
					t.Errorf("wanted no finding, got %v in\n%s", found, good.text)
				}
			}
			for place, reason := range rule.allowed {
				if reason == "" {
					t.Errorf("%s is excused without a reason", place)
				}
			}
		})
	}
}
