package insurance

import "gongbao/internal/money"

// CoverOf is what a policy pays for. A policy from before sections were kept has its line's.
func CoverOf(p *Policy) Cover {
	sections := p.Sections
	if len(sections) == 0 {
		line, _ := FindLine(p.Line)
		sections = line.cover(p.SumInsured, nil)
	}
	return Cover{Aggregate: p.SumInsured, Deductible: p.Deductible, Sections: sections}
}

// limitOf is the limit of a section, or of the policy; nil when the policy does not have the section.
func (p *Policy) limitOf(section string) *money.Amount {
	if section == "" {
		return &p.SumInsured
	}
	for _, s := range CoverOf(p).Sections {
		if s.Code == section {
			return &s.Limit
		}
	}
	return nil
}
