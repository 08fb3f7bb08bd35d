package indemnity

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

// Loss is what was assessed under one section, at 100 %.
type Loss struct {
	Section string        `json:"section"`
	Cause   string        `json:"cause"`           // see product.Section.Causes
	Amount  money.Amount  `json:"amount"`          // as assessed; legal costs, under a section of defence
	Value   *money.Amount `json:"value,omitempty"` // of the insured property at the time of loss; nil: not under-insured
	Rescue  money.Amount  `json:"rescue,omitzero"` // what saving the property cost 施救费用
}

// Case is everything a calculation asks about.
type Case struct {
	Line       product.Line
	Cover      product.Cover
	Starts     calendar.Date // first day of the policy
	LossDay    calendar.Date
	Losses     []Loss
	LimitUsed  money.Amount            // of the policy's limit, by its other claims
	SectionUse map[string]money.Amount // of each section's limit, by its other claims
}

// SheetLine is one section's part of a worksheet. Amounts at 100 %.
type SheetLine struct {
	Loss

	Payable    money.Amount `json:"payable"`           // of the loss, within all limits
	RescuePays money.Amount `json:"rescue_payable"`    // on top, up to another sum insured
	Approved   money.Amount `json:"approved,omitzero"` // of what the claim has approved
	Reason     string       `json:"reason,omitempty"`  // why nothing, or less, is paid, with clause or article
	Kind       string       `json:"kind"`              // of the section
	Insured    money.Amount `json:"insured"`           // of the loss, after under-insurance
	Deductible money.Amount `json:"deductible"`        // the section's
	Ratio      money.Share  `json:"indemnity_ratio"`   // of what is above the deductible
	LimitLeft  money.Amount `json:"limit_left"`        // of the section
}

// Worksheet is the calculation of a claim 理算书. Amounts at 100 %.
type Worksheet struct {
	Lines      []SheetLine  `json:"lines"`
	Loss       money.Amount `json:"loss"`       // assessed, legal costs apart
	Deductible money.Amount `json:"deductible"` // the policy's, once a claim
	LimitLeft  money.Amount `json:"limit_left"` // of the policy
	Payable    money.Amount `json:"payable"`    // of the loss
	Rescue     money.Amount `json:"rescue"`     // payable on top (Insurance Law of the PRC, art. 57)
	Defence    money.Amount `json:"defence"`    // legal costs payable as expense (art. 66)
	Injury     money.Amount `json:"injury"`     // of the loss, bodily injury
}

// Indemnity is all that is payable of indemnity: the loss and rescue costs.
func (w *Worksheet) Indemnity() money.Amount { return w.Payable.Add(w.Rescue) }

// Calculate works a case out. A section that does not pay has a line with the reason and nothing payable. What a line
// pays is ratio × (insured loss − policy's deductible − section's deductible), within the section's limit and then the
// policy's; the policy's deductible and limit are used up line by line, in the order of the losses.
func Calculate(c Case) Worksheet {
	w := Worksheet{
		Deductible: c.Cover.Deductible, LimitLeft: money.Max(money.Amount{}, c.Cover.Aggregate.Sub(c.LimitUsed)),
	}
	limit := w.LimitLeft
	rest := remainder{deductible: w.Deductible, used: maps.Clone(c.SectionUse), rescued: map[string]money.Amount{}}
	if rest.used == nil {
		rest.used = map[string]money.Amount{}
	}
	for _, loss := range c.Losses {
		line := c.line(loss, &rest)
		rest.rescued[loss.Section] = rest.rescued[loss.Section].Add(line.RescuePays)
		if line.Kind == product.DefenceCover {
			rest.used[loss.Section] = rest.used[loss.Section].Add(line.Payable)
			w.Defence = w.Defence.Add(line.Payable)
			w.Lines = append(w.Lines, line)
			continue
		}
		w.Loss = w.Loss.Add(loss.Amount)
		if loss.Cause == product.BodilyInjury {
			w.Injury = w.Injury.Add(loss.Amount)
		}
		if line.Payable.Cmp(limit) > 0 {
			line.Payable = limit
			line.explain("the policy's limit is used up")
		}
		limit = limit.Sub(line.Payable)
		rest.used[loss.Section] = rest.used[loss.Section].Add(line.Payable)
		w.Payable, w.Rescue = w.Payable.Add(line.Payable), w.Rescue.Add(line.RescuePays)
		w.Lines = append(w.Lines, line)
	}
	return w
}

// remainder is what the lines before have left: of the policy's deductible, and what they used of each section's limit,
// for the loss and for rescue costs.
type remainder struct {
	deductible    money.Amount
	used, rescued map[string]money.Amount
}

// line is one section's part, before the policy's own limit. What is left of the policy's deductible is taken off the
// insured loss first, then the section's own.
func (c *Case) line(loss Loss, rest *remainder) SheetLine {
	section, _ := c.Line.Section(loss.Section)
	line := SheetLine{Loss: loss, Kind: section.Kind, Insured: loss.Amount}
	at := slices.IndexFunc(c.Cover.Sections, func(s product.SectionCover) bool { return s.Code == loss.Section })
	if at < 0 {
		line.explain("the policy does not have this section")
		return line
	}
	cover := c.Cover.Sections[at]
	line.Deductible, line.Ratio = cover.Deductible, cover.IndemnityRatio
	line.LimitLeft = money.Max(money.Amount{}, cover.Limit.Sub(rest.used[loss.Section]))
	switch first := c.Starts.AddDays(cover.WaitingDays); {
	case !slices.Contains(section.Causes, loss.Cause):
		line.explain(fmt.Sprintf("it %s (%s), not for %s", section.Trigger, section.Source, loss.Cause))
		return line
	case c.LossDay.Before(first):
		line.explain(fmt.Sprintf("waiting period of %d days: losses are covered from %s on (clause of the policy)",
			cover.WaitingDays, first))
		return line
	}
	rescue := loss.Rescue
	if loss.Value != nil && cover.Limit.Cmp(*loss.Value) < 0 { // under-insured: rounded once, here
		line.Insured = money.Proportion(loss.Amount, cover.Limit, *loss.Value)
		rescue = money.Proportion(loss.Rescue, cover.Limit, *loss.Value)
		line.explain("under-insured: in the proportion of sum insured and value (Insurance Law of the PRC, art. 55)")
	}
	taken := money.Amount{}
	if section.Kind != product.DefenceCover {
		taken = money.Min(rest.deductible, line.Insured)
		rest.deductible = rest.deductible.Sub(taken)
	}
	above := money.Max(money.Amount{}, line.Insured.Sub(taken).Sub(cover.Deductible))
	line.Payable = money.PartOf(cover.IndemnityRatio, above) // rounded once, here
	if line.Payable.Cmp(line.LimitLeft) > 0 {
		line.Payable = line.LimitLeft
		line.explain("the section's limit is reached")
	}
	left := cover.Limit.Sub(rest.rescued[loss.Section])
	if line.RescuePays = rescue; rescue.Cmp(left) > 0 {
		line.RescuePays = left
		line.explain("rescue costs are paid up to another sum insured (Insurance Law of the PRC, art. 57)")
	}
	return line
}

func (l *SheetLine) explain(why string) {
	l.Reason = strings.TrimPrefix(l.Reason+"; "+why, "; ")
}

// Allocate divides what is approved of indemnity over the lines, in their order: up to what each pays of the loss, then
// up to what each pays of rescue costs. What is above (ex gratia) is of no section. It changes the lines in place.
func Allocate(lines []SheetLine, approved money.Amount) {
	for i := range lines {
		lines[i].Approved = money.Amount{}
	}
	take := func(line *SheetLine, most money.Amount) {
		part := money.Min(approved, most)
		approved, line.Approved = approved.Sub(part), line.Approved.Add(part)
	}
	for i := range lines {
		if lines[i].Kind != product.DefenceCover {
			take(&lines[i], lines[i].Payable)
		}
	}
	for i := range lines {
		take(&lines[i], lines[i].RescuePays)
	}
}
