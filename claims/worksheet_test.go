package claims_test

import (
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/product"
)

var pilotEvidence = []string{"pilot_plan", "test_result", "cost_vouchers"}

// A pilot test that failed: listed costs are paid once the evidence is there, as the worksheet says.
func TestAPilotTestThatFailed(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.insure("IC-P2", "pilot_test")
	must(t, z.openOn("IC-P2", "IC-C1"))
	failed := indemnity.Loss{Section: "pilot_cost", Cause: product.TestFailed, Amount: money.MustAmount("100000.00")}
	must(t, z.assessBySection(on("IC-C1"), failed))
	z.wants("before the evidence", claims.ErrEvidenceMissing, z.approveAll(on("IC-C1")))
	z.evidence("IC-C1", pilotEvidence[:2]...)
	z.wants("half of the evidence", claims.ErrEvidenceMissing, z.approveAll(on("IC-C1")))
	z.done(z.claims.CheckEvidence(t.Context(), claims.CheckEvidence{
		Command: on("IC-C1"), Item: "cost_vouchers", State: claims.EvidenceWaived, Note: "已由审计报告证明",
	}))
	z.wants("more than payable", claims.ErrExceedsPayable, z.approve(on("IC-C1"), "79200.01")) // 80 % above the deductible
	must(t, z.approveAll(on("IC-C1")))
	seen := z.see(handler, "IC-C1")
	if seen.ApprovedIndemnity != *yuan("79200.00") || len(seen.Worksheet) != 1 ||
		seen.Worksheet[0].Approved != *yuan("79200.00") {
		t.Errorf("approved %s, worksheet %+v", seen.ApprovedIndemnity, seen.Worksheet)
	}
	if len(seen.Evidence) != 3 || seen.Evidence[2].State != claims.EvidenceWaived || seen.Evidence[0].Chinese == "" {
		t.Errorf("evidence %+v", seen.Evidence)
	}
	z.verified()
}

// What does not trigger the cover is assessed, and then nothing can be approved for it: the refusal names the clause.
func TestNoTriggerNoPayment(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	wait := 30
	z.insure("IC-P2", "pilot_test", product.SectionTerms{Code: "pilot_cost"},
		product.SectionTerms{Code: "property", WaitingDays: &wait})
	for number, one := range map[string]struct {
		loss   indemnity.Loss
		clause string
	}{
		"IC-C1": {
			indemnity.Loss{Section: "pilot_cost", Cause: product.PropertyDamage, Amount: *yuan("50.00")},
			"agreed test (Guangdong",
		},
		"IC-C2": {
			indemnity.Loss{Section: "property", Cause: product.PropertyDamage, Amount: *yuan("5000.00")},
			"waiting period of 30",
		},
		"IC-C3": {
			indemnity.Loss{Section: "third_party", Cause: product.BodilyInjury, Amount: *yuan("5000.00")},
			"not have this section",
		},
	} {
		must(t, z.openOn("IC-P2", number))
		must(t, z.assessBySection(on(number), one.loss))
		z.evidence(number, pilotEvidence...)
		err := z.approve(on(number), "0.01")
		z.wants(number, claims.ErrExceedsPayable, err)
		if err != nil && !strings.Contains(err.Error(), one.clause) {
			t.Errorf("%s: %v, wanted %q", number, err, one.clause)
		}
		must(t, z.approveAll(on(number))) // zero, and so it is paid at once
	}
	z.wants("a ground of another line", claims.ErrClaimInvalid, z.refuseFor(on("IC-C1"), "no_defect"))
	must(t, z.refuseFor(on("IC-C1"), "test_passed"))
	z.verified()
}

// What one claim has approved of a section's limit, another cannot have; rescue costs use it up not at all.
func TestSectionsAreSharedByClaims(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.insure("IC-P2", "pilot_test")
	damage := func(amount, rescue string) indemnity.Loss {
		return indemnity.Loss{
			Section: "property", Cause: product.PropertyDamage, Amount: money.MustAmount(amount),
			Rescue: money.MustAmount(rescue),
		}
	}
	approved := func(number, wanted string) {
		t.Helper()
		claim := z.find(number)
		if claim.ApprovedIndemnity.String() != wanted {
			t.Errorf("%s has %s approved, wanted %s", number, claim.ApprovedIndemnity, wanted)
		}
	}
	for _, number := range []string{"IC-C1", "IC-C2", "IC-C3"} {
		must(t, z.openOn("IC-P2", number))
		z.evidence(number, pilotEvidence...)
	}
	must(t, z.assessBySection(on("IC-C1"), damage("201000.00", "50000.00")))
	must(t, z.approveAll(on("IC-C1")))
	approved("IC-C1", "250000.00")
	must(t, z.assessBySection(on("IC-C2"), damage("201000.00", "0.00"))) // 50,000.00 of the section's 250,000.00 are left
	must(t, z.approveAll(on("IC-C2")))
	approved("IC-C2", "50000.00")
	must(t, z.withdraw(on("IC-C1"))) // with nothing paid
	must(t, z.assessBySection(on("IC-C3"), damage("999999.00", "0.00")))
	must(t, z.approveAll(on("IC-C3")))
	approved("IC-C3", "200000.00")
	must(t, z.assess(on("IC-C3"), "1.00"))
	must(t, z.assessBySection(on("IC-C2"), damage("999999.00", "0.00"))) // C3 is assessed as one sum now
	must(t, z.approveAll(on("IC-C2")))
	approved("IC-C2", "250000.00")
	z.verified()
}

// Under liability the third party is paid, or the insured once it has paid it; legal costs within their section.
func TestLiability(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{Evidence: coinsurance.EvidenceRequired})
	must(t, z.openOn("IC-P1", "IC-C1"))
	must(t, z.assessBySection(on("IC-C1"),
		indemnity.Loss{Section: "liability", Cause: product.PropertyDamage, Amount: *yuan("11000.00")},
		indemnity.Loss{Section: "defence", Cause: product.LegalCosts, Amount: *yuan("3000.00")}))
	z.evidence("IC-C1", "third_party_claim", "proof_of_loss", "certificate")
	must(t, z.approveAll(on("IC-C1")))
	z.done(z.claims.ApproveClaim(t.Context(), claims.ApproveClaim{
		Command: on("IC-C1"), Expense: yuan("9000.00"),
	}))
	third := claims.Payee{Kind: claims.PayeeThirdParty, Name: "用户企业"}
	z.wants("the insured first", claims.ErrThirdPartyUnpaid, z.payIndemnity(on("IC-C1"), "1.00"))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{Indemnity: *yuan("4000.00"), Payee: third}))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{Indemnity: *yuan("6000.00"), Settled: true}))
	z.wants("more legal costs than covered", claims.ErrDefenceExceeded,
		z.pay(on("IC-C1"), claims.PayClaim{Expense: claims.Expense{Legal: *yuan("3000.01")}}))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Expense: claims.Expense{Legal: *yuan("3000.00"), Adjuster: *yuan("6000.00")},
	}))
	z.verified()

	must(t, z.open("IC-C2")) // as one sum, under an agreement that wants the evidence
	must(t, z.assess(on("IC-C2"), "2000.00"))
	z.wants("no evidence", claims.ErrEvidenceMissing, z.approveAll(on("IC-C2")))
}

// Above what a handler decides alone the senior approves, but not who assessed the loss.
func TestWhoAssessedDoesNotApprove(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.limit("2000.00")
	sun := as(senior, "IC-C1")
	must(t, z.open("IC-C1"))
	must(t, z.assess(sun, "9000.00"))
	must(t, z.approve(sun, "2000.00"))
	z.wants("what it assessed itself", access.ErrMakerIsChecker, z.approve(sun, "2000.01"))
	must(t, z.assess(on("IC-C1"), "9000.00"))
	must(t, z.approve(sun, "2000.01"))
}

func TestAssessmentsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	loss := indemnity.Loss{Section: "liability", Cause: product.PropertyDamage, Amount: *yuan("10.00")}
	minus, valued, nowhere := loss, loss, loss
	minus.Rescue, valued.Value, nowhere.Section = *yuan("-1.00"), yuan("5.00"), "property"
	for name, losses := range map[string][]indemnity.Loss{
		"neither": nil, "a negative rescue": {minus}, "a value of a liability": {valued}, "another line's section": {nowhere},
		"too many": make([]indemnity.Loss, 17),
	} {
		z.wants(name, claims.ErrClaimInvalid, z.assessBySection(on("IC-C1"), losses...))
	}
	z.wants("both", claims.ErrClaimInvalid, errOf(z.claims.AssessClaim(t.Context(), claims.AssessClaim{
		Command: on("IC-C1"), Loss: yuan("1.00"), Losses: []indemnity.Loss{loss},
	})))
	for name, cmd := range map[string]claims.CheckEvidence{
		"evidence of another line": {Item: "pilot_plan", State: claims.EvidenceReceived},
		"waived for no reason":     {Item: "proof_of_loss", State: claims.EvidenceWaived},
		"in no state":              {Item: "proof_of_loss"},
	} {
		cmd.Command = on("IC-C1")
		z.wants(name, claims.ErrClaimInvalid, errOf(z.claims.CheckEvidence(t.Context(), cmd)))
	}
	z.wants("payable and an amount", claims.ErrClaimInvalid, errOf(z.claims.ApproveClaim(t.Context(), claims.ApproveClaim{
		Command: on("IC-C1"), Payable: true, Indemnity: yuan("1.00"),
	})))
	reserve := func(indemnity, injury string) error {
		return errOf(z.claims.ReserveClaim(t.Context(), claims.ReserveClaim{
			Command: on("IC-C1"), Indemnity: yuan(indemnity), Injury: yuan(injury),
		}))
	}
	z.wants("more injury than indemnity", claims.ErrClaimInvalid, reserve("1.00", "1.01"))
	z.wants("negative injury", claims.ErrClaimInvalid, reserve("1.00", "-1.01"))
	must(t, reserve("30000000.00", "30000000.00"))
	claim := z.find("IC-C1")
	if claim.MajorOn.IsZero() {
		t.Error("thirty million for bodily injury is no major claim")
	}
}

// A step writes the lines of the worksheet that it changed, and no others; what the policy knows of the claim it hears
// only when that has changed.
func TestAStepWritesWhatItChanged(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.insure("IC-P2", "pilot_test")
	must(t, z.openOn("IC-P2", "IC-C1"))
	z.evidence("IC-C1", pilotEvidence...)
	cost := func(amount string) indemnity.Loss {
		return indemnity.Loss{Section: "pilot_cost", Cause: product.TestFailed, Amount: *yuan(amount)}
	}
	writes := func(what string, act func(claims.Command) error, wanted map[string]int) {
		t.Helper()
		c, wrote := on("IC-C1"), map[string]int{}
		c.Rehearsal = new(idempotency.Rehearsal)
		must(t, act(c))
		for _, rows := range c.Rehearsal.Written {
			wrote[rows.Table()]++
		}
		for _, table := range []string{"claim", "claim_section", "policy_claim"} {
			if wrote[table] != wanted[table] {
				t.Errorf("%s writes %d rows of %s, wanted %d", what, wrote[table], table, wanted[table])
			}
		}
		must(t, act(on("IC-C1")))
	}
	assess := func(amounts ...string) func(claims.Command) error {
		var losses []indemnity.Loss
		for _, amount := range amounts {
			losses = append(losses, cost(amount))
		}
		return func(c claims.Command) error { return z.assessBySection(c, losses...) }
	}
	writes("an assessment", assess("3000.00", "2000.00", "1000.00"), map[string]int{"claim": 1, "claim_section": 3})
	writes("an estimate", func(c claims.Command) error { return z.reserve(c, "9000.00") }, map[string]int{"claim": 1})
	writes("an approval of the first line", func(c claims.Command) error { return z.approve(c, "1600.00") },
		map[string]int{"claim": 1, "claim_section": 1, "policy_claim": 1})
	writes("the last line assessed anew", assess("3000.00", "2000.00", "1500.00"),
		map[string]int{"claim": 1, "claim_section": 1})
	writes("one line less", assess("3000.00", "2000.00"), map[string]int{"claim": 1})
	if lines := z.see(handler, "IC-C1").Worksheet; len(lines) != 2 || lines[0].Approved != *yuan("1600.00") {
		t.Errorf("%+v", lines)
	}
	writes("assessed as one sum", func(c claims.Command) error { return z.assess(c, "9000.00") },
		map[string]int{"claim": 1})
	if lines := z.see(handler, "IC-C1").Worksheet; len(lines) != 0 {
		t.Errorf("%+v", lines)
	}
	writes("and by section again", assess("3000.00"), map[string]int{"claim": 1, "claim_section": 1})
	z.verified()
}
