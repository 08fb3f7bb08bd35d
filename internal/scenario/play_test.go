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
