package product

import (
	"slices"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// holds says whether a contract keeps the rule.
func (r *Rule) holds(risk *Risk) bool {
	if risk.Starts.Before(r.From) || (!r.To.IsZero() && risk.Starts.After(r.To)) {
		return true
	}
	if r.When != "" {
		if answer := risk.answer(r.When); answer == nil || !*answer {
			return true
		}
	}
	return r.met(risk)
}

func (r *Rule) met(risk *Risk) bool {
	switch r.Kind {
	case LimitAtLeast, LimitAtMost:
		amount, limit := risk.amountOf(r.Fact), risk.limitOf(r.Section)
		if amount == nil || limit == nil {
			return true
		}
		order := limit.Cmp(money.ProRata(*amount, r.Multiple, 1))
		return order == 0 || (order > 0) == (r.Kind == LimitAtLeast)
	case AtLeast:
		amount := risk.amountOf(r.Fact)
		return amount == nil || amount.Cmp(*r.Amount) >= 0
	case Forbidden, Wanted:
		answer := risk.answer(r.Fact)
		return answer == nil || *answer == (r.Kind == Wanted)
	case Given:
		return risk.textOf(r.Fact) != ""
	case OneOf:
		given := risk.textOf(r.Fact)
		return given == "" || slices.Contains(r.Choices, given)
	case WithinTerm:
		from, to := risk.termOf(r.Fact)
		return (from.IsZero() || !risk.Starts.Before(from)) && (to.IsZero() || !risk.Starts.After(to))
	case StartsBy:
		return !risk.Starts.After(r.Day)
	default:
		return false
	}
}

// path is the field of a quotation that the rule is about.
func (r *Rule) path() string {
	switch {
	case r.Kind == LimitAtLeast || r.Kind == LimitAtMost:
		return "limit"
	case r.Kind == StartsBy:
		return "start"
	case r.Kind == WithinTerm:
		return "facts." + r.Fact + "_to"
	case factNamed(r.Fact).Name == "": // a term of the quotation itself
		return r.Fact
	}
	return "facts." + r.Fact
}

// CheckRules names every rule of a severity that the contract breaks: the rule, its source, and what to do.
func (l *Line) CheckRules(check *fault.Check, risk *Risk, severity Severity) {
	for i := range l.Rules {
		rule := &l.Rules[i]
		if rule.Severity == severity && !rule.holds(risk) { // what it says is put together only then
			check.Require(false, rule.path(), "{rule}: {sentence} ({source}); {remedy}", fault.Args{
				"rule": rule.Code, "sentence": rule.Sentence, "source": rule.Source, "remedy": rule.Remedy,
			})
		}
	}
}
