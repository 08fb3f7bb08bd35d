package claims_test

import (
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// Every kind of expense has its own stream in the books; the kinds of a member add up to its portion of all expense.
func TestExpenseByKind(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Expense: claims.Expense{
			Adjuster: *yuan("33.33"), Expert: *yuan("0.01"), Legal: *yuan("66.67"), Other: *yuan("0.02"),
		},
		Payee: claims.Payee{Kind: claims.PayeeSupplier, Name: "示例公估"},
	}))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{Expense: claims.Expense{Legal: *yuan("100.01")}}))
	claim := z.find("IC-C1")
	if want := (claims.Expense{
		Adjuster: *yuan("33.33"), Expert: *yuan("0.01"), Legal: *yuan("166.68"), Other: *yuan("0.02"),
	}); claim.Spent() != want || claim.PaidExpense != *yuan("200.04") {
		t.Errorf("spent %+v, of all %s", claim.Spent(), claim.PaidExpense)
	}
	var legal, all int64
	must(t, z.db.NewRaw(`SELECT sum(amount) FILTER (WHERE stream = 'expense_legal'), sum(amount) FROM posting
		WHERE claim = 'IC-C1' AND book = 'B' AND debit = 'claim_expense'`).Scan(t.Context(), &legal, &all))
	if money.Fen(legal) != *yuan("55.56") { // a third of 166.68
		t.Errorf("B's legal expense is %s", money.Fen(legal))
	}
	portion, err := coinsurance.PortionAt(t.Context(), z.db, "IC", "IC-C1", ledger.ClaimCost, "B")
	must(t, err)
	if portion != *yuan("66.68") {
		t.Errorf("B's portion of all expense is %s", portion)
	}
	z.verified()
}

// A payment that is taken back leaves the claim and every member where they were before it.
func TestReversePayment(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	reverse := func(payment int, reason string) error { return z.reverse(on("IC-C1"), payment, reason) }
	must(t, z.payIndemnity(on("IC-C1"), "0.01"))
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Indemnity: *yuan("4999.99"), Expense: claims.Expense{Legal: *yuan("1000.00")},
		Payee: claims.Payee{Kind: claims.PayeeThirdParty, Name: "受害人"},
	}))
	z.owes("B", "A", "2000.00")
	z.wants("no reason", claims.ErrClaimInvalid, reverse(2, ""))
	z.wants("no such payment", claims.ErrPaymentNotFound, reverse(7, "错账"))
	must(t, reverse(2, "账号有误，退回"))
	z.wants("again", ledger.ErrAlreadyReversed, reverse(2, "错账"))
	z.wants("the reversal itself", ledger.ErrAlreadyReversed, reverse(3, "错账"))
	claim := z.find("IC-C1")
	if claim.Status != claims.Approved || claim.PaidIndemnity != *yuan("0.01") || !claim.PaidExpense.IsZero() {
		t.Errorf("%s with %s and %s paid", claim.Status, claim.PaidIndemnity, claim.PaidExpense)
	}
	z.owes("B", "A", "0.00")
	seen := z.see(handler, "IC-C1")
	if len(seen.PaymentsMade) != 3 || seen.PaymentsMade[1].Payee != "受害人" || *seen.PaymentsMade[2].Reverses != 2 {
		t.Errorf("%+v", seen.PaymentsMade)
	}
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Indemnity: *yuan("4999.99"), Expense: claims.Expense{Other: *yuan("1000.00")},
	}))
	z.wants("more than approved", claims.ErrPaymentExceedsApproved,
		z.payIndemnity(on("IC-C1"), "0.01"))
	z.wants("to nobody", claims.ErrClaimInvalid, z.pay(on("IC-C1"), claims.PayClaim{
		Payee: claims.Payee{Kind: claims.PayeeThirdParty},
	}))
	z.wants("to a stranger", claims.ErrClaimInvalid, z.pay(on("IC-C1"), claims.PayClaim{Payee: claims.Payee{Kind: "x"}}))
	z.verified()
}

// With another share of costs than of claims, and residue by largest remainder, the kinds still add up.
func TestExpenseByKindAddsUp(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{Residue: coinsurance.ResidueLargestRemainder, Servicer: "C"})
	by := handler
	by.Organisation, by.Subject = "C", "he@C"
	c := as(by, "IC-C1")
	must(t, z.openBy(by, "IC-P1", "IC-C1"))
	must(t, z.assess(c, "9000.00"))
	z.done(z.claims.ApproveClaim(t.Context(), claims.ApproveClaim{Command: c, Expense: yuan("5000.00")}))
	for fen := range int64(12) {
		must(t, z.pay(c, claims.PayClaim{Expense: claims.Expense{
			Adjuster: money.Fen(fen % 3), Expert: money.Fen(fen % 2), Legal: money.Fen(fen % 5), Other: money.Fen(1),
		}}))
	}
	z.verified() // kinds per member, and per claim over all books
}
