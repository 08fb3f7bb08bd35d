package insurance

import (
	_ "embed"
	"encoding/json"
	"sync"

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
	Evidence      []string  `json:"evidence"`
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

// Section is a part of the cover with its own limit, as a share of the policy's, and its own deductible.
type Section struct {
	Code           string       `json:"code"`
	Name           string       `json:"name"`
	Chinese        string       `json:"chinese"`
	LimitShare     money.Rate   `json:"limit_share"` // of the policy's limit
	Deductible     money.Amount `json:"deductible"`
	IndemnityRatio money.Share  `json:"indemnity_ratio"`
	WaitingDays    int          `json:"waiting_days,omitempty"`
}

// lines reads the embedded file once; a file that cannot be read is a fault of the build, and a test reads it.
var lines = sync.OnceValue(func() []Line {
	var all []Line
	if err := json.Unmarshal(linesFile, &all); err != nil {
		panic("insurance: lines.json: " + err.Error())
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

// FindLine finds a product line by its code.
func FindLine(code string) (Line, bool) {
	for _, line := range lines() {
		if line.Code == code {
			return line, true
		}
	}
	return Line{}, false
}
