package product

import (
	"fmt"
	"slices"
	"strconv"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/text/field"
)

// Facts are what a product's rules and its subsidy ask about, beside the amounts every policy has. A fact that is not
// given is not known: no rule is checked on it, and what needs it says so.
type Facts struct {
	CatalogueEdition  string        `json:"catalogue_edition,omitempty" maxLength:"64" doc:"Of the line's catalogue"`
	CatalogueItem     string        `json:"catalogue_item,omitempty" maxLength:"64" doc:"Item of that edition"`
	UnitBasis         string        `json:"unit_basis,omitempty" maxLength:"8" doc:"What is insured: set or batch"`
	Units             int           `json:"units,omitempty" minimum:"0" maximum:"1000000" doc:"How many of them"`
	QualificationFrom calendar.Date `json:"qualification_from,omitzero" doc:"First day of the qualification's term"`
	QualificationTo   calendar.Date `json:"qualification_to,omitzero" doc:"Last day of it"`
	KeyComponent      *bool         `json:"key_component,omitempty" doc:"A core part in its first year"`
	RelatedParty      *bool         `json:"related_party,omitempty" doc:"The user and the maker belong together"`
	Trader            *bool         `json:"trader,omitempty" doc:"The buyer trades in it and does not use it"`
	DirectPurchase    *bool         `json:"direct_purchase,omitempty" doc:"The user buys from the maker itself"`
	InSubsidisedSet   *bool         `json:"in_subsidised_set,omitempty" doc:"Built into a subsidised first set"`
	MassProduction    *bool         `json:"mass_production,omitempty" doc:"Past the pilot: made in series"`
	ListedCosts       *money.Amount `json:"listed_costs,omitempty" doc:"Sum of the project costs listed in the policy"`
	Certificate       string        `json:"certificate,omitempty" maxLength:"64" doc:"Of the high-tech enterprise"`
	CertificateFrom   calendar.Date `json:"certificate_from,omitzero" doc:"First day of the certificate's term"`
	CertificateTo     calendar.Date `json:"certificate_to,omitzero" doc:"Last day of it"`
	Invoice           string        `json:"invoice,omitempty" maxLength:"64" doc:"Number of the premium's invoice"`
}

// Units are counted by whole sets or by production batches.
const (
	BySet   = "set"
	ByBatch = "batch"
)

const (
	factTextMax = 64 // runes
	unitsMax    = 1_000_000
)

// Fact is one fact by name, as rules, files and scenarios write it. One of its places says where it stands and what it
// is: a text, a day, an answer to a yes-or-no question, a number, or an amount.
type Fact struct {
	Name string
	Help string

	text    func(*Facts) *string
	choices []string // that the text may be; any when empty
	day     func(*Facts) *calendar.Date
	answer  func(*Facts) **bool
	number  func(*Facts) *int
	amount  func(*Facts) **money.Amount
}

// AllFacts lists the facts in the order in which they are asked for.
var AllFacts = []Fact{
	textFact("catalogue_edition", "edition of the catalogue", func(f *Facts) *string { return &f.CatalogueEdition }),
	textFact("catalogue_item", "item of that edition", func(f *Facts) *string { return &f.CatalogueItem }),
	{
		Name: "unit_basis", Help: "set or batch", choices: []string{BySet, ByBatch},
		text: func(f *Facts) *string { return &f.UnitBasis },
	},
	{Name: "units", Help: "how many sets or batches", number: func(f *Facts) *int { return &f.Units }},
	dayFact("qualification_from", func(f *Facts) *calendar.Date { return &f.QualificationFrom }),
	dayFact("qualification_to", func(f *Facts) *calendar.Date { return &f.QualificationTo }),
	yesFact("key_component", "yes for a core part in its first year", func(f *Facts) **bool { return &f.KeyComponent }),
	yesFact("related_party", "yes when user and maker belong together", func(f *Facts) **bool { return &f.RelatedParty }),
	yesFact("trader", "yes when the buyer trades in it", func(f *Facts) **bool { return &f.Trader }),
	yesFact("direct_purchase", "yes when bought of the maker", func(f *Facts) **bool { return &f.DirectPurchase }),
	yesFact("in_subsidised_set", "yes when in a subsidised set", func(f *Facts) **bool { return &f.InSubsidisedSet }),
	yesFact("mass_production", "yes when past the pilot", func(f *Facts) **bool { return &f.MassProduction }),
	{
		Name: "listed_costs", Help: "project costs listed, in yuan",
		amount: func(f *Facts) **money.Amount { return &f.ListedCosts },
	},
	textFact("certificate", "of the high-tech enterprise", func(f *Facts) *string { return &f.Certificate }),
	dayFact("certificate_from", func(f *Facts) *calendar.Date { return &f.CertificateFrom }),
	dayFact("certificate_to", func(f *Facts) *calendar.Date { return &f.CertificateTo }),
	textFact("invoice", "number of the premium's invoice", func(f *Facts) *string { return &f.Invoice }),
}

func textFact(name, help string, place func(*Facts) *string) Fact {
	return Fact{Name: name, Help: help, text: place}
}

func dayFact(name string, place func(*Facts) *calendar.Date) Fact {
	return Fact{Name: name, Help: "YYYY-MM-DD", day: place}
}

func yesFact(name, help string, place func(*Facts) **bool) Fact {
	return Fact{Name: name, Help: help, answer: place}
}

// factNamed finds a fact by its name; the zero Fact has no place.
func factNamed(name string) Fact {
	at := slices.IndexFunc(AllFacts, func(f Fact) bool { return f.Name == name })
	if at < 0 {
		return Fact{}
	}
	return AllFacts[at]
}

// Set reads a fact from text; an empty text leaves it unknown.
func (f Fact) Set(facts *Facts, value string) (err error) {
	switch {
	case value == "":
	case f.text != nil:
		*f.text(facts) = value
	case f.day != nil:
		*f.day(facts), err = calendar.ParseDate(value)
	case f.answer != nil:
		yes := value == "yes"
		if !yes && value != "no" {
			return fmt.Errorf("%q is neither yes nor no", value)
		}
		*f.answer(facts) = &yes
	case f.number != nil:
		if *f.number(facts), err = strconv.Atoi(value); err != nil {
			return fmt.Errorf("%q is no whole number", value)
		}
	case f.amount != nil:
		sum, err := money.ParseAmount(value)
		*f.amount(facts) = &sum
		return err
	}
	return err
}

// Check holds the shape of the facts.
func (f *Facts) Check(check *fault.Check) {
	for _, fact := range AllFacts {
		if fact.text != nil {
			fact.checkText(check, *fact.text(f))
		}
	}
	check.Require(f.Units >= 0 && f.Units <= unitsMax, "facts.units", "from 0 to {most}", fault.Args{"most": unitsMax})
	check.Require(f.ListedCosts == nil || f.ListedCosts.Sign() > 0, "facts.listed_costs", "the sum must be above zero")
	const backwards fault.Message = "the term ends before it begins"
	check.Require(inOrder(f.QualificationFrom, f.QualificationTo), "facts.qualification_to", backwards)
	check.Require(inOrder(f.CertificateFrom, f.CertificateTo), "facts.certificate_to", backwards)
	check.Require((f.CatalogueEdition == "") == (f.CatalogueItem == ""), "facts.catalogue_item",
		"an item goes with its edition")
}

func (f Fact) checkText(check *fault.Check, value string) {
	if f.choices == nil {
		field.LineIf(check, "facts."+f.Name, value, factTextMax)
		return
	}
	if value != "" && !slices.Contains(f.choices, value) {
		check.Require(false, "facts."+f.Name, "{given} is none of {allowed}",
			fault.Args{"given": strconv.Quote(value), "allowed": f.choices})
	}
}

func inOrder(from, to calendar.Date) bool { return from.IsZero() || to.IsZero() || !to.Before(from) }
