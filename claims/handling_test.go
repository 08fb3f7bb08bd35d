package claims_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gongbao/claims"
	"gongbao/claims/deadline"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
)

func (z *fixture) conflict(by access.Principal, member string) error {
	return errOf(z.claims.DeclareConflict(z.Context(), claims.DeclareConflict{
		Command: as(by, "IC-C1"), Member: member, Reason: "与被保险人有关联关系",
	}))
}

func (z *fixture) owes(debtor, creditor, wanted string) {
	z.Helper()
	answer, err := ledger.Owes(z.Context(), z.db, debtor, creditor, ledger.BalanceQuery{Claim: "IC-C1"})
	must(z, err)
	if answer.Balance.String() != wanted {
		z.Errorf("%s owes %s %s, wanted %s", debtor, creditor, answer.Balance, wanted)
	}
}

// A leader with a conflict passes the claim on: what it paid stays owed to it, what others paid it ahead it owes back,
// and what is paid from then on is owed to the next.
func TestConflictPassesTheClaimOn(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1") // 5,000.00 and 1,000.00 of expense
	must(t, z.payCall(on("IC-C1"), "B", "1000.00"))
	must(t, z.payIndemnity(on("IC-C1"), "2000.00"))
	z.wants("by another member", access.ErrForbidden, z.conflict(member("B"), "A"))
	z.wants("by the manager's reader", access.ErrForbidden,
		z.conflict(access.Person("r", access.Manager, "", access.Reader), "A"))
	z.wants("of a stranger", claims.ErrClaimInvalid, z.conflict(clerk, "X"))
	must(t, z.conflict(handler, "A"))
	z.wants("again", claims.ErrConflictDeclared, z.conflict(clerk, "A"))
	if c := z.find("IC-C1"); c.Leader != "B" || c.Servicer != "B" || !slices.Equal(c.Conflicts, []string{"A"}) {
		t.Errorf("%+v", c)
	}
	z.owes("B", "A", "-333.33") // 666.67 of its 1,000.00 are used, the rest A owes back
	z.owes("C", "A", "333.33")
	z.wants("by who has the conflict", access.ErrForbidden, z.payIndemnity(on("IC-C1"), "1.00"))
	now := as(member("B"), "IC-C1")
	must(t, z.payIndemnity(now, "3000.00"))
	z.owes("A", "B", "1833.32") // what the others leave of half of 3,000.00, and what it owes back
	z.owes("C", "B", "500.01")
	must(t, z.payCall(now, "A", "700.00"))
	must(t, z.pay(now, claims.PayClaim{Expense: claims.Expense{Legal: *yuan("1000.00")}}))
	must(t, z.recover(now, "600.00", "0.00"))
	z.owes("A", "B", "1333.32") // 1,833.32, 500.00 of expense, less 700.00 ahead and 300.00 recovered
	must(t, z.close(now))
	z.owes("A", "B", "1333.32")
	z.owes("C", "A", "333.33")
	z.verified()
	seen := z.see(member("B"), "IC-C1")
	if !seen.Leading || len(seen.Portions) < 6 {
		t.Errorf("B handles the claim and sees %d portions", len(seen.Portions))
	}
	must(t, z.reopen(now))
	must(t, z.conflict(member("B"), "B"))
	if c := z.find("IC-C1"); c.Servicer != "C" {
		t.Errorf("%s services it", c.Servicer)
	}
	z.wants("nobody would be left", claims.ErrConflictDeclared, z.conflict(clerk, "C"))
	z.verified()
}

// With each paying its own, the handling passes on and no money does.
func TestConflictWhereEachPaysItsOwn(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{Claims: coinsurance.ByEach, SecondLeadFrom: yuan("1.00")})
	z.assessed("9000.00", "IC-C1")
	must(t, z.reserve(on("IC-C1"), "500.00"))
	if z.find("IC-C1").SecondLead != "B" {
		t.Errorf("%+v", z.find("IC-C1"))
	}
	must(t, z.conflict(handler, "A"))
	if c := z.find("IC-C1"); c.Servicer != "B" || c.SecondLead == "B" {
		t.Errorf("%+v", c)
	}
	z.verified()
}

// Reports meet the deadlines that wait for them, with their references.
func TestReports(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	report := func(what, reference string) error {
		return errOf(z.claims.ReportClaim(t.Context(), claims.ReportClaim{
			Command: on("IC-C1"), Report: what, Reference: reference,
		}))
	}
	emergency := func(at *time.Time) error {
		return errOf(z.claims.FlagEmergency(t.Context(), claims.FlagEmergency{Command: on("IC-C1"), At: at}))
	}
	z.wants("nothing to report", claims.ErrNothingToReport, report("major", "鄂报1号"))
	z.wants("an unknown report", claims.ErrClaimInvalid, report("weather", "1"))
	z.wants("no reference", claims.ErrClaimInvalid, report("major", ""))
	ahead, before := z.clock.Now().Add(time.Hour), z.clock.Now().Add(-90*time.Minute)
	z.wants("an emergency that lies ahead", claims.ErrClaimInvalid, emergency(&ahead))
	must(t, emergency(&before))
	z.wants("twice", claims.ErrEmergencyFlagged, emergency(nil))
	z.clock.Set(z.clock.Now().Add(29 * time.Minute))
	z.done(z.claims.RunDeadlines(t.Context(), clerk))
	must(t, report("emergency", "电话报告 12:29"))
	must(t, z.reserve(on("IC-C1"), "50000000.00"))
	must(t, report("major", "鄂报1号"))
	must(t, z.close(on("IC-C1")))
	must(t, report("major_closing", "鄂报2号"))
	heard := strings.Join(z.heard("IC-C1"), "\n")
	for _, wanted := range []string{
		"due_soon emergency_due 2026-01-02\nmet emergency_due 2026-01-02\n", "\nmet major_report_due 2026-01-08",
		"\nmet major_closing_due 2026-01-08",
	} {
		if !strings.Contains(heard, wanted) {
			t.Errorf("not heard: %s in\n%s", wanted, heard)
		}
	}
	seen := z.see(handler, "IC-C1")
	at := slices.IndexFunc(seen.Deadlines, func(c deadline.Deadline) bool { return c.Name == deadline.EmergencyDue })
	if at < 0 || seen.Deadlines[at].Reference != "电话报告 12:29" || seen.Deadlines[at].DueAt == nil {
		t.Errorf("%+v", seen.Deadlines)
	}
}

// An emergency that nobody reports is missed after two hours, not the next day.
func TestAnEmergencyMissed(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	z.done(z.claims.FlagEmergency(t.Context(), claims.FlagEmergency{Command: on("IC-C1")}))
	for _, wanted := range []time.Time{z.clock.Now().Add(time.Hour), z.clock.Now().Add(2 * time.Hour)} {
		next, err := z.claims.NextDeadline(t.Context())
		must(t, err)
		if !next.Equal(wanted) {
			t.Errorf("the next look is at %s, wanted %s", next, wanted)
		}
		z.clock.Set(next.Add(time.Second))
		z.done(z.claims.RunDeadlines(t.Context(), clerk))
	}
	if heard := z.heard("IC-C1"); !slices.Contains(heard, "missed emergency_due 2026-01-02") {
		t.Errorf("%v", heard)
	}
}

// openOccurrence makes the occurrence IC-E1 known to the pool.
func (z *fixture) openOccurrence(changes ...func(*claims.OpenOccurrence)) error {
	cmd := claims.OpenOccurrence{
		Command: idempotency.By(handler),
		Pool:    "IC", Code: "IC-E1", Name: "园区火灾", Day: calendar.MustDate("2026-01-01"),
	}
	for _, change := range changes {
		change(&cmd)
	}
	return errOf(z.claims.OpenOccurrence(z.Context(), cmd))
}

func (z *fixture) tie(number, occurrence string) error {
	return errOf(z.claims.TieClaim(z.Context(), claims.TieClaim{Command: on(number), Occurrence: occurrence}))
}

func TestOccurrencesRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	open := z.openOccurrence
	z.wants("of another pool's code", claims.ErrClaimInvalid, open(func(c *claims.OpenOccurrence) { c.Code = "LH-E1" }))
	z.wants("no pool", coinsurance.ErrPoolNotFound, open(func(c *claims.OpenOccurrence) {
		c.Pool, c.Code, c.By = "XX", "XX-E1", clerk
	}))
	z.wants("by an underwriter", access.ErrForbidden, open(func(c *claims.OpenOccurrence) { c.By = li }))
	z.wants("by a stranger", access.ErrForbidden, open(func(c *claims.OpenOccurrence) { c.By = member("X") }))
	must(t, open())
	z.wants("twice", claims.ErrOccurrenceExists, open(func(c *claims.OpenOccurrence) { c.By = clerk }))
	must(t, z.open("IC-C1"))
	z.wants("tied to nothing", claims.ErrOccurrenceNotFound, z.tie("IC-C1", "IC-E9"))
	z.wants("opened on nothing", claims.ErrOccurrenceNotFound, errOf(z.claims.OpenClaim(t.Context(), claims.OpenClaim{
		Command: idempotency.By(handler),
		Policy:  "IC-P1", Number: "IC-C4", LossDay: z.today(), Occurrence: "IC-E9",
	})))
	_, err := claims.ListOccurrences(t.Context(), z.db, member("X"), "IC")
	z.wants("listed by a stranger", access.ErrForbidden, err)
	z.verified()
}

// Claims of one occurrence count together for the regulator; one of them carries the report.
func TestOccurrences(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.openOccurrence())
	for _, number := range []string{"IC-C1", "IC-C2", "IC-C3"} {
		must(t, z.open(number))
	}
	must(t, z.tie("IC-C1", "IC-E1"))
	must(t, z.reserve(on("IC-C1"), "20000000.00"))
	must(t, z.reserve(on("IC-C2"), "29999999.99"))
	must(t, z.tie("IC-C2", "IC-E1"))
	must(t, z.reserve(on("IC-C3"), "1.00"))
	for _, number := range []string{"IC-C1", "IC-C2", "IC-C3"} {
		if !z.find(number).MajorOn.IsZero() {
			t.Errorf("%s is major before the limit is reached", number)
		}
	}
	must(t, z.tie("IC-C3", "IC-E1")) // a fen is enough
	if z.find("IC-C3").MajorOn != z.today() || z.events("IC-C3", "major_claim_flagged") != 1 {
		t.Error("together they are no major claim")
	}
	must(t, z.reserve(on("IC-C1"), "49999999.99"))
	if !z.find("IC-C1").MajorOn.IsZero() {
		t.Error("the occurrence was flagged twice")
	}
	must(t, z.reserve(on("IC-C1"), "50000000.00"))
	if z.find("IC-C1").MajorOn.IsZero() {
		t.Error("a claim that is major for itself was not flagged")
	}
	listed, err := claims.ListOccurrences(t.Context(), z.db, member("B"), "IC")
	must(t, err)
	if len(listed) != 1 || listed[0].Claims != 3 || listed[0].Estimate != *yuan("80000000.99") ||
		listed[0].Major.IsZero() {
		t.Errorf("%+v", listed)
	}
	must(t, z.tie("IC-C1", ""))
	z.verified()
}

// A payment is taken back in the book of whoever paid it, also when another member services the claim by then: nobody
// owes the servicer of before any longer, and nobody the next.
func TestAPaymentIsTakenBackInThePayersBook(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	must(t, z.payIndemnity(on("IC-C1"), "2000.00"))
	must(t, z.payIndemnity(on("IC-C1"), "1000.00"))
	must(t, z.conflict(handler, "A"))
	must(t, z.reverse(as(member("B"), "IC-C1"), 1, "退回"))
	z.owes("C", "A", "166.67") // of the second payment
	z.owes("C", "B", "0.00")
	z.wants("by who neither paid nor services", access.ErrForbidden, z.reverse(as(member("C"), "IC-C1"), 2, "退回"))
	must(t, z.reverse(on("IC-C1"), 2, "退回")) // who paid has the conflict, and its own cash
	z.owes("B", "A", "0.00")
	z.owes("C", "A", "0.00")
	z.verified()
}
