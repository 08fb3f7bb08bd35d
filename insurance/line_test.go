package insurance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/golden"
	"gongbao/internal/money"
)

// linesPage is the page an underwriter and an auditor read.
var linesPage = filepath.Join("..", "docs", "lines.md")

// Every line is whole: its rules are of a known kind, look at facts that are known, say where they come from and what
// to do, and stop the issue or the subsidy.
func TestLinesAreWhole(t *testing.T) {
	t.Parallel()
	probe := everyFact()
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
				t.Errorf("%s looks at %q, which no policy has", rule.Code, rule.Fact)
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

// everyFact is a policy of which everything is known.
func everyFact() *Policy {
	yes, amount, day := true, money.MustAmount("1.00"), calendar.MustDate("2026-01-01")
	return &Policy{
		Contract: Contract{
			Line: "pilot_test", SumInsured: amount, EquipmentValue: &amount, ContractValue: &amount,
			Qualification: "Q", Renews: "IC-P0", Starts: day,
			Facts: Facts{
				CatalogueEdition: "2025", CatalogueItem: "1", UnitBasis: BySet, QualificationFrom: day, QualificationTo: day,
				KeyComponent: &yes, RelatedParty: &yes, Trader: &yes, DirectPurchase: &yes, InSubsidisedSet: &yes,
				MassProduction: &yes, ListedCosts: &amount, Certificate: "C", CertificateFrom: day, CertificateTo: day,
				Invoice: "F",
			},
		}, Progress: Progress{NetPremium: amount},
	}
}

// knows says that a rule's fact, section and condition are there to be looked at.
func (p *Policy) knows(rule Rule) bool {
	if rule.When != "" && p.answer(rule.When) == nil {
		return false
	}
	switch rule.Kind {
	case LimitAtLeast, LimitAtMost:
		return p.amountOf(rule.Fact) != nil && p.limitOf(rule.Section) != nil && rule.Multiple > 0
	case AtLeast:
		return p.amountOf(rule.Fact) != nil && rule.Amount != nil
	case Forbidden, Wanted:
		return p.answer(rule.Fact) != nil
	case Given:
		return p.textOf(rule.Fact) != ""
	case OneOf:
		return p.textOf(rule.Fact) != "" && len(rule.Choices) > 0
	case WithinTerm:
		_, to := p.termOf(rule.Fact)
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

// A refusal names the rule, its source and what to do, and all broken rules at once.
func TestABrokenRuleSaysWhatToDo(t *testing.T) {
	t.Parallel()
	p := everyFact()
	p.Line, p.Starts = "pilot_test", calendar.MustDate("2026-01-02")
	p.SumInsured = money.MustAmount("100.00")
	err := checkProduct(p)
	for _, wanted := range []string{
		"insurance.product_rule_broken", "pilot_test.before_mass_production", "pilot_test.cost_limit_within_listed_costs",
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
	all := line.cover(limit, nil)
	if len(all) != 3 || all[0].Limit.String() != "600.00" || all[0].IndemnityRatio.String() != "0.8" {
		t.Errorf("the line's own: %+v", all)
	}
	some := line.cover(limit, []SectionTerms{{Code: "property", Limit: &own, Deductible: &own}})
	if len(some) != 1 || some[0].Limit != own || some[0].Deductible != own {
		t.Errorf("as asked for: %+v", some)
	}
	old := CoverOf(&Policy{Contract: Contract{Line: "pilot_test", SumInsured: limit}})
	if len(old.Sections) != 3 || old.Aggregate != limit {
		t.Errorf("a policy from before: %+v", old)
	}
}

// TestLinesPage prints what every line is. -update writes the page anew.
func TestLinesPage(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	page.WriteString("# The product lines\n\nWritten by a test from `insurance/lines.json`; never by hand. A number " +
		"nobody has seen in a rule is a sample\nor a parameter, and says so.\n")
	for _, line := range Lines() {
		printLine(&page, line)
	}
	golden.Same(t, linesPage, page.String())
}

func printLine(page *strings.Builder, line Line) {
	fmt.Fprintf(page, "\n## %s %s\n\n%s; clauses %s.", line.Chinese, line.Code, line.Name, line.ClauseVersion)
	if line.ClaimsMade {
		page.WriteString(" Claims-made.")
	}
	if len(line.UnitBasis) > 0 {
		fmt.Fprintf(page, " Counted by %s.", strings.Join(line.UnitBasis, " or "))
	}
	var proofs []string
	for _, proof := range line.Evidence {
		proofs = append(proofs, proof.Name+" "+proof.Chinese)
	}
	fmt.Fprintf(page, " %s\n\nEvidence: %s. Rates of a year, of the limit: %s to %s, usually %s (%s).\n\n",
		line.Note, strings.Join(proofs, "; "), line.Rates.Lowest.Percent(), line.Rates.Highest.Percent(),
		line.Rates.Usual.Percent(), line.Rates.Note)
	page.WriteString("| section | what it pays | when | of the limit | deductible | pays | waits | source |\n" +
		"| --- | --- | --- | ---: | ---: | ---: | ---: | --- |\n")
	for _, s := range line.Sections {
		fmt.Fprintf(page, "| %s %s | %s | %s | %s | %s | %s | %d days | %s |\n", s.Code, s.Chinese, s.Name, s.Trigger,
			s.LimitShare.Percent(), s.Deductible, s.IndemnityRatio.Percent(), s.WaitingDays, s.Source)
	}
	page.WriteString("\n| a claim is refused for | | clause or article |\n| --- | --- | --- |\n")
	for _, ground := range line.Exclusions {
		fmt.Fprintf(page, "| %s %s | %s | %s |\n", ground.Code, ground.Chinese, ground.Sentence, ground.Source)
	}
	if len(line.Rules) > 0 {
		page.WriteString("\n| rule | stops | from | to | source | how well it is known |\n" +
			"| --- | --- | --- | --- | --- | --- |\n")
	}
	for _, r := range line.Rules {
		fmt.Fprintf(page, "| **%s** %s | %s | %s | %s | %s | %s |\n", r.Code, r.Sentence, r.Severity, orAlways(r.From),
			orAlways(r.To), r.Source, r.Certainty)
	}
	if len(line.Subsidies) == 0 {
		page.WriteString("\nPremium support: no rule is known.\n")
		return
	}
	page.WriteString("\n| premium support | from | to | gives | counts up to | source | how well it is known |\n" +
		"| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, s := range line.Subsidies {
		fmt.Fprintf(page, "| **%s** | %s | %s | %s of the premium that counts%s | %s | %s | %s |\n", s.Code,
			orAlways(s.From), orAlways(s.To), s.Share.Percent(), bounds(s), counts(s), s.Source, s.Certainty)
	}
}

func bounds(s Support) string {
	text := ""
	if s.PerInsured != nil {
		text += fmt.Sprintf(", %s for an insured in a year", s.PerInsured)
	}
	if s.Years > 0 {
		text += fmt.Sprintf(", %d years", s.Years)
	}
	return text
}

func counts(s Support) string {
	if s.RateCap == nil {
		return "all of it"
	}
	text := s.RateCap.Percent() + " of the limit"
	if s.LimitMultiple > 0 {
		text += fmt.Sprintf(", this up to %d contracts", s.LimitMultiple)
	}
	if s.LimitCap != nil {
		text += fmt.Sprintf(" and %s", s.LimitCap)
	}
	return text
}

func orAlways(day calendar.Date) string {
	if day.IsZero() {
		return "—"
	}
	return day.String()
}
