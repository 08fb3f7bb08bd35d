package insurance

import (
	"fmt"
	"slices"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// holds says whether the rule is met by a policy.
func (r *Rule) holds(p *Policy) bool {
	if p.Starts.Before(r.From) || (!r.To.IsZero() && p.Starts.After(r.To)) {
		return true
	}
	if r.When != "" {
		if answer := p.answer(r.When); answer == nil || !*answer {
			return true
		}
	}
	return r.met(p)
}

func (r *Rule) met(p *Policy) bool {
	switch r.Kind {
	case LimitAtLeast, LimitAtMost:
		amount, limit := p.amountOf(r.Fact), p.limitOf(r.Section)
		if amount == nil || limit == nil {
			return true
		}
		order := limit.Cmp(money.ProRata(*amount, r.Multiple, 1))
		return order == 0 || (order > 0) == (r.Kind == LimitAtLeast)
	case AtLeast:
		amount := p.amountOf(r.Fact)
		return amount == nil || amount.Cmp(*r.Amount) >= 0
	case Forbidden, Wanted:
		answer := p.answer(r.Fact)
		return answer == nil || *answer == (r.Kind == Wanted)
	case Given:
		return p.textOf(r.Fact) != ""
	case OneOf:
		given := p.textOf(r.Fact)
		return given == "" || slices.Contains(r.Choices, given)
	case WithinTerm:
		from, to := p.termOf(r.Fact)
		return (from.IsZero() || !p.Starts.Before(from)) && (to.IsZero() || !p.Starts.After(to))
	case StartsBy:
		return !p.Starts.After(r.Day)
	default:
		return false
	}
}

// ownFields are the facts that are fields of the quotation itself.
var ownFields = []string{"equipment_value", "contract_value", "qualification", "premium", "limit", "renews"}

// path is the field of a quotation that the rule is about.
func (r *Rule) path() string {
	switch {
	case r.Kind == LimitAtLeast || r.Kind == LimitAtMost:
		return "limit"
	case r.Kind == StartsBy:
		return "start"
	case r.Kind == WithinTerm:
		return "facts." + r.Fact + "_to"
	case slices.Contains(ownFields, r.Fact):
		return r.Fact
	}
	return "facts." + r.Fact
}

// refusal is what the caller reads: the rule, its source, and what to do.
func (r *Rule) refusal() string {
	return fmt.Sprintf("%s: %s (%s); %s", r.Code, r.Sentence, r.Source, r.Remedy)
}

// checkRules names every broken rule of a severity at once.
func (l *Line) checkRules(p *Policy, severity Severity, refusal *fault.Fault) error {
	var check fault.Check
	for _, rule := range l.Rules {
		check.Require(rule.Severity != severity || rule.holds(p), rule.path(), "{refusal}",
			fault.Args{"refusal": rule.refusal()})
	}
	return check.Refuse(refusal)
}

// checkProduct holds the line's rules that stop an issue.
func checkProduct(policy *Policy) error {
	line, _ := FindLine(policy.Line)
	return line.checkRules(policy, StopsIssue, ErrProductRuleBroken)
}

// amountOf, answer, textOf and termOf find a fact by name; a name they do not know is a fault of lines.json, and a test
// reads every rule.
func (p *Policy) amountOf(fact string) *money.Amount {
	switch fact {
	case "equipment_value":
		return p.EquipmentValue
	case "contract_value":
		return p.ContractValue
	case "listed_costs":
		return p.Facts.ListedCosts
	case "premium":
		return &p.NetPremium
	case "limit":
		return &p.SumInsured
	}
	return nil
}

func (p *Policy) answer(fact string) *bool {
	switch fact {
	case "key_component":
		return p.Facts.KeyComponent
	case "related_party":
		return p.Facts.RelatedParty
	case "trader":
		return p.Facts.Trader
	case "direct_purchase":
		return p.Facts.DirectPurchase
	case "in_subsidised_set":
		return p.Facts.InSubsidisedSet
	case "mass_production":
		return p.Facts.MassProduction
	case "renews":
		renewal := p.Renews != ""
		return &renewal
	}
	return nil
}

func (p *Policy) textOf(fact string) string {
	switch fact {
	case "catalogue_item":
		return strings.TrimSpace(p.Facts.CatalogueEdition + " " + p.Facts.CatalogueItem)
	case "unit_basis":
		return p.Facts.UnitBasis
	case "qualification":
		return p.Qualification
	case "certificate":
		return p.Facts.Certificate
	case "invoice":
		return p.Facts.Invoice
	}
	return ""
}

func (p *Policy) termOf(fact string) (from, to calendar.Date) {
	switch fact {
	case "qualification":
		return p.Facts.QualificationFrom, p.Facts.QualificationTo
	case "certificate":
		return p.Facts.CertificateFrom, p.Facts.CertificateTo
	}
	return from, to
}
