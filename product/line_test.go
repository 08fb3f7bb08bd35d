package product

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// Every line is whole: its rules are of a known kind, look at facts that are known, say where they come from and what
// to do, and stop the issue or the subsidy.
func TestLinesAreWhole(t *testing.T) {
	t.Parallel()
	probe := everyFact(t)
	for _, line := range Lines() {
		wholeSections(t, line)
		if len(line.Sections) == 0 || len(line.Evidence) == 0 || line.Rates.Note == "" || line.Note == "" {
			t.Errorf("%s is not whole", line.Code)
		}
		for _, rule := range line.Rules {
			switch {
			case !strings.HasPrefix(rule.Code, line.Code+"."):
				t.Errorf("%s does not begin with its line", rule.Code)
			case !slices.Contains(RuleKinds, rule.Kind):
				t.Errorf("%s: there is no kind %q", rule.Code, rule.Kind)
			case rule.Severity != StopsIssue && rule.Severity != StopsSubsidy:
				t.Errorf("%s: there is no severity %q", rule.Code, rule.Severity)
			case rule.Sentence == "" || rule.Remedy == "" || rule.Source == "" || rule.Certainty == "":
				t.Errorf("%s does not say what it is, what to do, where it comes from or how well it is known", rule.Code)
			case !probe.knows(rule):
				t.Errorf("%s looks at %q, which no contract has", rule.Code, rule.Fact)
			}
		}
		for _, support := range line.Subsidies {
			if support.Source == "" || support.Certainty == "" || support.Share.IsZero() {
				t.Errorf("%s is not whole", support.Code)
			}
		}
	}
}

// wholeSections holds that each section says when it pays and where that comes from, and each ground its clause.
func wholeSections(t *testing.T, line Line) {
	t.Helper()
	kinds := []string{CostCover, PropertyCover, QualityCover, LiabilityCover, DefenceCover}
	causes := []string{TestFailed, PropertyDamage, BodilyInjury, QualityDefect, LegalCosts}
	for _, section := range line.Sections {
		if !slices.Contains(kinds, section.Kind) || len(section.Causes) == 0 || section.Trigger == "" ||
			section.Source == "" {
			t.Errorf("section %s of %s is not whole", section.Code, line.Code)
		}
		for _, cause := range section.Causes {
			if !slices.Contains(causes, cause) {
				t.Errorf("section %s of %s: there is no cause %q", section.Code, line.Code, cause)
			}
		}
	}
	for _, ground := range line.Exclusions {
		if again, known := line.Ground(ground.Code); !known || again != ground || ground.Source == "" ||
			ground.Sentence == "" {
			t.Errorf("ground %s of %s is not whole, or stands there twice", ground.Code, line.Code)
		}
	}
	for _, proof := range line.Evidence {
		if !line.Wants(proof.Code) || proof.Name == "" || proof.Chinese == "" {
			t.Errorf("evidence %s of %s is not whole", proof.Code, line.Code)
		}
	}
}

// everyFact is a contract of which everything is known.
func everyFact(t *testing.T) *Risk {
	t.Helper()
	amount, day := money.MustAmount("1.00"), calendar.MustDate("2026-01-01")
	risk := &Risk{
		Line: "pilot_test", Premium: amount, SumInsured: amount, EquipmentValue: &amount, ContractValue: &amount,
		Qualification: "Q", Renewal: true, Starts: day,
	}
	for _, fact := range AllFacts {
		value := "1" // a text, a number or an amount
		switch {
		case fact.day != nil:
			value = day.String()
		case fact.answer != nil:
			value = "yes"
		case fact.choices != nil:
			value = fact.choices[0]
		}
		if err := fact.Set(&risk.Facts, value); err != nil {
			t.Fatal(err)
		}
	}
	return risk
}

// knows says that a rule's fact, section and condition are there to be looked at.
func (r *Risk) knows(rule Rule) bool {
	if rule.When != "" && r.answer(rule.When) == nil {
		return false
	}
	switch rule.Kind {
	case LimitAtLeast, LimitAtMost:
		return r.amountOf(rule.Fact) != nil && r.limitOf(rule.Section) != nil && rule.Multiple > 0
	case AtLeast:
		return r.amountOf(rule.Fact) != nil && rule.Amount != nil
	case Forbidden, Wanted:
		return r.answer(rule.Fact) != nil
	case Given:
		return r.textOf(rule.Fact) != ""
	case OneOf:
		return r.textOf(rule.Fact) != "" && len(rule.Choices) > 0
	case WithinTerm:
		_, to := r.termOf(rule.Fact)
		return !to.IsZero()
	case StartsBy:
		return !rule.Day.IsZero()
	}
	return false
}

// Every rule is played in a scenario file, broken and then kept, under its name.
func TestEveryRuleIsPlayed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "internal", "lab", "scenario", "lines", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var all strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, line := range Lines() {
		for _, rule := range line.Rules {
			_, played, found := strings.Cut(all.String(), "# "+rule.Code+": broken, then kept\n")
			played, _, _ = strings.Cut(played, "\n#")
			if !found || !strings.Contains(played, "=> error insurance.") {
				t.Errorf("no scenario breaks %s", rule.Code)
			}
		}
	}
}

var errBroken = fault.New(fault.Invalid, "test.rule", "no")

// A refusal names the rule, its source and what to do, and all broken rules at once.
func TestABrokenRuleSaysWhatToDo(t *testing.T) {
	t.Parallel()
	risk := everyFact(t)
	risk.SumInsured = money.MustAmount("100.00")
	line, _ := FindLine(risk.Line)
	var check fault.Check
	line.CheckRules(&check, risk, StopsIssue)
	err := check.Refuse(errBroken)
	for _, wanted := range []string{
		"pilot_test.before_mass_production", "pilot_test.cost_limit_within_listed_costs",
		"Guangdong", "lower the section's limit", "facts.mass_production",
	} {
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v does not say %q", err, wanted)
		}
	}
}

func TestCover(t *testing.T) {
	t.Parallel()
	limit, own := money.MustAmount("1000.00"), money.MustAmount("10.00")
	line, _ := FindLine("pilot_test")
	all := line.Cover(limit, nil)
	if len(all) != 3 || all[0].Limit.String() != "600.00" || all[0].IndemnityRatio.String() != "0.8" {
		t.Errorf("the line's own: %+v", all)
	}
	some := line.Cover(limit, []SectionTerms{{Code: "property", Limit: &own, Deductible: &own}})
	if len(some) != 1 || some[0].Limit != own || some[0].Deductible != own {
		t.Errorf("as asked for: %+v", some)
	}
	before := Risk{Line: "pilot_test", SumInsured: limit}
	old := before.Cover()
	if len(old.Sections) != 3 || old.Aggregate != limit {
		t.Errorf("a contract from before: %+v", old)
	}
}
