package claims_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"gongbao/claims"
	"gongbao/claims/deadline"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// heard lists what was announced of a claim's deadlines, oldest first: "started decide_due 2026-02-01".
func (z *fixture) heard(number string) []string {
	z.Helper()
	var rows []string
	must(z, z.db.NewRaw(`SELECT split_part(e.type, '_', 2) || coalesce('_' || nullif(split_part(e.type, '_', 3), ''), '')
			|| ' ' || (c->>'name') || coalesce(' ' || (c->>'member'), '') || ' ' || (c->>'due')
			|| CASE WHEN (c->>'late')::boolean THEN ' late' ELSE '' END
		FROM event AS e, LATERAL (
			SELECT jsonb_array_elements(coalesce(
				convert_from(e.common, 'UTF8')::jsonb #> '{data,detail,clocks}', '[]')) AS c
			UNION ALL
			SELECT jsonb_array_elements(coalesce(convert_from(s, 'UTF8')::jsonb -> 'clocks', '[]'))
			FROM unnest(e.sections) AS s) AS each
		WHERE e.subject = ? AND e.type LIKE 'claims.clock_%' ORDER BY e.subject_version`, "claim/"+number).
		Scan(z.Context(), &rows))
	return rows
}

// pass lets the time pass to noon of a day, as the scheduler would see it.
func (z *fixture) pass(day string) {
	z.Helper()
	until := calendar.MustDate(day).Noon()
	for {
		next, err := z.claims.NextDeadline(z.Context())
		must(z, err)
		if next.IsZero() || next.After(until) {
			break
		}
		if next.After(z.clock.Now()) {
			z.clock.Set(next)
		}
		moved, err := z.claims.RunDeadlines(z.Context(), clerk)
		must(z, err)
		if moved == 0 {
			z.Fatalf("at %s a deadline asks for something, and nothing is done", next)
		}
	}
	z.clock.Set(until)
}

func (z *fixture) hears(what, number string, wanted ...string) {
	z.Helper()
	const line = "\n         "
	if heard := z.heard(number); !slices.Equal(heard, wanted) {
		z.Errorf("%s:\n  heard  %s\n  wanted %s", what, strings.Join(heard, line), strings.Join(wanted, line))
	}
}

// TestDeadlines follows the deadlines of one claim that is in time for some and too late for others.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1")) // on 2 January
	must(t, z.assess(on("IC-C1"), "9000.00"))
	z.pass("2026-02-03") // thirty days are over
	must(t, z.approve(on("IC-C1"), "500.00"))
	z.pass("2026-02-09")
	must(t, z.payIndemnity(on("IC-C1"), "500.00"))
	z.pass("2026-02-20") // B and C have reimbursed nothing, for there was no settlement
	z.hears("a claim decided late", "IC-C1",
		"started decide_due 2026-02-01", "started advance_due 2026-03-03",
		"due_soon decide_due 2026-02-01", "missed decide_due 2026-02-01",
		"started pay_due 2026-02-13", "started agreement_pay_due 2026-02-06",
		"met decide_due 2026-02-01 late", "met advance_due 2026-03-03",
		"due_soon agreement_pay_due 2026-02-06", "missed agreement_pay_due 2026-02-06",
		"started reimbursement_due B 2026-02-12", "started reimbursement_due C 2026-02-12",
		"met pay_due 2026-02-13", "met agreement_pay_due 2026-02-06 late",
		"due_soon reimbursement_due B 2026-02-12", "due_soon reimbursement_due C 2026-02-12",
		"missed reimbursement_due B 2026-02-12", "missed reimbursement_due C 2026-02-12")
	z.verified()
}

// When what a member owed has gone of itself, the deadline to reimburse it is met, not missed.
func TestReimbursementIsJudgedByTheBook(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.assessed("9000.00", "IC-C1")
	must(t, z.approve(on("IC-C1"), "900.00"))
	must(t, z.payCall(on("IC-C1"), "B", "300.00"))
	must(t, z.payIndemnity(on("IC-C1"), "900.00"))
	z.pass("2026-01-20")
	heard := z.heard("IC-C1")
	for _, wanted := range []string{"met reimbursement_due B 2026-01-06", "missed reimbursement_due C 2026-01-06"} {
		if !slices.Contains(heard, wanted) {
			t.Errorf("not heard: %s\n%s", wanted, strings.Join(heard, "\n"))
		}
	}
}

// Ends stop what is no longer waited for; a refusal starts the term to give reasons, a reopening stops it.
func TestDeadlinesStop(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	must(t, z.refuse(on("IC-C1"), "条款第五条"))
	must(t, z.reopen(on("IC-C1")))
	must(t, z.withdraw(on("IC-C1")))
	z.pass("2026-06-01")
	z.hears("refused, reopened, withdrawn", "IC-C1",
		"started decide_due 2026-02-01", "started advance_due 2026-03-03",
		"started refuse_due 2026-01-05", "met decide_due 2026-02-01", "stopped advance_due 2026-03-03",
		"stopped refuse_due 2026-01-05")
	must(t, z.open("IC-C2"))
	must(t, z.reserve(on("IC-C2"), "50000000.00"))
	must(t, z.close(on("IC-C2")))
	z.hears("a major claim closed at once", "IC-C2",
		"started decide_due 2026-07-01", "started advance_due 2026-07-31", "started major_report_due 2026-06-08",
		"started major_closing_due 2026-06-08", "stopped decide_due 2026-07-01", "stopped advance_due 2026-07-31")
}

// Postings may be dated back; a deadline goes by the day on which something was done.
func TestDeadlinesGoByTheirOwnDay(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	ctx := t.Context()
	must(t, z.open("IC-C1"))
	z.pass("2026-01-20")
	back := on("IC-C1")
	back.Effective = calendar.MustDate("2026-01-03")
	must(t, z.assess(back, "9000.00"))
	claim, err := z.claims.ApproveClaim(ctx, claims.ApproveClaim{Command: back, Indemnity: yuan("500.00")})
	must(t, err)
	if due := claim.Due(deadline.PayDue, calendar.Announced()); due != calendar.MustDate("2026-01-30") {
		t.Errorf("pay by %s", due)
	}
}

// Two schedulers at once, killed and started again as it may be: each deadline is announced once.
func TestDeadlinesAreAnnouncedOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	for i := range 20 {
		must(t, z.open(fmt.Sprintf("IC-C%d", i)))
	}
	z.clock.Set(calendar.MustDate("2026-05-01").Noon())
	failures := make(chan error, 4)
	for range cap(failures) {
		go func() {
			_, err := z.claims.RunDeadlines(t.Context(), clerk)
			failures <- err
		}()
	}
	for range cap(failures) {
		must(t, <-failures)
	}
	for i := range 20 {
		number := fmt.Sprintf("IC-C%d", i)
		z.hears("after four schedulers", number, "started decide_due 2026-02-01", "started advance_due 2026-03-03",
			"due_soon decide_due 2026-02-01", "due_soon advance_due 2026-03-03",
			"missed decide_due 2026-02-01", "missed advance_due 2026-03-03")
	}
	if next, err := z.claims.NextDeadline(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("there is more to do at %s: %v", next, err)
	}
	if _, err := z.claims.RunDeadlines(t.Context(), handler); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by a claims handler: %v", err)
	}
	z.verified()
}

// A calendar brought in later counts for deadlines that start from then on.
func TestImportedWorkdays(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.done(z.members.ImportWorkdays(t.Context(), zone.ImportWorkdays{
		By: clerk, Source: strings.NewReader("date,kind,name\n2026-01-06,holiday,停电\n2026-01-10,workday,调休\n"),
	}))
	z.assessed("9000.00", "IC-C1")
	must(t, z.approve(on("IC-C1"), "500.00"))
	if wanted := "started agreement_pay_due 2026-01-07"; !slices.Contains(z.heard("IC-C1"), wanted) {
		t.Errorf("not heard: %s", wanted) // Sunday the 4th is worked, Monday the 5th, not the 6th
	}
	if at, err := z.claims.NextDeadline(t.Context()); err != nil || at.Location() != time.UTC {
		t.Errorf("%s %v", at, err)
	}
}

// A deadline that was announced otherwise than it stands is found out: once for every way it can go wrong.
func TestDeadlineCheck(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	z.approved("IC-C1")
	z.pass("2026-03-20")
	look := func(handle bun.IDB) (found []string) {
		must(t, claims.DeadlineCheck().Each(t.Context(), handle, func(f ledger.Finding) { found = append(found, f.Text) }))
		return found
	}
	z.assessed("9000.00", "IC-C2")
	must(t, z.advance(on("IC-C2"), "1.00"))
	must(t, z.approve(on("IC-C2"), "1.00"))
	if found := look(z.db); len(found) > 0 { // the second's deadline to pay is met as soon as it starts
		t.Fatalf("%v", found)
	}
	const paying = ` WHERE name = 'pay_due'`
	for spoil, wanted := range map[string]string{
		`UPDATE claim_deadline SET warned = NOT warned` + paying:                             "is due soon",
		`UPDATE claim_deadline SET state = 'met', next = NULL` + paying:                      "not what was announced",
		`UPDATE claim_deadline SET missed = false` + paying:                                  "not what was announced",
		`DELETE FROM claim_deadline` + paying:                                                "and does not run",
		`UPDATE claim_deadline SET name = 'refuse_due'` + paying:                             "never announced",
		`DELETE FROM event WHERE type = 'claims.clock_missed'`:                               "not what was announced",
		`UPDATE event SET type = 'claims.clock_due_soon' WHERE type = 'claims.clock_missed'`: "was announced twice",
		`UPDATE event SET type = 'claims.clock_met' WHERE type = 'claims.clock_missed'`:      "not what was announced",
		`UPDATE claim_deadline SET member = 'B' WHERE name = 'agreement_pay_due'`:            "never announced",
		`UPDATE claim_deadline SET number = 7, state = 'stopped', next = NULL` + paying:      "and does not run",
	} {
		undo := errors.New("undo")
		err := pg.InTx(t.Context(), z.db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
			if _, err := tx.ExecContext(ctx, spoil); err != nil {
				return err
			}
			if found := look(tx); !strings.Contains(strings.Join(found, "\n"), wanted) {
				t.Errorf("%s: found %v, wanted %q", spoil, found, wanted)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Errorf("%s: %v", spoil, err)
		}
	}
}
