package product

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

//go:embed lines.json
var linesFile []byte

// Line is a product line 险种. It is data: sections of cover, limits, deductibles, the evidence wanted, the clauses'
// version.
type Line struct {
	Code          string    `json:"code"`
	Name          string    `json:"name"`
	Chinese       string    `json:"chinese"`
	ClauseVersion string    `json:"clause_version"`
	ClaimsMade    bool      `json:"claims_made"`
	UnitBasis     []string  `json:"unit_basis,omitempty"` // what is counted: sets, batches
	Sections      []Section `json:"sections"`
	Evidence      []Proof   `json:"evidence"`   // wanted before a claim is approved
	Exclusions    []Ground  `json:"exclusions"` // for which a claim is refused
	Rates         Rates     `json:"rates"`
	Facts         []string  `json:"facts"` // that its rules and its subsidy ask for
	Rules         []Rule    `json:"rules"`
	Subsidies     []Support `json:"subsidies"` // the rules of premium support, oldest first
	Note          string    `json:"note"`      // where it comes from, and what in it is a sample
}

// Rates guide an underwriter; nothing is refused for a rate outside them.
type Rates struct {
	Lowest  money.Rate `json:"lowest"` // net premium for a year, of the limit
	Usual   money.Rate `json:"usual"`
	Highest money.Rate `json:"highest"`
	Note    string     `json:"note"` // where they come from
}

// Kinds of section: what a loss under it is.
const (
	CostCover      = "cost"      // listed project costs
	PropertyCover  = "property"  // the insured's own property: under-insurance counts
	QualityCover   = "quality"   // repair, replacement, return
	LiabilityCover = "liability" // what the insured owes others by law
	DefenceCover   = "defence"   // legal costs, paid as expense beside the limit
)

// Causes of a loss.
const (
	TestFailed     = "test_failed"
	PropertyDamage = "property_damage"
	BodilyInjury   = "bodily_injury"
	QualityDefect  = "quality_defect"
	LegalCosts     = "legal_costs"
)

// Proof is a piece of evidence that a claim on the line needs.
type Proof struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Chinese string `json:"chinese"`
}

// Ground is a clause or article for which a claim on the line is refused.
type Ground struct {
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
	Chinese  string `json:"chinese"`
	Source   string `json:"source"`
}

// Section is a part of the cover with its own limit, as a share of the policy's, and its own deductible.
type Section struct {
	Code           string       `json:"code"`
	Name           string       `json:"name"`
	Chinese        string       `json:"chinese"`
	Kind           string       `json:"kind"`
	Causes         []string     `json:"causes"`      // of a loss it pays for
	Trigger        string       `json:"trigger"`     // when it pays, for people
	Source         string       `json:"source"`      // of the trigger
	LimitShare     money.Rate   `json:"limit_share"` // of the policy's limit
	Deductible     money.Amount `json:"deductible"`
	IndemnityRatio money.Share  `json:"indemnity_ratio"`
	WaitingDays    int          `json:"waiting_days,omitempty"`
}

// lines reads the embedded file once; a file that cannot be read is a fault of the build, and a test reads it.
var lines = sync.OnceValue(func() []Line {
	var all []Line
	if err := json.Unmarshal(linesFile, &all); err != nil {
		panic("product: lines.json: " + err.Error())
	}
	return all
})

// Lines are the product lines, in the order of the zone's plan.
func Lines() []Line { return lines() }

// LineCodes are the codes of the product lines.
func LineCodes() []string {
	codes := make([]string, 0, len(lines()))
	for _, line := range lines() {
		codes = append(codes, line.Code)
	}
	return codes
}

// Ground finds a clause or article for which a claim on the line is refused.
func (l *Line) Ground(code string) (Ground, bool) {
	for _, ground := range l.Exclusions {
		if ground.Code == code {
			return ground, true
		}
	}
	return Ground{}, false
}

// Wants says that the evidence is on the line's list.
func (l *Line) Wants(code string) bool {
	return slices.ContainsFunc(l.Evidence, func(p Proof) bool { return p.Code == code })
}

// FindLine finds a product line by its code.
func FindLine(code string) (Line, bool) {
	for _, line := range lines() {
		if line.Code == code {
			return line, true
		}
	}
	return Line{}, false
}

// SupportAt is the rule of premium support for a policy that starts on a day.
func (l *Line) SupportAt(starts calendar.Date) (Support, bool) {
	for _, support := range l.Subsidies {
		if !starts.Before(support.From) && (support.To.IsZero() || !starts.After(support.To)) {
			return support, true
		}
	}
	return Support{}, false
}
