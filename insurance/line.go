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
	Sections      []Section `json:"sections"`
	Evidence      []string  `json:"evidence"`
	Note          string    `json:"note"` // where it comes from, and what in it is a sample
}

// Section is a part of the cover with its own limit, as a share of the policy's, and its own deductible.
type Section struct {
	Code           string       `json:"code"`
	Name           string       `json:"name"`
	Chinese        string       `json:"chinese"`
	LimitShare     money.Share  `json:"limit_share"`
	Deductible     money.Amount `json:"deductible"`
	IndemnityRatio money.Share  `json:"indemnity_ratio"`
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

// checkProduct holds the line's rules that need facts; without the fact a rule is not checked.
//
// first_set: the limit of liability is at least the equipment's value (notices on first-set equipment, 2015 to 2019).
func checkProduct(policy *Policy) error {
	if policy.Line == "first_set" && policy.EquipmentValue != nil && policy.SumInsured.Cmp(*policy.EquipmentValue) < 0 {
		return ErrProductRuleBroken.At("limit", "the limit of %s is below the equipment's value of %s",
			policy.SumInsured, policy.EquipmentValue)
	}
	return nil
}
