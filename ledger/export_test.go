package ledger_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/ledger"
)

func TestExport(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	for i := range 20 {
		day := calendar.MustDate("2026-01-05").AddDays(2 * i).String()
		s.post(day, append(portion([]string{"B", "C"}[i%2], "40.00", "IC-P1"), receipt("100.00", "IC-P2, 1; x"))...)
	}
	db := s.db
	balances := ownBalances(t, db)
	t.Run("OK hledger checks the journal and shows the same balances", func(t *testing.T) {
		t.Parallel()
		var journal bytes.Buffer
		if _, err := ledger.Export(t.Context(), db, ledger.Hledger, &journal); err != nil {
			t.Fatal(err)
		}
		compare(t, balances, readJournal(t, journal.String()))
		hledger, err := exec.LookPath("hledger")
		if err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("CI must install hledger")
			}
			return // our own reader has added it up
		}
		name := filepath.Join(t.TempDir(), "book.journal")
		if err := os.WriteFile(name, journal.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, hledger, "check", "-f", name)
		shown := run(t, hledger, "balance", "-f", name, "--flat", "--no-total", "-O", "csv")
		compare(t, balances, readBalances(t, shown))
	})
	t.Run("OK csv has every posting", func(t *testing.T) {
		t.Parallel()
		var table bytes.Buffer
		count, err := ledger.Export(t.Context(), db, ledger.CSV, &table)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&table).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(rows)) != count+1 || count != 60 {
			t.Errorf("%d rows for %d postings", len(rows), count)
		}
		first := map[string]string{}
		for i, column := range rows[0] {
			first[strings.TrimPrefix(column, "\ufeff")] = rows[1][i]
		}
		for column, wanted := range map[string]string{
			"pool": "IC", "line": "1", "kind": "insurance.premium_received",
			"actor": "li@A", "effective": "2026-01-05", "period": "2026-01",
			"recorded": "2026-02-28T04:00:00.000000Z", "book": "A", "debit": "premium_received_in_advance",
			"credit": "due_to_coinsurer", "amount": "40.00", "currency": "CNY", "stream": "net_received",
			"counterparty": "B", "mirror": "1", "policy": "IC-P1", "claim": "", "agreement_version": "1",
		} {
			if first[column] != wanted {
				t.Errorf("%s is %q, wanted %q", column, first[column], wanted)
			}
		}
	})
}

func TestExportRefusesAnotherFormat(t *testing.T) {
	t.Parallel()
	_, err := ledger.Export(t.Context(), testdb.Open(t), "xml", &bytes.Buffer{})
	if !errors.Is(err, ledger.ErrFormatUnknown) {
		t.Errorf("got %v", err)
	}
}

// ownBalances asks the database for every account's debits less credits.
func ownBalances(t *testing.T, db *testdb.Database) map[string]money.Amount {
	t.Helper()
	var rows []struct {
		Name   string       `bun:"name"`
		Amount money.Amount `bun:"amount"`
	}
	err := db.NewRaw(`SELECT book || ':' || account || ':' || pool ||
			CASE WHEN account IN ('due_to_coinsurer', 'due_from_coinsurer') THEN ':' || counterparty ELSE '' END AS name,
			sum(amount) AS amount
		FROM account_movement GROUP BY 1 HAVING sum(amount) <> 0`).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	balances := map[string]money.Amount{}
	for _, row := range rows {
		balances[row.Name] = row.Amount
	}
	return balances
}

// readJournal is a little reader of its own: it adds up every account and wants every transaction to sum to zero.
func readJournal(t *testing.T, journal string) map[string]money.Amount {
	t.Helper()
	balances := map[string]money.Amount{}
	var transaction money.Amount
	for line := range strings.Lines(journal) {
		if !strings.HasPrefix(line, "    ") {
			if !transaction.IsZero() {
				t.Errorf("a transaction sums to %s", transaction)
			}
			transaction = money.Amount{}
			continue
		}
		fields := strings.Fields(line)
		amount := money.MustAmount(fields[1])
		transaction = transaction.Add(amount)
		balances[fields[0]] = balances[fields[0]].Add(amount)
	}
	return balances
}

func readBalances(t *testing.T, output string) map[string]money.Amount {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(output)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	balances := map[string]money.Amount{}
	for _, row := range rows[1:] {
		balances[row[0]] = money.MustAmount(strings.TrimSuffix(row[1], " CNY"))
	}
	return balances
}

func compare(t *testing.T, wanted, got map[string]money.Amount) {
	t.Helper()
	for name, amount := range wanted {
		if got[name] != amount {
			t.Errorf("%s: wanted %s, got %s", name, amount, got[name])
		}
	}
	for name, amount := range got {
		if _, known := wanted[name]; !known && !amount.IsZero() {
			t.Errorf("%s with %s is not in the book", name, amount)
		}
	}
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, output)
	}
	return string(output)
}
