package sim

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/ledger"
)

var (
	bookSeed  = flag.Uint64("book-seed", 20260105, "seed of the life whose books hledger adds up")
	bookSteps = flag.Int("book-steps", 1200, "moves of the life whose books hledger adds up")
)

// TestHledger has a tool we did not write check the books of a life, and compares every balance with the auditor's, and
// every month with the program's own totals.
func TestHledger(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	journal, totals := filepath.Join(folder, "book.journal"), &bytes.Buffer{}
	foretold := map[string]string{}
	report := live(t, Options{
		URL: testdb.Open(t).SuperuserAt, Seed: *bookSeed, Steps: *bookSteps,
		Books: func(ctx context.Context, books Books) error {
			foretold = books.Foretold
			file, err := os.Create(journal)
			if err != nil {
				return err
			}
			defer func() { _ = file.Close() }()
			if _, err := ledger.Export(ctx, books.Handle, ledger.Hledger, file); err != nil {
				return err
			}
			return WriteTotals(ctx, books.Handle, totals)
		},
	})
	if len(foretold) == 0 || report.Months == 0 {
		t.Fatalf("the life is too short: %+v", report)
	}
	hledger, err := exec.LookPath("hledger")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must install hledger")
		}
		return // the life itself was compared with the auditor's figures
	}
	ask(t, hledger, "check", "-f", journal)
	same(t, "balance", foretold, table(t, ask(t, hledger, "balance", "-f", journal, "--flat", "--no-total", "-O", "csv")))
	same(t, "month", monthsOf(t, totals), table(t, ask(
		t, hledger, "balance", "-f", journal, "--monthly", "--depth", "2", "--flat", "--no-total", "-O", "csv",
	)))
}

func ask(t *testing.T, program string, args ...string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, output)
	}
	return string(output)
}

// table reads what hledger prints: an account in each row and, with months, a column for each.
func table(t *testing.T, output string) map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(output)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string]string{}
	for _, row := range rows[1:] {
		for i, cell := range row[1:] {
			name := row[0]
			if len(row) > 2 {
				name = rows[0][i+1] + " " + name
			}
			if amount := strings.TrimSuffix(cell, " CNY"); amount != "0" {
				figures[name] = amount
			}
		}
	}
	return figures
}

// monthsOf reads what WriteTotals wrote.
func monthsOf(t *testing.T, totals *bytes.Buffer) map[string]string {
	t.Helper()
	rows, err := csv.NewReader(totals).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string]string{}
	for _, row := range rows[1:] {
		figures[row[0]+" "+row[1]+":"+row[2]] = row[3]
	}
	return figures
}

func same(t *testing.T, what string, wanted, got map[string]string) {
	t.Helper()
	if len(wanted) == 0 {
		t.Errorf("%s: nothing was compared", what)
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if got[name] != wanted[name] {
			t.Errorf("%s of %s: wanted %s, hledger has %s", what, name, wanted[name], got[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, known := wanted[name]; !known {
			t.Errorf("%s of %s: hledger has %s, nothing was foretold", what, name, got[name])
		}
	}
	t.Logf("%s: %d figures agree", what, len(wanted))
}
