package indemnity_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongbao/insurance/indemnity"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

var yuan = money.MustAmount

func pointer(text string) *money.Amount {
	amount := yuan(text)
	return &amount
}

// pilot is a policy of the pilot-test line: limit 1,000,000.00, 60 % of it for costs, 25 % for property, 15 % for
// third parties; deductible 1,000.00; costs wait thirty days and are paid at 80 %.
func pilot(losses ...indemnity.Loss) indemnity.Case {
	line, _ := product.FindLine("pilot_test")
	return indemnity.Case{
		Line: line, Starts: calendar.MustDate("2026-01-01"), LossDay: calendar.MustDate("2026-06-01"), Losses: losses,
		Cover: product.Cover{Aggregate: yuan("1000000.00"), Deductible: yuan("1000.00"), Sections: []product.SectionCover{
			{Code: "pilot_cost", Limit: yuan("600000.00"), IndemnityRatio: money.MustShare("80%"), WaitingDays: 30},
			{Code: "property", Limit: yuan("250000.00"), Deductible: yuan("500.00"), IndemnityRatio: money.MustShare("1")},
			{Code: "third_party", Limit: yuan("150000.00"), IndemnityRatio: money.MustShare("1")},
		}},
	}
}

func cost(amount string) indemnity.Loss {
	return indemnity.Loss{Section: "pilot_cost", Cause: product.TestFailed, Amount: yuan(amount)}
}

// TestCalculate works single rules out by hand.
func TestCalculate(t *testing.T) {
	t.Parallel()
	property := indemnity.Loss{Section: "property", Cause: product.PropertyDamage, Amount: yuan("100000.00")}
	under := property
	under.Value, under.Rescue = pointer("750000.00"), yuan("30000.00")
	saved := property
	saved.Rescue = yuan("250000.01")
	injured := indemnity.Loss{Section: "third_party", Cause: product.BodilyInjury, Amount: yuan("150000.00")}
	early := pilot(cost("100000.00"))
	early.LossDay = calendar.MustDate("2026-01-30")
	onTime := pilot(cost("100000.00"))
	onTime.LossDay = calendar.MustDate("2026-01-31")
	used := pilot(cost("100000.00"))
	used.SectionUse = map[string]money.Amount{"pilot_cost": yuan("599000.00")}
	full := pilot(property)
	full.LimitUsed = yuan("999990.00")
	for name, one := range map[string]struct {
		c                       indemnity.Case
		payable, rescue, reason string
	}{
		"OK ratio above the deductible":      {pilot(cost("100000.00")), "79200.00", "0.00", ""},
		"OK the section's limit":             {pilot(cost("2000000.00")), "600000.00", "0.00", "section's limit is reached"},
		"OK what others left of the section": {used, "1000.00", "0.00", "section's limit is reached"},
		"OK what others left of the limit":   {full, "10.00", "0.00", "policy's limit is used up"},
		"OK below the deductible":            {pilot(cost("1000.00")), "0.00", "0.00", ""},
		"OK in the waiting period":           {early, "0.00", "0.00", "30 days: losses are covered from 2026-01-31"},
		"OK the first day after it":          {onTime, "79200.00", "0.00", ""},
		"OK both deductibles":                {pilot(property), "98500.00", "0.00", ""},
		"OK under-insured, rescue too":       {pilot(under), "31833.33", "10000.00", "art. 55"}, // a third of all
		"OK rescue up to another sum":        {pilot(saved), "98500.00", "250000.00", "art. 57"},
		"OK injury":                          {pilot(injured), "149000.00", "0.00", ""},
		"Err not the agreed cause": {pilot(indemnity.Loss{
			Section: "pilot_cost", Cause: product.PropertyDamage, Amount: yuan("10.00"),
		}), "0.00", "0.00", "fails by the agreed test (Guangdong"},
		"Err a section not bought": {pilot(indemnity.Loss{Section: "quality", Amount: yuan("10.00")}), "0.00", "0.00",
			"does not have this section"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := indemnity.Calculate(one.c)
			if w.Payable.String() != one.payable || w.Rescue.String() != one.rescue {
				t.Errorf("%s and %s of rescue, wanted %s and %s", w.Payable, w.Rescue, one.payable, one.rescue)
			}
			if reason := w.Lines[0].Reason; !strings.Contains(reason, one.reason) || (one.reason == "") != (reason == "") {
				t.Errorf("because %q, wanted %q", reason, one.reason)
			}
		})
	}
}

// Legal costs are of their own: they use up neither the deductible nor the limit of liability.
func TestDefence(t *testing.T) {
	t.Parallel()
	line, _ := product.FindLine("rd_liability")
	c := indemnity.Case{
		Line: line, Starts: calendar.MustDate("2026-01-01"), LossDay: calendar.MustDate("2026-06-01"),
		Cover: product.Cover{Aggregate: yuan("1000.00"), Deductible: yuan("100.00"), Sections: []product.SectionCover{
			{Code: "liability", Limit: yuan("1000.00"), IndemnityRatio: money.MustShare("1")},
			{Code: "defence", Limit: yuan("200.00"), IndemnityRatio: money.MustShare("1")},
		}},
		Losses: []indemnity.Loss{
			{Section: "defence", Cause: product.LegalCosts, Amount: yuan("300.00")},
			{Section: "liability", Cause: product.BodilyInjury, Amount: yuan("1200.00")},
		},
	}
	w := indemnity.Calculate(c)
	if w.Defence != yuan("200.00") || w.Payable != yuan("1000.00") || w.Loss != yuan("1200.00") || w.Injury != w.Loss {
		t.Errorf("%+v", w)
	}
}

// TestAllocate divides an approval over the lines; what is ex gratia is of no section.
func TestAllocate(t *testing.T) {
	t.Parallel()
	lines := []indemnity.SheetLine{
		{Payable: yuan("100.00"), RescuePays: yuan("10.00")}, {Payable: yuan("50.00")},
		{Kind: product.DefenceCover, Payable: yuan("999.00")},
	}
	for approved, wanted := range map[string]string{
		"0.00": "0.00 0.00 0.00", "120.00": "100.00 20.00 0.00", "155.00": "105.00 50.00 0.00", "500.00": "110.00 50.00 0.00",
	} {
		indemnity.Allocate(lines, yuan(approved))
		var got []string
		for _, line := range lines {
			got = append(got, line.Approved.String())
		}
		if strings.Join(got, " ") != wanted {
			t.Errorf("%s: %v, wanted %s", approved, got, wanted)
		}
	}
}

// Whatever is assessed: no line pays more than its section or its loss, all lines no more than the policy's limit, and
// what is payable is the sum of the lines.
func TestWithinLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fen := rapid.Int64Range(0, 200_000_000)
		amount := func(name string) money.Amount { return money.Fen(fen.Draw(t, name)) }
		var losses []indemnity.Loss
		for range rapid.IntRange(1, 6).Draw(t, "lines") {
			loss := indemnity.Loss{Amount: amount("loss"), Rescue: amount("rescue")}
			loss.Section = rapid.SampledFrom([]string{"pilot_cost", "property", "third_party"}).Draw(t, "section")
			loss.Cause = rapid.SampledFrom([]string{
				product.TestFailed, product.PropertyDamage, product.BodilyInjury,
			}).Draw(t, "cause")
			if loss.Section == "property" && rapid.Bool().Draw(t, "valued") {
				value := amount("value").Add(money.Fen(1))
				loss.Value = &value
			}
			losses = append(losses, loss)
		}
		c := pilot(losses...)
		c.LimitUsed = amount("used")
		w := indemnity.Calculate(c)
		var sum, rescue money.Amount
		sections := map[string]money.Amount{}
		for _, line := range w.Lines {
			if line.Payable.IsNegative() || line.Payable.Cmp(line.Amount) > 0 || line.Payable.Cmp(line.LimitLeft) > 0 ||
				line.RescuePays.Cmp(line.Rescue) > 0 {
				t.Fatalf("%+v", line)
			}
			sections[line.Section] = sections[line.Section].Add(line.Payable)
			sum, rescue = sum.Add(line.Payable), rescue.Add(line.RescuePays)
		}
		for _, section := range c.Cover.Sections {
			if sections[section.Code].Cmp(section.Limit) > 0 {
				t.Fatalf("%s pays %s", section.Code, sections[section.Code])
			}
		}
		if sum != w.Payable || rescue != w.Rescue || sum.Cmp(w.LimitLeft) > 0 {
			t.Fatalf("%+v", w)
		}
		approved := money.Min(amount("approved"), w.Indemnity())
		indemnity.Allocate(w.Lines, approved)
		var divided money.Amount
		for _, line := range w.Lines {
			divided = divided.Add(line.Approved)
		}
		if divided != approved {
			t.Fatalf("%s approved, %s divided", approved, divided)
		}
	})
}
