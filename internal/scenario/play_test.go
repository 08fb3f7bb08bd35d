package scenario_test

import (
	"testing"

	"gongbao/internal/scenario"
	"gongbao/internal/testdb"
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
					if !result.OK && !result.Unsupported {
						t.Errorf("%s\n\t%s", result, result.Text)
					}
				}
				if hash != "" && hash != run.Hash {
					t.Errorf("the second play left another book")
				}
				hash = run.Hash
				held, failed, unsupported := scenario.Tally(run.Results)
				t.Logf("%d hold, %d fail, %d not yet supported", held, failed, unsupported)
			}
		})
	}
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

// A wrong figure of a claim fails like any other.
func TestAMiscountedEventOfAClaimFails(t *testing.T) {
	t.Parallel()
	results := playText(t, story+`
2026-01-07 claim C1 policy=P1 loss=2026-01-06
2026-01-07 expect event claims.claim_filed 2 subject=C1
`)
	if last := results[len(results)-1]; last.OK || last.Unsupported || last.Got != "1" {
		t.Errorf("got %s", last)
	}
}
