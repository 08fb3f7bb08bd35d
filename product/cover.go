package product

import (
	"fmt"
	"strconv"
	"strings"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// Cover is what a contract pays for: its sections, and the limit of all together.
type Cover struct {
	Aggregate  money.Amount   `json:"aggregate"`  // of all claims in the period
	Deductible money.Amount   `json:"deductible"` // of each claim, before the section's own
	Sections   []SectionCover `json:"sections"`
}

// SectionCover is one section of a policy's cover.
type SectionCover struct {
	Code           string       `json:"code"`
	Limit          money.Amount `json:"limit"` // of all claims on it in the period
	Deductible     money.Amount `json:"deductible"`
	IndemnityRatio money.Share  `json:"indemnity_ratio"` // of the loss above the deductible
	WaitingDays    int          `json:"waiting_days"`    // from the first day on; a loss in them is not covered
}

// SectionTerms ask for a section, with what differs from the line's own terms.
type SectionTerms struct {
	Code           string        `json:"code" maxLength:"64"`
	Limit          *money.Amount `json:"limit,omitempty" doc:"The line's share of the policy's limit when left out"`
	Deductible     *money.Amount `json:"deductible,omitempty"`
	IndemnityRatio *money.Share  `json:"indemnity_ratio,omitempty" doc:"What is paid of the loss above the deductible"`
	WaitingDays    *int          `json:"waiting_days,omitempty" minimum:"0" maximum:"366"`
}

const (
	sectionsMax    = 16
	waitingDaysMax = 366
)

// Cover is what the line pays for up to a limit: the sections asked for, or all of them, each with the line's terms
// where it names none.
func (l *Line) Cover(limit money.Amount, asked []SectionTerms) []SectionCover {
	if len(asked) == 0 {
		for _, section := range l.Sections {
			asked = append(asked, SectionTerms{Code: section.Code})
		}
	}
	covers := make([]SectionCover, 0, len(asked))
	for _, terms := range asked {
		section, _ := l.Section(terms.Code)
		cover := SectionCover{
			Code: section.Code, Limit: money.Apply(section.LimitShare, limit), Deductible: section.Deductible,
			IndemnityRatio: section.IndemnityRatio, WaitingDays: section.WaitingDays,
		}
		if terms.Limit != nil {
			cover.Limit = *terms.Limit
		}
		if terms.Deductible != nil {
			cover.Deductible = *terms.Deductible
		}
		if terms.IndemnityRatio != nil {
			cover.IndemnityRatio = *terms.IndemnityRatio
		}
		if terms.WaitingDays != nil {
			cover.WaitingDays = *terms.WaitingDays
		}
		covers = append(covers, cover)
	}
	return covers
}

// Section finds a section of the line.
func (l *Line) Section(code string) (Section, bool) {
	for _, section := range l.Sections {
		if section.Code == code {
			return section, true
		}
	}
	return Section{}, false
}

// CheckSections holds the shape of the sections asked for.
func (l *Line) CheckSections(check *fault.Check, asked []SectionTerms, limit money.Amount) {
	check.Require(len(asked) <= sectionsMax, "sections", "at most {most} sections", fault.Args{"most": sectionsMax})
	seen := map[string]bool{}
	for i, terms := range asked {
		path := fmt.Sprintf("sections[%d]", i)
		_, known := l.Section(terms.Code)
		check.Require(known, path+".code", "{line} has no section {section}",
			fault.Args{"line": l.Code, "section": strconv.Quote(terms.Code)})
		check.Require(!seen[terms.Code], path+".code", "the section {section} stands there twice",
			fault.Args{"section": strconv.Quote(terms.Code)})
		seen[terms.Code] = true
		check.Require(terms.Limit == nil || terms.Limit.Sign() > 0 && terms.Limit.Cmp(limit) <= 0, path+".limit",
			"a section's limit is above zero and at most the policy's")
		check.Require(terms.Deductible == nil || !terms.Deductible.IsNegative(), path+".deductible",
			"the deductible may not be negative")
		check.Require(terms.IndemnityRatio == nil || !terms.IndemnityRatio.IsZero(), path+".indemnity_ratio",
			"the ratio must be above zero")
		check.Require(terms.WaitingDays == nil || *terms.WaitingDays >= 0 && *terms.WaitingDays <= waitingDaysMax,
			path+".waiting_days", "from 0 to {most} days", fault.Args{"most": waitingDaysMax})
	}
}

// TermsOf asks for the same cover again.
func TermsOf(sections []SectionCover) []SectionTerms {
	terms := make([]SectionTerms, len(sections))
	for i := range sections {
		s := sections[i]
		terms[i] = SectionTerms{
			Code: s.Code, Limit: &s.Limit, Deductible: &s.Deductible, IndemnityRatio: &s.IndemnityRatio,
			WaitingDays: &s.WaitingDays,
		}
	}
	return terms
}

// ParseSections reads sections as files and scenarios write them: "quality:5000000.00:1000.00;liability", where a limit
// or a deductible left out is the line's.
func ParseSections(text string) ([]SectionTerms, error) {
	var sections []SectionTerms
	for part := range strings.SplitSeq(text, ";") {
		words := strings.Split(strings.TrimSpace(part), ":")
		terms := SectionTerms{Code: words[0]}
		for i, place := range []**money.Amount{&terms.Limit, &terms.Deductible} {
			if len(words) > i+1 && words[i+1] != "" {
				amount, err := money.ParseAmount(words[i+1])
				if err != nil {
					return nil, err
				}
				*place = &amount
			}
		}
		if len(words) > 3 || terms.Code == "" {
			return nil, fmt.Errorf("%q is not of the form section:limit:deductible", part)
		}
		sections = append(sections, terms)
	}
	return sections, nil
}
