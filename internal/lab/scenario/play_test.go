package scenario_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// TestCases plays every shared case twice: nothing fails, and both plays leave the same book.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, name := range scenario.CaseNames() {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			file, err := scenario.Case(name)
			if err != nil {
				t.Fatal(err)
			}
			db := testdb.Open(t)
			var hash string
			for range 2 {
				run, err := scenario.PlayFile(t.Context(), scenario.Options{URL: db.SuperuserAt}, file)
				if err != nil {
					t.Fatal(err)
				}
				for _, result := range run.Results {
					if !result.OK {
						t.Errorf("%s\n\t%s", result, result.Text)
					}
				}
				if hash != "" && hash != run.Hash {
					t.Errorf("the second play left another book")
				}
				hash = run.Hash
				held, failed := scenario.Tally(run.Results)
				t.Logf("%d hold, %d fail", held, failed)
			}
		})
	}
}

// The clock stands at noon all day, and the books are cut before every statement: what each does is recorded later than
// the cut, by whatever road it comes, and no figure moves.
func TestCasesHoldWhereverTheBooksAreCut(t *testing.T) {
	t.Parallel()
	for _, name := range scenario.CaseNames() {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			file, err := scenario.Case(name)
			if err != nil {
				t.Fatal(err)
			}
			db := testdb.Open(t).DB
			player, cuts := scenario.NewPlayer(db), 0
			for _, line := range file.Lines {
				if err := player.Advance(t.Context(), line.Date); err != nil {
					t.Fatal(err)
				}
				cuts += cutAll(t, db, line.Date.Noon())
				result, err := player.PlayLine(t.Context(), line)
				if err != nil || !result.OK {
					t.Errorf("%s, %v\n\t%s", result, err, result.Text)
				}
			}
			t.Logf("%d cuts", cuts)
		})
	}
}

// cutAll cuts the book of every pool at an instant, and says how many there are.
func cutAll(t *testing.T, db *pg.DB, at time.Time) int {
	t.Helper()
	pools, err := ledger.OpenPools(t.Context(), db)
	if err == nil {
		err = pg.InTx(t.Context(), db, func(ctx context.Context, tx *pg.Tx) error {
			for _, pool := range pools {
				if _, err := ledger.Cut(ctx, tx, pool, at); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(pools)
}

// TestLines plays the files on product lines whole: nothing fails and nothing is left out.
func TestLines(t *testing.T) {
	t.Parallel()
	for _, name := range scenario.LineNames() {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			file, err := scenario.Case(name)
			if err != nil {
				t.Fatal(err)
			}
			db := testdb.Open(t)
			run, err := scenario.PlayFile(t.Context(), scenario.Options{URL: db.SuperuserAt}, file)
			if err != nil {
				t.Fatal(err)
			}
			for _, result := range run.Results {
				if !result.OK {
					t.Errorf("%s\n\t%s", result, result.Text)
				}
			}
		})
	}
}

// story begins every little file below: a pool of two, and a policy whose second instalment falls due in March.
const story = `
2026-01-01 member A "甲"
2026-01-01 member B "乙"
2026-01-01 pool IC industry=integrated_circuits
2026-01-01 agreement IC v1 from=2025-01-01 shares=A:60%,B:40%
2026-01-05 policy P1 pool=IC line=pilot_test start=2026-01-05 end=2026-12-31 premium=200 limit=1000 insured="a" ` +
	`instalments=2026-01-05:100,2026-03-01:100
2026-01-05 receive P1 106.00
2026-01-05 issue P1
`

// playText plays a file written in the test.
func playText(t *testing.T, text string) []scenario.Result {
	t.Helper()
	file, err := scenario.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	run, err := scenario.PlayFile(t.Context(), scenario.Options{URL: testdb.Open(t).SuperuserAt}, file)
	if err != nil {
		t.Fatal(err)
	}
	return run.Results
}

// A policy that had ended before it was issued is announced as expired, and does not keep the days from passing.
func TestADayThatWasDueAlreadyHoldsNothingUp(t *testing.T) {
	t.Parallel()
	results := playText(t, story+`
2026-01-06 policy P2 pool=IC line=pilot_test start=2025-01-01 end=2025-12-31 premium=10 limit=1000 insured="b"
2026-01-06 receive P2 10.60
2026-01-06 issue P2
2026-01-06 expect state P2 expired
2026-03-02 expect event insurance.policy_expired 1 subject=P2
2026-03-02 expect event insurance.instalment_due 1 subject=P1
2026-03-02 expect balance B output_vat 4.80 policy=P1
2026-03-02 expect verified
`)
	for _, result := range results {
		if !result.OK {
			t.Errorf("%s\n\t%s", result, result.Text)
		}
	}
}

// TestFaults plays inputs that once came out wrong: each comes out right now, or is no scenario.
func TestFaults(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join("faults", "*.txt"))
	if err != nil || len(names) < 5 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, err := scenario.Parse(name, source)
			if strings.Contains(name, "F9-") {
				if _, is := errors.AsType[*scenario.ParseError](err); !is {
					t.Errorf("an expectation that wants an error: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			run, err := scenario.PlayFile(t.Context(), scenario.Options{URL: testdb.Open(t).SuperuserAt}, file)
			if err != nil {
				t.Fatal(err)
			}
			for _, result := range run.Results {
				if !result.OK {
					t.Errorf("%s\n\t%s", result, result.Text)
				}
			}
		})
	}
}

// What is expected of something that is not there fails, whatever is expected, also where the rest is not yet
// supported.
func TestExpectationsOfNothingFail(t *testing.T) {
	t.Parallel()
	const names = `
2026-01-07 claim C1 policy=P1 loss=2026-01-06
2026-01-07 expect portion P9 net_premium A 0.00
2026-01-07 expect portion P1 net_premium Z 0.00
2026-01-07 expect portion P1 indemnity A 0.00
2026-01-07 expect portion C1 vat A 0.00
2026-01-07 expect owes A Z 0.00
2026-01-07 expect owes Z A 0.00
2026-01-07 expect owes A B 0.00 pool=LH
2026-01-07 expect balance Z cash 0.00
2026-01-07 expect balance A cash 0.00 policy=P9
2026-01-07 expect balance A cash 0.00 claim=C9
2026-01-07 expect balance A due_to_coinsurer 0.00 with=Z
2026-01-07 expect state P9 in_force
2026-01-07 expect event insurance.policy_hatched 0
2026-01-07 expect event claims.claim_paid 0 subject=C9
2026-01-07 expect clock C9 pay_due none
2026-01-07 expect subsidy P9 none
2026-01-07 expect statement LH 2026-01 A opening=0.00 movement=0.00 closing=0.00
2026-01-07 expect net IC 2026-01 Z 0.00
2026-01-07 expect payment IC 2026-01 A Z 0.00
2026-01-07 expect payments LH 2026-01 0
`
	count := strings.Count(names, "expect")
	results := playText(t, story+names)
	for _, result := range results[len(results)-count:] {
		if result.OK || result.Got != "none of that name" {
			t.Errorf("%s: %s", result.Text, result)
		}
	}
}

// A cancellation is taken back, and every statement is held to the days that may be written.
func TestReinstateAndWrittenDays(t *testing.T) {
	t.Parallel()
	var days strings.Builder
	for _, statement := range []string{
		`pool LH industry=life_health`, `agreement IC v2 from=2026-06-01 shares=A:100%`,
		`close_period IC 2026-01`,
		`policy P2 pool=IC line=pilot_test start=2026-03-05 end=2026-12-31 premium=200 limit=1000 insured="a"`,
		`accept P1 B`, `decline P1 B`, `receive P1 1.00`, `issue P1`, `endorse P1 E1 premium=1.00`,
		`cancel P1`, `reinstate P1`, `refund P1 1.00`, `apply_subsidy P1`, `grant_subsidy P1`,
		`refuse_subsidy P1`, `pay_subsidy P1`, `claw_back_subsidy P1`, `claim C2 policy=P1 loss=2026-03-05`,
		`reserve C1 indemnity=1.00`, `assess C1 loss=1.00`, `approve C1 indemnity=0.00`,
		`advance C1 indemnity=1.00`, `pay C1 indemnity=1.00`, `recover C1 salvage=1.00`, `paid_call C1 B 1.00`,
		`refuse C1 reason=x`, `withdraw C1`, `close C1`, `reopen C1`,
	} {
		days.WriteString("2026-03-05 " + statement + " effective=2024-12-31 => error ledger.date_out_of_range\n")
		if verb, _, _ := strings.Cut(statement, " "); verb != "endorse" && verb != "cancel" && verb != "reinstate" {
			days.WriteString("2026-03-05 " + statement + " effective=2026-03-06 => error ledger.date_out_of_range\n")
		}
	}
	for _, statement := range []string{`member C "丙"`, `catalogue first_set 2025 1 x from=2025-01-01`} {
		days.WriteString("2026-03-05 " + statement + " effective=2026-03-06 => error ledger.date_out_of_range\n")
	}
	results := playText(t, story+`
2026-01-06 claim C1 policy=P1 loss=2026-01-05
2026-02-01 reinstate P9 => error insurance.policy_not_found
2026-02-01 reinstate P1 => error insurance.policy_not_cancelled
2026-02-01 cancel P1 effective=2026-02-01
2026-02-01 expect state P1 cancelled
2026-02-02 reinstate P1 effective=2026-02-02 => error ledger.date_out_of_range
2026-02-02 reinstate P1
2026-02-02 expect state P1 in_force
2026-02-02 expect portion P1 net_premium B 80.00
`+days.String()+`2026-03-05 expect verified
`)
	for _, result := range results {
		if !result.OK {
			t.Errorf("%s\n\t%s", result, result.Text)
		}
	}
}

// A wrong figure of a claim fails like any other.
func TestAMiscountedEventOfAClaimFails(t *testing.T) {
	t.Parallel()
	results := playText(t, story+`
2026-01-07 claim C1 policy=P1 loss=2026-01-06
2026-01-07 expect event claims.claim_filed 2 subject=C1
`)
	if last := results[len(results)-1]; last.OK || last.Got != "1" {
		t.Errorf("got %s", last)
	}
}
