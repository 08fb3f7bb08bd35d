package claims_test

import (
	"slices"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

func (z *fixture) answer(code, number string, notice int, answer string, more ...func(*claims.AnswerNotice)) error {
	cmd := claims.AnswerNotice{
		Command: as(member(code), number), Notice: notice, Answer: answer,
	}
	for _, change := range more {
		change(&cmd)
	}
	return errOf(z.claims.AnswerNotice(z.Context(), cmd))
}

// told lists where the notices of a claim stand: "1 large_loss B read".
func (z *fixture) told(number string, as access.Principal) []string {
	z.Helper()
	seen, err := claims.ViewClaim(z.Context(), z.db, as, "IC", number)
	must(z, err)
	var lines []string
	for _, n := range seen.NoticesSent {
		amount := ""
		if n.Amount != nil {
			amount = " " + n.Amount.String()
		}
		lines = append(lines, strings.Join([]string{string(n.Kind), n.Member, string(n.State)}, " ")+amount)
	}
	return lines
}

func (z *fixture) stands(what string, got []string, wanted ...string) {
	z.Helper()
	if !slices.Equal(got, wanted) {
		z.Errorf("%s:\n  %s\nwanted\n  %s", what, strings.Join(got, "\n  "), strings.Join(wanted, "\n  "))
	}
}

// events counts the events of a type about a claim.
func (z *fixture) events(number, kind string) int {
	z.Helper()
	count, err := z.db.NewSelect().Table("event").Where("subject = ? AND type = ?", "claim/"+number, "claims."+kind).
		Count(z.Context())
	must(z, err)
	return int(count)
}

// A large loss is told to each follower, who gives its receipt; who does not misses a deadline. Nobody sees another's.
func TestLargeLossNotice(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{NoticeFrom: yuan("100000.00"), SurveyFrom: yuan("200000.00")})
	must(t, z.open("IC-C1"))
	must(t, z.reserve(on("IC-C1"), "99999.99"))
	z.stands("below the threshold", z.told("IC-C1", handler))
	must(t, z.reserve(on("IC-C1"), "200000.00"))
	z.stands("told", z.told("IC-C1", handler), "large_loss B sent", "large_loss C sent", "survey B sent", "survey C sent")
	z.stands("what B sees", z.told("IC-C1", member("B")), "large_loss B sent", "survey B sent")
	z.wants("by an underwriter", access.ErrForbidden, z.answer("B", "IC-C1", 1, notice.AnswerRead,
		func(c *claims.AnswerNotice) { c.By = access.Person("u", access.Member, "B", access.Underwriter) }))
	z.wants("by the leader, which was sent none", claims.ErrNoticeNotFound, z.answer("A", "IC-C1", 1, notice.AnswerRead))
	z.wants("another's answer", claims.ErrClaimInvalid, z.answer("B", "IC-C1", 1, notice.AnswerAttend))
	z.wants("an amount for nothing", claims.ErrClaimInvalid, z.answer("B", "IC-C1", 1, notice.AnswerRead,
		func(c *claims.AnswerNotice) { c.Amount = yuan("1.00") }))
	must(t, z.answer("B", "IC-C1", 1, notice.AnswerRead))
	z.wants("twice", claims.ErrNoticeAnswered, z.answer("B", "IC-C1", 1, notice.AnswerRead))
	must(t, z.answer("B", "IC-C1", 2, notice.AnswerAttend))
	must(t, z.answer("C", "IC-C1", 2, notice.AnswerDecline))
	z.pass("2026-01-12")
	heard := z.heard("IC-C1")
	for _, wanted := range []string{
		"met notice_due B 2026-01-05", "missed notice_due C 2026-01-05", "met survey_due C 2026-01-05",
	} { // two working days from Friday the 2nd: Sunday the 4th is worked
		if !slices.Contains(heard, wanted) {
			t.Errorf("not heard: %s in\n%s", wanted, strings.Join(heard, "\n"))
		}
	}
	must(t, z.reserve(on("IC-C1"), "0.00"))
	must(t, z.reserve(on("IC-C1"), "900000.00"))
	if n := z.events("IC-C1", "large_loss_notified"); n != 1 {
		t.Errorf("notified %d times", n)
	}
	must(t, z.answer("C", "IC-C1", 1, notice.AnswerRead)) // late, and still of use
	z.verified()
}

// A second lead is named when the estimate is large, lifted when it falls, and named anew when it rises; an approval
// waits for it.
func TestSecondLead(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{SecondLeadFrom: yuan("500000.00")})
	z.assessed("800000.00", "IC-C1")
	approve := func(amount string) error { return z.approve(on("IC-C1"), amount) }
	z.wants("large, and nobody named yet", claims.ErrSecondLeadMissing, approve("500000.00"))
	must(t, approve("499999.99"))
	must(t, z.reserve(on("IC-C1"), "600000.00"))
	if lead := z.find("IC-C1").SecondLead; lead != "B" {
		t.Errorf("the second lead is %q", lead)
	}
	z.wants("not agreed", claims.ErrSecondLeadMissing, approve("500000.00"))
	agree := func(amount string) error {
		return z.answer("B", "IC-C1", 1, notice.AnswerAgree, func(c *claims.AnswerNotice) { c.Amount = yuan(amount) })
	}
	must(t, agree("500000.00"))
	must(t, approve("500000.00"))
	z.wants("above what is agreed", claims.ErrSecondLeadMissing, approve("500000.01"))
	must(t, agree("600000.00"))
	must(t, approve("600000.00"))
	must(t, z.reserve(on("IC-C1"), "400000.00")) // what is approved keeps it large
	must(t, approve("400000.00"))
	if lead := z.find("IC-C1").SecondLead; lead != "" {
		t.Errorf("the second lead is still %q", lead)
	}
	z.wants("no longer asked", claims.ErrNoticeAnswered, agree("1.00"))
	must(t, z.reserve(on("IC-C1"), "500000.00"))
	z.stands("named anew", z.told("IC-C1", handler), "second_lead B lapsed 600000.00", "second_lead B sent")
	z.wants("what it agreed to before", claims.ErrSecondLeadMissing, approve("500000.00"))
	z.verified()
}

// The agreement may name the second lead.
func TestANamedSecondLead(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{SecondLeadFrom: yuan("1.00"), SecondLead: "C"})
	must(t, z.open("IC-C1"))
	must(t, z.reserve(on("IC-C1"), "1.00"))
	if lead := z.find("IC-C1").SecondLead; lead != "C" {
		t.Errorf("the second lead is %q", lead)
	}
}

// Ex gratia the followers are asked; silence is consent when the time is over, one objection ends it.
func TestConsent(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.assessed("900.00", "IC-C1")
	approve := func(amount string) error { return z.approve(on("IC-C1"), amount) }
	ask := func(change func(*claims.AskConsent)) error {
		cmd := claims.AskConsent{Command: on("IC-C1"), Purpose: notice.ForExGratia, Amount: yuan("500.00"), Reason: "客户关系"}
		change(&cmd)
		return errOf(z.claims.AskConsent(t.Context(), cmd))
	}
	z.wants("below the deductible", claims.ErrExceedsPayable, approve("500.00"))
	z.wants("no amount", claims.ErrClaimInvalid, ask(func(c *claims.AskConsent) { c.Amount = nil }))
	z.wants("no purpose", claims.ErrClaimInvalid, ask(func(c *claims.AskConsent) { c.Purpose = "" }))
	z.wants("known tomorrow", claims.ErrClaimInvalid, ask(func(c *claims.AskConsent) {
		c.Purpose, c.Amount, c.Known = notice.ForRescission, nil, z.today().AddDays(1)
	}))
	must(t, ask(func(*claims.AskConsent) {}))
	z.wants("objected for no reason", claims.ErrClaimInvalid, z.answer("B", "IC-C1", 1, notice.AnswerObject))
	must(t, z.answer("B", "IC-C1", 1, notice.AnswerObject, func(c *claims.AnswerNotice) { c.Note = "无依据" }))
	z.stands("objected", z.told("IC-C1", handler), "consent B objected 500.00", "consent C lapsed 500.00")
	z.wants("against an objection", claims.ErrExceedsPayable, approve("500.00"))

	must(t, ask(func(*claims.AskConsent) {}))
	must(t, z.answer("B", "IC-C1", 2, notice.AnswerConsent))
	z.wants("one has not answered", claims.ErrExceedsPayable, approve("500.00"))
	z.pass("2026-01-09") // the fifth working day is the 8th
	z.stands("deemed", z.told("IC-C1", member("C")), "consent C lapsed 500.00", "consent C deemed 500.00")
	if z.events("IC-C1", "consent_deemed") != 1 || z.events("IC-C1", "consent_given") != 1 ||
		z.events("IC-C1", "consent_refused") != 1 {
		t.Error("not announced as it should be")
	}
	z.wants("above what was consented to", claims.ErrExceedsPayable, approve("500.01"))
	must(t, approve("500.00"))
	must(t, z.open("IC-C2")) // what is ex gratia uses nothing of the limit
	must(t, z.assess(on("IC-C2"), "2000000.00"))
	must(t, z.approve(on("IC-C2"), "1000000.00"))
	z.verified()
}

// To rescind, the others' consent is needed first, and the law gives thirty days from when the ground was known.
func TestRescission(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	z.wants("not asked", claims.ErrConsentMissing, z.refuseFor(on("IC-C1"), "rescission"))
	z.done(z.claims.AskConsent(t.Context(), claims.AskConsent{
		Command: on("IC-C1"), Purpose: notice.ForRescission, Known: calendar.MustDate("2026-01-01"), Reason: "投保时隐瞒",
	}))
	z.wants("not answered", claims.ErrConsentMissing, z.refuseFor(on("IC-C1"), "rescission"))
	must(t, z.answer("B", "IC-C1", 1, notice.AnswerConsent))
	must(t, z.answer("C", "IC-C1", 1, notice.AnswerConsent))
	must(t, z.refuseFor(on("IC-C1"), "rescission"))
	if heard := z.heard("IC-C1"); !slices.Contains(heard, "met rescind_due 2026-01-31") {
		t.Errorf("%s", strings.Join(heard, "\n"))
	}
	z.verified()
}

// A cash call names each member's amount; what is paid late costs interest, and what is never paid does up to the end.
func TestCashCalls(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{
		CashCallFrom: yuan("100000.00"), CashCallDays: 2, LateInterest: money.MustRate("7.3%"),
	})
	z.assessed("900000.00", "IC-C1")
	z.wants("nothing is approved", claims.ErrNoCashCall, z.callCash(on("IC-C1")))
	must(t, z.approveBoth(on("IC-C1"), "300000.00", "3000.00"))
	z.stands("called", z.told("IC-C1", handler), "cash_call B sent 100999.90", "cash_call C sent 50500.10")
	z.wants("called for all already", claims.ErrNoCashCall, z.callCash(on("IC-C1")))
	must(t, z.payCall(on("IC-C1"), "B", "100999.90")) // in time
	z.pass("2026-01-15")                              // ten days after the 5th
	must(t, z.payCall(on("IC-C1"), "C", "40000.00"))
	z.owes("C", "A", "-39920.00") // ahead, less ten days of 7.3 % a year
	must(t, z.approve(on("IC-C1"), "600000.00"))
	must(t, z.callCash(on("IC-C1")))
	z.stands("called again", z.told("IC-C1", handler), "cash_call B paid 100999.90", "cash_call C sent 50500.10",
		"cash_call B sent 99999.90", "cash_call C sent 50000.10")
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Indemnity: *yuan("600000.00"), Expense: claims.Expense{Other: *yuan("3000.00")},
	}))
	must(t, z.payCall(on("IC-C1"), "C", "60500.20")) // 10,500.10 of it for the first call, and that late
	z.owes("C", "A", "101.00")                       // 80.00 and 21.00 of interest
	z.pass("2026-01-29")                             // the second call was due on the 19th
	must(t, z.close(on("IC-C1")))
	z.owes("B", "A", "100199.90") // its portion of the second call, and ten days of interest on it
	z.stands("at the end", z.told("IC-C1", handler), "cash_call B paid 100999.90", "cash_call C paid 50500.10",
		"cash_call B lapsed 99999.90", "cash_call C paid 50000.10")
	z.verified()
}
