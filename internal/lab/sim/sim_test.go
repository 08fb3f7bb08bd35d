package sim

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

var (
	seed        = flag.Uint64("seed", 0, "seed of the random life; 0 draws one")
	steps       = flag.Int("steps", 250, "moves of each life")
	settlements = flag.Int("settlements", 30, "settlements of the life that is mostly about them")
)

// live lives a life; a difference fails the test with the shortest story that shows it.
func live(t *testing.T, options Options) *Report {
	t.Helper()
	t.Logf("seed %d, %d steps", options.Seed, options.Steps)
	report, err := Run(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if report.Difference == nil {
		return report
	}
	t.Errorf("%s\n%s", report.Difference.Line, report.Difference)
	if report.Shortest.Needed != nil {
		t.Errorf("a scenario that shows it:\n%s", strings.Join(report.Shortest.Needed.Lines, "\n"))
	}
	return report
}

// TestLives lives two lives that are always the same, and one that never was.
func TestLives(t *testing.T) {
	t.Parallel()
	seeds := []uint64{2, 20261123, *seed}
	if *seed == 0 {
		seeds[2] = rand.Uint64()
	}
	for i, seed := range seeds {
		t.Run(fmt.Sprintf("OK %d", i), func(t *testing.T) {
			t.Parallel()
			report := live(t, Options{URL: testdb.Open(t).SuperuserAt, Seed: seed, Steps: *steps})
			if report.Steps != *steps || report.Refused() == 0 || report.Verified == 0 {
				t.Errorf("got %+v", report)
			}
		})
	}
}

// TestALifeOfSettlements lives one that is mostly about them, and leaves nothing between members at its end.
func TestALifeOfSettlements(t *testing.T) {
	t.Parallel()
	random := *seed
	if random == 0 {
		random = rand.Uint64()
	}
	report := live(t, Options{URL: testdb.Open(t).SuperuserAt, Seed: random, Settlements: *settlements})
	if report.Settlements < *settlements || report.Items == 0 || report.Orders == 0 || report.Open != 0 {
		t.Errorf("got %+v", report)
	}
}

// TestALifeIsItsSeed: the same seed is the same list of statements, and another seed another.
func TestALifeIsItsSeed(t *testing.T) {
	t.Parallel()
	first, again, other := write(7, 3000), write(7, 3000), write(8, 3000)
	if first != again || first == other {
		t.Error("a life does not depend on its seed alone")
	}
	if !strings.HasPrefix(first, write(7, 2999)) {
		t.Error("a shorter life is not the beginning of a longer one")
	}
	if _, err := scenario.Parse("life", []byte(first)); err != nil {
		t.Error(err)
	}
}

// write is a life as a scenario.
func write(seed uint64, steps int) string {
	book := auditor.New()
	life := newLife(seed, steps, book)
	var lines strings.Builder
	for {
		move, more := life.next()
		if !more {
			return lines.String()
		}
		book.Advance(move.Day)
		lines.WriteString(book.Play(move).Line + "\n")
	}
}

// endorsed are the journals of a policy's endorsements. A hook tampers with what its own step is about: which step of
// another lane was the latest is not the same in every play.
const endorsed = `(SELECT p.journal FROM posting AS p JOIN journal AS j ON j.pool = p.pool AND j.id = p.journal
	WHERE j.kind = 'insurance.policy_endorsed' AND p.policy LIKE '%-' || $1)`

// TestTamperedLedgers: what is changed behind the ledger's back is found, and the story is short.
func TestTamperedLedgers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ verb, statement, kind, fails string }{
		"a posting": {"endorse", `UPDATE posting SET amount = amount + 1 WHERE line = 1 AND journal IN ` + endorsed,
			kindBalance, "expect balance"},
		"a portion": {"endorse", `UPDATE split SET portions[1] = portions[1] + 1 WHERE event IN ` + endorsed,
			kindPortion, "expect portion"},
		"a day": {"endorse", `UPDATE posting SET effective = effective - 1 WHERE line = 1 AND journal IN ` + endorsed,
			kindDated, "expect balance"},
		"the proof": {"endorse", `UPDATE posting SET recorded = recorded + interval '1 second' WHERE line = 1
			AND journal IN ` + endorsed, kindVerify, "expect verified"},
		"an item": {"statement", `UPDATE statement_item SET a_owes = a_owes + 1 WHERE pool = $1`,
			kindItem, "expect verified"},
		"a member's line": {"statement", `UPDATE statement_member SET opening = opening + 1, closing = closing + 1
			WHERE pool = $1`, kindLine, "expect statement"},
		"an order": {"settle", `UPDATE payment_order SET amount = amount + 1 WHERE pool = $1`,
			kindOrder, "expect payment"},
	} {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			options := Options{URL: testdb.Open(t).SuperuserAt, Seed: 3, Steps: 400, patience: patience}
			if test.verb != "endorse" {
				options.Settlements = 30
			}
			options.hook = func(ctx context.Context, db *pg.DB, line string) error {
				_, about, is := strings.Cut(line, " "+test.verb+" ")
				if !is || strings.Contains(line, "=> error") {
					return nil
				}
				subject, _, _ := strings.Cut(about, " ")
				_, err := pg.Exec(ctx, db, test.statement, subject)
				return err
			}
			report, err := Run(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			difference := report.Difference
			if difference == nil || difference.Kind != test.kind {
				t.Fatalf("got %v, wanted a %s", difference, test.kind)
			}
			short(t, report, test.fails)
		})
	}
}

// patience is short in tests: what belongs to other policies is dropped at once, the rest by so many tries.
const patience = 40

// short wants a short story whose last line is of the kind.
func short(t *testing.T, report *Report, fails string) *Story {
	t.Helper()
	needed := report.Shortest.Needed
	if needed == nil {
		t.Fatalf("no fresh ledger showed it: %s", report.Difference)
	}
	last := needed.Lines[len(needed.Lines)-1]
	if of := report.Shortest.Beginning.Statements; needed.Statements > of/2 || !strings.Contains(last, fails) {
		t.Errorf("%d of %d statements:\n%s", needed.Statements, report.Shortest.Beginning.Statements,
			strings.Join(needed.Lines, "\n"))
	}
	t.Logf("%d plays; %s", report.Shortest.Plays, strings.Join(needed.Lines, "\n"))
	return needed
}

// TestAMisledAuditorIsContradicted: an auditor with a wrong rule is found out, and the story it ends with is a scenario
// of which every line holds but the last.
func TestAMisledAuditorIsContradicted(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	options := Options{URL: db.SuperuserAt, Seed: 8, Steps: 1500, patience: patience}
	options.mislead = func(book *auditor.Auditor) {
		book.Misread = func(m auditor.Move) auditor.Move { // every endorsement is earned from its effective day on
			if endorse, is := m.Act.(auditor.Endorse); is {
				endorse.WholePeriod = false
				m.Act = endorse
			}
			return m
		}
	}
	report, err := Run(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if report.Difference == nil {
		t.Fatal("nobody noticed")
	}
	needed := short(t, report, "")
	file, err := scenario.Parse("needed", []byte(strings.Join(needed.Lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	run, err := scenario.PlayFile(t.Context(), scenario.Options{URL: db.SuperuserAt}, file)
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range run.Results {
		if last := i == len(run.Results)-1; result.OK == last {
			t.Errorf("%s\n\t%s", result, result.Text)
		}
	}
}

// TestALifeMeetsEveryRefusal: what is never tried is never compared. These are the codes that scenarios use.
func TestALifeMeetsEveryRefusal(t *testing.T) {
	t.Parallel()
	text := write(13, 12_000)
	for _, code := range strings.Fields(`
		insurance.policy_not_found insurance.policy_not_in_force insurance.policy_not_quoted
		insurance.premium_not_received insurance.instalment_back_loaded insurance.instalments_do_not_sum
		insurance.premium_negative insurance.refund_exceeds_received insurance.outside_period
		insurance.product_rule_broken coinsurance.shares_not_whole coinsurance.agreement_overlaps
		coinsurance.no_agreement_in_force coinsurance.placement_incomplete coinsurance.capacity_exceeded
		coinsurance.not_a_follower claims.claim_not_found claims.loss_outside_period claims.exceeds_payable
		claims.approval_below_paid claims.payment_exceeds_approved claims.claim_closed claims.claim_open
		claims.no_cash_call claims.approved_unpaid claims.recovery_exceeds_paid claims.amount_not_positive
		insurance.refund_not_owed insurance.claims_stand insurance.policy_not_cancelled ledger.date_out_of_range
		coinsurance.statement_exists coinsurance.statement_not_found coinsurance.statement_not_confirmed
		coinsurance.settlement_exists coinsurance.settlement_not_found coinsurance.already_paid coinsurance.item_not_found
		ledger.period_closed access.forbidden`) {
		if !strings.Contains(text, "=> error "+code+"\n") {
			t.Errorf("%s is never provoked", code)
		}
	}
	for _, word := range strings.Fields(`policy accept decline receive issue endorse cancel reinstate refund claim reserve
		assess approve advance pay refuse withdraw recover paid_call close reopen close_period agreement effective=
		statement query resolve confirm settle paid netting=none netting=bilateral netting=multilateral
		basis=period instalments= retroactive= collection=each claims=each residue=largest_remainder papers= known=`) {
		if !strings.Contains(text, " "+word) {
			t.Errorf("%s never happens", word)
		}
	}
}
