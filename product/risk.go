package product

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Risk is what the rules of a line and its premium support ask of a contract 风险. The wing that keeps contracts makes it
// of one; a rule knows no policy. Amounts are at 100 %.
type Risk struct {
	Line       string
	Starts     calendar.Date
	Premium    money.Amount   // net of VAT, to date
	SumInsured money.Amount   // the limit of all sections together
	Deductible money.Amount   // of each claim, before a section's own
	Sections   []SectionCover // as agreed; the line's own when empty

	EquipmentValue *money.Amount
	ContractValue  *money.Amount
	Qualification  string
	Renewal        bool // it renews another policy
	Facts          Facts
}

// Cover is what the contract pays for. One from before sections were kept has its line's.
func (r *Risk) Cover() Cover {
	sections := r.Sections
	if len(sections) == 0 {
		line, _ := FindLine(r.Line)
		sections = line.Cover(r.SumInsured, nil)
	}
	return Cover{Aggregate: r.SumInsured, Deductible: r.Deductible, Sections: sections}
}

// limitOf is the limit of a section, or of the contract; nil when the contract does not have the section.
func (r *Risk) limitOf(section string) *money.Amount {
	if section == "" {
		return &r.SumInsured
	}
	for _, s := range r.Cover().Sections {
		if s.Code == section {
			return &s.Limit
		}
	}
	return nil
}

// What a rule looks at is a term of the contract or one of its facts. A name that is neither is a fault of lines.json,
// and a test reads every rule.

// amountOf is an amount by its name; nil when it is not given.
func (r *Risk) amountOf(name string) *money.Amount {
	switch name {
	case "equipment_value":
		return r.EquipmentValue
	case "contract_value":
		return r.ContractValue
	case "premium":
		return &r.Premium
	case "limit":
		return &r.SumInsured
	}
	if fact := factNamed(name); fact.amount != nil {
		return *fact.amount(&r.Facts)
	}
	return nil
}

// answer is what was answered to a yes-or-no question; nil when nothing was.
func (r *Risk) answer(name string) *bool {
	if name == "renews" {
		return &r.Renewal
	}
	if fact := factNamed(name); fact.answer != nil {
		return *fact.answer(&r.Facts)
	}
	return nil
}

// textOf is a text by its name; empty when it is not given.
func (r *Risk) textOf(name string) string {
	if name == "qualification" {
		return r.Qualification
	}
	if fact := factNamed(name); fact.text != nil {
		return *fact.text(&r.Facts)
	}
	return ""
}

// termOf is the term of what has one, such as a certificate: two days, each zero when it is not given.
func (r *Risk) termOf(name string) (from, to calendar.Date) {
	first, last := factNamed(name+"_from"), factNamed(name+"_to")
	if first.day == nil || last.day == nil {
		return from, to
	}
	return *first.day(&r.Facts), *last.day(&r.Facts)
}
