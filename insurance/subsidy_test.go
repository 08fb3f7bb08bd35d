package insurance_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/product"
)

// liability is a policy of the line whose support asks for the fewest facts.
func (z *fixture) liability(number string) {
	z.Helper()
	quote := z.quote(number, "10000.00")
	quote.Line = "rd_liability"
	z.quoted(quote)
}

func (z *fixture) apply(by access.Principal, number string, to insurance.PaidTo) act {
	return call(z.insurance.ApplySubsidy, insurance.ApplySubsidy{
		Command: idempotency.By(by), Policy: number, PaidTo: to,
	})
}

func (z *fixture) grant(by access.Principal, grant bool, amount string) act {
	return call(z.insurance.DecideSubsidy, insurance.DecideSubsidy{
		Command: idempotency.By(by),
		Policy:  "IC-S1", Grant: grant, Amount: money.MustAmount(amount), Reference: "一号文",
	})
}

func (z *fixture) subsidyPaid(by access.Principal, amount string) act {
	return call(z.insurance.PaySubsidy, insurance.PaySubsidy{
		Command: idempotency.By(by), Policy: "IC-S1", Amount: money.MustAmount(amount),
	})
}

func (z *fixture) claw(by access.Principal, amount, reason string) act {
	return call(z.insurance.ClawBackSubsidy, insurance.ClawBackSubsidy{
		Command: idempotency.By(by), Policy: "IC-S1", Amount: money.MustAmount(amount), Reason: reason,
	})
}

func TestSubsidyRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.clock.Set(calendar.MustDate("2026-01-02").Noon())
	z.liability("IC-S1")
	a, b := person("A"), person("B")
	z.refuses("paid to nobody we know", insurance.ErrPolicyInvalid, z.apply(a, "IC-S1", "bank"))
	z.refuses("no such policy", insurance.ErrPolicyNotFound, z.apply(a, "IC-S9", ""))
	z.refuses("by a follower", access.ErrForbidden, z.apply(b, "IC-S1", ""))
	z.refuses("before any premium", insurance.ErrSubsidyNotEligible, z.apply(a, "IC-S1", ""))
	z.refuses("a decision on nothing", insurance.ErrSubsidyState, z.grant(a, true, "0.00"))
	z.refuses("money for nothing", insurance.ErrSubsidyState, z.subsidyPaid(a, "0.00"))
	z.refuses("back for nothing", insurance.ErrSubsidyState, z.claw(a, "0.00", "错"))

	z.does(z.apply(a, "IC-S1", insurance.PaidToInsurer))
	z.refuses("twice", insurance.ErrSubsidyState, z.apply(a, "IC-S1", ""))
	z.refuses("a decision by a follower", access.ErrForbidden, z.grant(b, true, "0.00"))
	z.refuses("less than nothing", insurance.ErrPolicyInvalid, z.grant(a, true, "-1.00"))
	z.refuses("more than applied for", insurance.ErrSubsidyExceeded, z.grant(a, true, "2500.01"))
	z.does(z.grant(a, true, "0.00"))
	z.refuses("less than nothing", insurance.ErrAmountNotPositive, z.subsidyPaid(a, "-1.00"))
	z.refuses("a part of the premium before issue", insurance.ErrPolicyNotInForce, z.subsidyPaid(a, "0.00"))
	z.receive("IC-S1", "8100.00")
	z.does(z.issue(a, "IC-S1"))
	z.refuses("by a follower", access.ErrForbidden, z.subsidyPaid(b, "0.00"))
	z.refuses("more than granted", insurance.ErrSubsidyExceeded, z.subsidyPaid(a, "2500.01"))
	z.does(z.subsidyPaid(a, "0.00"))
	z.refuses("no reason", insurance.ErrPolicyInvalid, z.claw(a, "0.00", ""))
	z.refuses("by a follower", access.ErrForbidden, z.claw(b, "0.00", "错"))
	z.refuses("more than paid", insurance.ErrSubsidyExceeded, z.claw(a, "2500.01", "错"))
	z.does(z.cancel("IC-S1", "2026-01-02"))
	z.does(z.refund("IC-S1", "10500.00"))
	z.refuses("more than is in", insurance.ErrRefundExceedsReceived, z.claw(a, "0.00", "错"))
	z.does(z.claw(a, "100.00", "错"))

	z.liability("IC-S2")
	z.receive("IC-S2", "10600.00")
	z.does(z.issue(a, "IC-S2"))
	z.does(z.cancel("IC-S2", "2026-01-02"))
	z.refuses("a cancelled policy", insurance.ErrPolicyNotInForce, z.apply(a, "IC-S2", ""))

	pilot := z.quote("IC-S3", "10000.00")
	pilot.Line = "pilot_test"
	z.quoted(pilot)
	z.refuses("a line without a rule", insurance.ErrSubsidyRuleUnknown, z.apply(a, "IC-S3", ""))
	z.verified()
}

// A quotation may name an item that the catalogue has, in an edition of its time and counted as it says.
func TestQuotationNamesACatalogueItem(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	file := "line,edition,item,name,unit,starts,ends,source\n" +
		"first_set,2025,1.1,示例设备,set,2025-01-01,2026-12-31,示例通知\n"
	z.does(call(product.NewService(z.db.DB, z.clock).ImportCatalogue, product.ImportCatalogue{
		By: clerk, Source: strings.NewReader(file),
	}))
	for name, change := range map[string]func(*product.Facts){
		"an item that is not there":  func(f *product.Facts) { f.CatalogueItem = "9" },
		"the wrong unit":             func(f *product.Facts) { f.UnitBasis = product.ByBatch },
		"an edition for other years": func(*product.Facts) {},
	} {
		quote := z.quote("IC-K1", "100.00")
		quote.Facts = product.Facts{CatalogueEdition: "2025", CatalogueItem: "1.1"}
		if name == "an edition for other years" {
			quote.Starts, quote.Ends = calendar.MustDate("2027-01-01"), calendar.MustDate("2027-12-31")
		}
		change(&quote.Facts)
		z.refuses(name, product.ErrCatalogueItem, call(z.insurance.QuotePolicy, quote))
	}
}

// A policy keeps its facts and its cover, one by one or from a file; a renewal takes them over.
func TestFactsAreKept(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.clock.Set(calendar.MustDate("2026-01-02").Noon())
	file := "pool,number,line,insured,start,end,premium,limit,unit_basis,direct_purchase,listed_costs,sections\n" +
		"IC,IC-F1,pilot_test,中试平台,2026-01-02,2026-12-31,100.00,1000.00,batch,yes,500.00,pilot_cost:400.00;property::10.00\n"
	for range 2 { // the second time it is known
		report, err := z.insurance.ImportPolicies(t.Context(), insurance.ImportPolicies{
			By: clerk, Source: strings.NewReader(file),
		})
		if err != nil || report.Bad != 0 {
			t.Fatalf("%v %+v", err, report)
		}
	}
	renewed, err := z.insurance.RenewPolicy(t.Context(), insurance.RenewPolicy{
		Command: idempotency.By(person("A")), Policy: "IC-F1", Number: "IC-F2", Ends: calendar.MustDate("2027-12-31"),
		Premium: money.MustAmount("100.00"),
	})
	must(t, err)
	stored, err := insurance.FindPolicy(t.Context(), z.db, "IC-F2")
	must(t, err)
	for _, p := range []*insurance.Policy{renewed, stored} {
		cover := p.Cover()
		if p.Facts.UnitBasis != product.ByBatch || p.Facts.DirectPurchase == nil || !*p.Facts.DirectPurchase ||
			p.Facts.ListedCosts.String() != "500.00" || len(cover.Sections) != 2 ||
			cover.Sections[0].Limit.String() != "400.00" || cover.Sections[1].Limit.String() != "250.00" ||
			cover.Sections[1].Deductible.String() != "10.00" {
			t.Errorf("%+v %+v", p.Facts, cover)
		}
	}
	bad := "pool,number,line,insured,start,end,premium,limit,unit_basis,units,trader,catalogue_item,sections\n" +
		"IC,IC-F3,pilot_test,x,2026-01-02,2026-12-31,100.00,1000.00,pair,many,perhaps,1,roof:x\n"
	report, err := z.insurance.ImportPolicies(t.Context(), insurance.ImportPolicies{
		By: clerk, Source: strings.NewReader(bad),
	})
	if !errors.Is(err, product.ErrImportRefused) || len(report.BadRows) != 3 {
		t.Errorf("%v %+v", err, report.BadRows)
	}
}
