package paper_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gongbao/coinsurance/settlement/paper"
	"gongbao/internal/calendar"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var errUndo = errors.New("undo")

// TestTamperingWithPapers changes each column of each table of papers behind the service's back, takes rows away,
// repeats them and moves them to another pool; verify names every change.
func TestTamperingWithPapers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.draw()
	o.issue()
	o.now.Set(calendar.MustDate("2026-02-05").Noon())
	o.request("B", time.Time{})
	o.write(4)
	o.run()
	o.request("C", time.Time{})
	o.sound()
	changes := []string{
		"UPDATE issued_file SET kind = 'letter'", "UPDATE issued_file SET name = name || 'x'",
		"UPDATE issued_file SET size = size + 1", "UPDATE issued_file SET sha256 = sha256(sha256)",
		"UPDATE issued_file SET format = 'csv' WHERE format = 'pdf'", "UPDATE paper_due SET kind = 'statement'",
		"INSERT INTO balance_confirmation SELECT pool, debtor, creditor, day - 1, known, recorded, actor",
		"UPDATE balance_confirmation SET day = day - 1", "UPDATE balance_confirmation SET debtor = debtor || 'x'",
		"UPDATE balance_confirmation SET creditor = creditor || 'x'",
		"UPDATE balance_confirmation SET known = known + interval '1 microsecond'",
	}
	for _, table := range []string{"issued_file", "paper_due"} {
		changes = append(changes, "UPDATE "+table+" SET reference = reference || '1'",
			"UPDATE "+table+" SET member = member || 'x'",
			"INSERT INTO "+table+" SELECT (r).* FROM (SELECT jsonb_populate_record(r, '{\"member\":\"Z\"}') AS r")
	}
	for _, table := range []string{"issued_file", "paper_due", "balance_confirmation"} {
		changes = append(changes, "DELETE FROM "+table, "UPDATE "+table+" SET pool = 'LH'",
			"UPDATE "+table+" SET actor = actor || 'x'",
			"UPDATE "+table+" SET recorded = recorded + interval '1 microsecond'")
	}
	for _, change := range changes {
		o.names(change)
	}
}

// names wants verify to name a change of one row, which is then undone.
func (o *office) names(change string) {
	o.Helper()
	table := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(change, "INSERT INTO "), "DELETE FROM "))[0]
	if words := strings.Fields(change); words[0] == "UPDATE" {
		table = words[1]
	}
	one := fmt.Sprintf("(SELECT min(ctid) FROM %s WHERE pool = 'IC')", table)
	statement := change + " WHERE ctid = " + one
	switch {
	case strings.Contains(change, " WHERE "):
		statement = change + " AND member = 'B' AND kind = 'statement'"
	case strings.Contains(change, "jsonb"):
		statement = change + " FROM " + table + " AS r WHERE ctid = " + one + ") AS copy"
	case strings.HasPrefix(change, "INSERT"):
		statement = change + " FROM " + table + " WHERE ctid = " + one
	}
	found := 0
	err := pg.InTx(o.Context(), o.db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
		if strings.Contains(change, "format = 'csv'") {
			if _, err := pg.Exec(ctx, tx, "DELETE FROM issued_file WHERE format = 'csv'"); err != nil {
				return err
			}
		}
		if changed, err := pg.Exec(ctx, tx, statement); err != nil || changed == 0 {
			return fmt.Errorf("%d rows: %w", changed, err)
		}
		check := paper.Checks(filestore.ReadFolder(o.folder))[0]
		if err := check.Run(ctx, tx, "IC", func(ledger.Finding) { found++ }); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) || found == 0 {
		o.Errorf("%s: %d findings, %v", statement, found, err)
	}
}
