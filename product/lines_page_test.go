package product

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/golden"
)

// linesPage is the page an underwriter and an auditor read.
var linesPage = filepath.Join("..", "docs", "lines.md")

// TestLinesPage prints what every line is. -update writes the page anew.
func TestLinesPage(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	page.WriteString("# The product lines\n\nWritten by a test from `product/lines.json`; never by hand. A number " +
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
