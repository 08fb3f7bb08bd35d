package ledger

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// TrialLine is one account of one book in a trial balance 试算平衡表. Debits less credits: a credit balance is negative.
type TrialLine struct {
	Book    string       `bun:"book"    json:"book"`
	Account Account      `bun:"account" json:"account"`
	Opening money.Amount `bun:"opening" json:"opening"`
	Debit   money.Amount `bun:"debit"   json:"debit"`  // moved in the month
	Credit  money.Amount `bun:"credit"  json:"credit"` // moved in the month
	Closing money.Amount `bun:"closing" json:"closing"`
}

// TrialBalance lists every account of every book of a pool for an accounting month; in every book the openings, the
// closings, and debits less credits sum to zero. A member sees its own book, the pool manager and the regulator all;
// anyone else is refused with access.forbidden.
func TrialBalance(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, month calendar.Month,
) ([]TrialLine, error) {
	book := ""
	if by.Kind == access.Member {
		book = by.Organisation
	}
	if err := by.RequireRead(book); err != nil {
		return nil, err
	}
	var lines []TrialLine
	err := handle.NewRaw(`
		WITH head AS (SELECT coalesce(closed, '-infinity') AS closed FROM period_head WHERE pool = ?0),
		moved AS (
			SELECT book, account, sum(debit - credit) AS opening, 0 AS debit, 0 AS credit FROM balance_snapshot
				WHERE pool = ?0 AND period = least((SELECT closed FROM head), (?1::date - interval '1 month')::date)
				GROUP BY book, account
			UNION ALL
			SELECT book, account, 0, sum(debit), sum(credit) FROM turnover
				WHERE pool = ?0 AND period = ?1 GROUP BY book, account
			UNION ALL
			SELECT p.book, x.account, sum(CASE WHEN p.period < ?1 THEN x.debit - x.credit ELSE 0 END),
				sum(CASE WHEN p.period = ?1 THEN x.debit ELSE 0 END), sum(CASE WHEN p.period = ?1 THEN x.credit ELSE 0 END)
			FROM posting AS p CROSS JOIN LATERAL (VALUES (p.debit, p.amount, 0::bigint), (p.credit, 0::bigint, p.amount))
				AS x (account, debit, credit)
			WHERE p.pool = ?0 AND p.period <= ?1
				AND p.period > (SELECT closed FROM head) AND ?1::date > (SELECT closed FROM head)
			GROUP BY p.book, x.account)
		SELECT book, account::text, sum(opening) AS opening, sum(debit) AS debit, sum(credit) AS credit,
			sum(opening) + sum(debit) - sum(credit) AS closing
		FROM moved WHERE ?2 = '' OR book = ?2 GROUP BY book, account ORDER BY book, account`,
		pool, month.First(), book).Scan(ctx, &lines)
	return lines, err
}
