package sim

import (
	"context"
	"database/sql"
	"fmt"
	"io"

	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// Books are the books at the end of a life, and what the auditor foretells of them: every account by the name that it
// has in an hledger journal, debits less credits, in yuan. Accounts that come to nothing are left out.
type Books struct {
	Handle   *pg.DB
	Foretold map[string]string
}

func (s *session) foretold() map[string]string {
	balances := map[string]string{}
	for _, pool := range s.book.Pools {
		for key, fen := range pool.Balances() {
			name := key.Book + ":" + key.Name + ":" + pool.Code
			if key.With != "" {
				name += ":" + key.With
			}
			balances[name] = auditor.Yuan(fen)
		}
	}
	return balances
}

// monthlyTotals adds up every account of every book by month, debits less credits, as hledger does with
// balance --monthly --depth 2 on the journal of the same books.
const monthlyTotals = `
	SELECT to_char(p.effective, 'YYYY-MM'), p.book, e.account::text, sum(e.amount)
	FROM posting AS p CROSS JOIN LATERAL (VALUES (p.debit, p.amount), (p.credit, -p.amount)) AS e (account, amount)
	GROUP BY 1, 2, e.account HAVING sum(e.amount) <> 0 ORDER BY 1, 2, e.account`

// WriteTotals writes what every account of every book moved by in every month, as CSV: month, book, account, balance.
func WriteTotals(ctx context.Context, db *pg.DB, target io.Writer) error {
	header := []string{"month", "book", "account", "balance"}
	return sheet.Write(target, sheet.CSV, header, func(row func(sheet.Cells) error) error {
		err := pg.Rows(ctx, db, monthlyTotals, nil, func(rows *sql.Rows) error {
			var month, book, account string
			var balance money.Amount
			if err := rows.Scan(&month, &book, &account, &balance); err != nil {
				return err
			}
			return row(sheet.Cells{month, book, account, balance})
		})
		if err != nil {
			return fmt.Errorf("add up the months: %w", err)
		}
		return nil
	})
}
