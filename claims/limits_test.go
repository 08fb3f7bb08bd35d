package claims_test

import (
	"errors"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/product"
)

// What is advanced on one claim is not left for another, closed or not; what was paid before counts.
func TestAdvancesUseTheLimit(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.assessed("900000.00", "IC-C1", "IC-C2", "IC-C3")
	must(t, z.advance(on("IC-C1"), "600000.00"))
	z.wants("a second advance", claims.ErrExceedsPayable, z.advance(on("IC-C2"), "400000.01"))
	z.wants("an approval beside an advance", claims.ErrExceedsPayable, z.approve(on("IC-C2"), "400000.01"))
	must(t, z.advance(on("IC-C2"), "150000.00"))
	z.wants("with what was paid before", claims.ErrExceedsPayable, z.advance(on("IC-C2"), "250000.01"))
	must(t, z.advance(on("IC-C2"), "150000.00"))
	must(t, z.close(on("IC-C2")))
	z.wants("what a closed claim was paid", claims.ErrExceedsPayable, z.approve(on("IC-C3"), "100000.01"))
	must(t, z.approve(on("IC-C3"), "100000.00"))
	z.wants("a reopened claim", nil, z.reopen(on("IC-C2")))
	z.wants("nothing is left", claims.ErrExceedsPayable, z.advance(on("IC-C2"), "0.01"))
	must(t, z.approve(on("IC-C1"), "600000.00"))
	z.verified()
}

// The same by section, and however the other claim was assessed; rescue costs take nothing of a limit.
func TestAdvancesUseTheLimitOfASection(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.insure("IC-P2", "pilot_test") // 250,000.00 for property
	damage := func(amount, rescue string) indemnity.Loss {
		return indemnity.Loss{
			Section: "property", Cause: product.PropertyDamage, Amount: money.MustAmount(amount),
			Rescue: money.MustAmount(rescue),
		}
	}
	for _, number := range []string{"IC-C1", "IC-C2"} {
		must(t, z.openOn("IC-P2", number))
		z.evidence(number, pilotEvidence...)
	}
	must(t, z.assessBySection(on("IC-C1"), damage("201000.00", "50000.00"))) // 200,000.00 and 50,000.00 of rescue
	must(t, z.advance(on("IC-C1"), "250000.00"))
	must(t, z.assessBySection(on("IC-C2"), damage("101000.00", "0.00")))
	z.wants("what an advance left of the section", claims.ErrExceedsPayable, z.advance(on("IC-C2"), "50000.01"))
	z.wants("what an advance left of the section", claims.ErrExceedsPayable, z.approve(on("IC-C2"), "50000.01"))
	must(t, z.advance(on("IC-C2"), "50000.00"))
	must(t, z.close(on("IC-C2")))
	z.wants("assessed again by a smaller loss", nil, z.assessBySection(on("IC-C1"), damage("151000.00", "0.00")))
	z.wants("less is payable than was paid", claims.ErrExceedsPayable, z.approve(on("IC-C1"), "250000.00"))
	z.verified()
}

// Once an approval was recorded, also before a reopening, an advance is a payment.
func TestAnAdvanceAfterAnApprovalIsAPayment(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C2"))
	z.wants("without an assessment", claims.ErrExceedsPayable, z.advance(on("IC-C2"), "1.00"))
	z.assessed("900000.00", "IC-C1")
	must(t, z.advance(on("IC-C1"), "100.00"))
	z.wants("payable before what is paid", claims.ErrExceedsPayable, z.approve(on("IC-C1"), "899000.01"))
	z.wants("less than was advanced", claims.ErrApprovalBelowPaid, z.approve(on("IC-C1"), "99.99"))
	kept := claims.ApproveClaim{Command: on("IC-C1"), Expense: yuan("5.00")}
	z.wants("a figure left out is none", claims.ErrApprovalBelowPaid, errOf(z.claims.ApproveClaim(t.Context(), kept)))
	must(t, z.approve(on("IC-C1"), "150.00"))
	z.wants("more than approved", claims.ErrPaymentExceedsApproved, z.advance(on("IC-C1"), "50.01"))
	must(t, z.advance(on("IC-C1"), "50.00"))
	must(t, z.close(on("IC-C1")))
	must(t, z.reopen(on("IC-C1")))
	z.wants("after a reopening", claims.ErrPaymentExceedsApproved, z.advance(on("IC-C1"), "0.01"))
	must(t, z.assess(on("IC-C1"), "1100.00"))
	z.wants("a figure left out and kept is checked", claims.ErrExceedsPayable,
		errOf(z.claims.ApproveClaim(t.Context(), kept)))

	must(t, z.open("IC-C3")) // a liability, by section: the insured is paid last, on this road too
	must(t, z.assessBySection(on("IC-C3"),
		indemnity.Loss{Section: "liability", Cause: product.PropertyDamage, Amount: *yuan("11000.00")}))
	z.evidence("IC-C3", "third_party_claim", "proof_of_loss", "certificate")
	must(t, z.approveAll(on("IC-C3")))
	z.wants("the insured first", claims.ErrThirdPartyUnpaid, z.advance(on("IC-C3"), "1.00"))
	z.verified()
}

// Nobody closes or refuses a claim of which more is approved than paid; what a claimant withdraws lapses.
func TestApprovedAndNotPaid(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Indemnity: *yuan("5000.00"), Expense: claims.Expense{Other: *yuan("999.99")},
	}))
	z.wants("a fen of expense", claims.ErrApprovedUnpaid, z.close(on("IC-C1")))
	z.wants("a fen of expense", claims.ErrApprovedUnpaid, z.refuse(on("IC-C1"), "条款第五条"))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{Expense: claims.Expense{Other: *yuan("0.01")}}))
	must(t, z.close(on("IC-C1")))
	z.wants("closed already", claims.ErrClaimClosed, z.close(on("IC-C1")))
	z.approved("IC-C2")
	z.wants("approved", claims.ErrApprovedUnpaid, z.refuse(on("IC-C2"), "条款第五条"))
	must(t, z.approveBoth(on("IC-C2"), "0.00", "0.00"))
	must(t, z.refuse(on("IC-C2"), "条款第五条"))
	z.approved("IC-C3")
	must(t, z.withdraw(on("IC-C3")))
	if c := z.find("IC-C3"); !c.ApprovedIndemnity.IsZero() || !c.ApprovedExpense.IsZero() {
		t.Errorf("%s and %s are approved of a claim that was withdrawn", c.ApprovedIndemnity, c.ApprovedExpense)
	}
	z.verified()
}

// Recovery and salvage together stay within what is paid, whatever road leads there.
func TestRecoveriesStayWithinWhatIsPaid(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	must(t, z.payIndemnity(on("IC-C1"), "100.00"))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{Expense: claims.Expense{Legal: *yuan("20.00")}}))
	z.wants("both together", claims.ErrRecoveryExceedsPaid, z.recover(on("IC-C1"), "100.00", "20.01"))
	must(t, z.recover(on("IC-C1"), "100.00", "20.00"))
	reverse := func(payment int) error {
		return z.reverse(on("IC-C1"), payment, "账号有误，退回")
	}
	z.wants("a payment that comes back", claims.ErrRecoveryExceedsPaid, reverse(2))
	must(t, z.recover(on("IC-C1"), "0.00", "-20.00"))
	must(t, reverse(2))
	z.wants("more given back than taken in", claims.ErrRecoveryNegative, z.recover(on("IC-C1"), "0.00", "-0.01"))
	// What was recovered above what is paid before there was this rule keeps nobody from putting it right.
	z.done(z.db.Superuser.ExecContext(t.Context(), "UPDATE claim SET paid_indemnity = 1 WHERE number = 'IC-C1'"))
	must(t, z.recover(on("IC-C1"), "-10.00", "0.00"))
	z.wants("worse than it was", claims.ErrRecoveryExceedsPaid, z.recover(on("IC-C1"), "0.01", "0.00"))
}

// A step without a figure is refused, and nobody is told of it.
func TestStepsOfNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	ctx := t.Context()
	z.approved("IC-C1")
	must(t, z.withdraw(on("IC-C1")))
	z.approved("IC-C2")
	before := z.find("IC-C2").Version
	for name, step := range map[string]func(string) error{
		"advance": func(number string) error { return z.advance(on(number), "0.00") },
		"pay":     func(number string) error { return z.pay(on(number), claims.PayClaim{}) },
		"recover": func(number string) error { return z.recover(on(number), "0.00", "0.00") },
		"call":    func(number string) error { return z.payCall(on(number), "B", "0.00") },
	} {
		z.wants(name+" of nothing", claims.ErrAmountNotPositive, step("IC-C2"))
		z.wants(name+" on a closed claim", claims.ErrClaimClosed, step("IC-C1"))
	}
	z.wants("a call of less than nothing", claims.ErrAmountNotPositive, z.payCall(on("IC-C2"), "B", "-1.00"))
	z.wants("nothing, by the servicer", coinsurance.ErrNotAFollower, z.payCall(on("IC-C2"), "A", "0.00"))
	for name, err := range map[string]error{
		"reserve": errOf(z.claims.ReserveClaim(ctx, claims.ReserveClaim{Command: on("IC-C2")})),
		"assess":  errOf(z.claims.AssessClaim(ctx, claims.AssessClaim{Command: on("IC-C2")})),
		"approve": errOf(z.claims.ApproveClaim(ctx, claims.ApproveClaim{Command: on("IC-C2")})),
	} {
		z.wants(name+" without a figure", claims.ErrClaimInvalid, err)
		z.names(err, map[string]string{"assess": "loss"}[name], "indemnity")
	}
	if after := z.find("IC-C2").Version; after != before {
		t.Errorf("%d events came of nothing", after-before)
	}
}

// names wants a refusal to name a field.
func (z *fixture) names(err error, field, otherwise string) {
	z.Helper()
	if field == "" {
		field = otherwise
	}
	if refusal, is := errors.AsType[*fault.Fault](err); is {
		for _, one := range refusal.Fields {
			if one.Path == field {
				return
			}
		}
	}
	z.Errorf("%v names no field %s", err, field)
}

// A written day that no posting may bear is refused before anything else but what is not there, by every road.
func TestDatesOfClaims(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	for _, day := range []string{"2025-12-31", "2026-01-03", "1926-01-02"} {
		for name, move := range z.moves() {
			c := on("IC-C1")
			c.By, c.IfVersion, c.Effective = member("B"), 7, calendar.MustDate(day)
			err := move(c)
			z.wants(name+" on "+day, ledger.ErrDateOutOfRange, err)
			z.names(err, "effective", "")
			c.Claim = "IC-C9"
			z.wants(name+" of no claim", claims.ErrClaimNotFound, move(c))
		}
		opened := claims.OpenClaim{
			Command: idempotency.Command{By: member("B"), Effective: calendar.MustDate(day)},
			Policy:  "IC-P1", LossDay: z.today(),
		}
		z.wants("opened on "+day, ledger.ErrDateOutOfRange, errOf(z.claims.OpenClaim(t.Context(), opened)))
		opened.Policy = "IC-P9"
		z.wants("opened on no policy", insurance.ErrPolicyNotFound, errOf(z.claims.OpenClaim(t.Context(), opened)))
		report, err := z.load(clerk, "policy,number,loss_day,filed,effective\nIC-P1,IC-C9,2026-01-02,2026-01-02,"+day+"\n",
			sheet.Ways{})
		z.wants("imported on "+day, claims.ErrImportRefused, err)
		if len(report.BadRows) != 1 || report.BadRows[0].Column != "effective" {
			t.Errorf("imported on %s: %+v", day, report)
		}
	}
	z.done(z.policy.QuotePolicy(t.Context(), insurance.QuotePolicy{
		Command: idempotency.By(li), Pool: "IC", Number: "IC-P3", Contract: insurance.Contract{
			Line: "rd_liability", Insured: "甲", Starts: z.today(), Ends: calendar.MustDate("2026-12-31"),
			Premium: *yuan("1.00"), SumInsured: *yuan("1.00"),
		},
	}))
	early := claims.OpenClaim{
		Command: idempotency.Command{By: handler, Effective: calendar.MustDate("2025-12-31")},
		Policy:  "IC-P3", LossDay: z.today(),
	}
	z.wants("the day before the policy's state", ledger.ErrDateOutOfRange, errOf(z.claims.OpenClaim(t.Context(), early)))
	early.Effective = calendar.Date{}
	z.wants("never issued", insurance.ErrPolicyNotInForce, errOf(z.claims.OpenClaim(t.Context(), early)))

	dated := on("IC-C1") // before the policy was on risk
	dated.Effective = calendar.MustDate("2026-01-01")
	must(t, z.reserve(dated, "10.00"))
	var days []string
	must(t, z.db.NewRaw("SELECT DISTINCT effective::text FROM posting WHERE claim = 'IC-C1'").Scan(t.Context(), &days))
	if len(days) != 1 || days[0] != "2026-01-02" {
		t.Errorf("postings are dated %v", days)
	}
	z.verified()
}

// insureClaimsMade issues IC-P2 of 2026, which answers for losses since June 2025.
func (z *fixture) insureClaimsMade() {
	z.Helper()
	contract := testzone.Contract()
	contract.Retroactive = calendar.MustDate("2025-06-01")
	testzone.Issue(z, z.db.DB, z.clock, "IC-P2", contract)
}

// Claims-made: filed within the period, also after a cancellation, for a loss before it; a policy that was cancelled
// from its first day answers for nothing.
func TestClaimsMadeAfterACancellation(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		from, loss string
		refused    error
	}{
		"a loss before":            {"2026-05-01", "2026-04-30", nil},
		"a loss on that day":       {"2026-05-01", "2026-05-01", claims.ErrLossOutsidePeriod},
		"a loss after":             {"2026-05-01", "2026-06-01", claims.ErrLossOutsidePeriod},
		"before the period":        {"2026-05-01", "2025-06-01", nil},
		"before the retroactive":   {"2026-05-01", "2025-05-31", claims.ErrLossOutsidePeriod},
		"cancelled from the first": {"2026-01-02", "2025-12-01", claims.ErrLossOutsidePeriod},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t, coinsurance.Terms{})
			z.insureClaimsMade()
			z.done(z.policy.CancelPolicy(t.Context(), insurance.CancelPolicy{
				Command: idempotency.Command{By: li, Effective: calendar.MustDate(one.from)}, Policy: "IC-P2",
			}))
			z.clock.Set(calendar.MustDate("2026-06-02").Noon())
			z.wants(name, one.refused, errOf(z.claims.OpenClaim(t.Context(), claims.OpenClaim{
				Command: idempotency.Command{By: handler},
				Policy:  "IC-P2", Number: "IC-C1", LossDay: calendar.MustDate(one.loss),
			})))
		})
	}
}

// What insurance knows of a claim is proved against the claim; and it is known before a cancellation is decided.
func TestPoliciesKnowTheirClaims(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	must(t, z.payIndemnity(on("IC-C1"), "1.00"))
	z.verified()
	cancel := insurance.CancelPolicy{Command: idempotency.Command{By: li, Effective: z.today()}, Policy: "IC-P1"}
	z.wants("a claim stands", insurance.ErrClaimsStand, errOf(z.policy.CancelPolicy(t.Context(), cancel)))
	paid := importHead + "IC-P1,IC-C2,2026-01-02,2026-01-02,0.00,9000.00,2026-01-02,5.00,,5.00,,,,\n"
	z.done(z.confirm(testzone.Checker, paid))
	if _, err := z.load(clerk, paid, sheet.Ways{}); err != nil {
		t.Fatal(err)
	}
	z.verified()
	for _, spoil := range []string{
		"UPDATE policy_claim SET used = used + 1 WHERE claim = 'IC-C1'", "DELETE FROM policy_claim WHERE claim = 'IC-C2'",
		"INSERT INTO policy_claim SELECT pool, policy, 'IC-C9', loss_day, open, paid, used FROM policy_claim",
	} {
		z.done(z.db.Superuser.ExecContext(t.Context(), spoil))
	}
	report, err := ledger.Verify(t.Context(), z.db, ledger.VerifyOptions{Checks: claims.Checks()})
	must(t, err)
	found := map[string]bool{}
	for _, finding := range report.Findings {
		found[finding.Subject] = finding.Check == "policies_know_their_claims"
	}
	for _, number := range []string{"IC-C1", "IC-C2", "IC-C9"} {
		if !found[number] {
			t.Errorf("%s is not found: %v", number, report.Findings)
		}
	}
}
