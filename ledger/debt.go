package ledger

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Debt is what one member owes another in a pool, net of what the other owes it.
type Debt struct {
	Pool     string       `bun:"pool"     json:"pool"`
	Debtor   string       `bun:"debtor"   json:"debtor"`
	Creditor string       `bun:"creditor" json:"creditor"`
	Amount   money.Amount `bun:"amount"   json:"amount"` // above zero
}

// Debts lists who owes whom in every pool, now. It is for the pool manager: a member sees its own by Owes.
func Debts(ctx context.Context, handle bun.IDB) ([]Debt, error) {
	return pg.Gather(handle, "", byPool, func(part bun.IDB) (debts []Debt, err error) {
		err = part.NewRaw(`
		WITH between AS (SELECT unnest(ARRAY['due_to_coinsurer', 'due_from_coinsurer',
			'claim_advance_received', 'claim_advance_paid']::account[]) AS account),
		moved AS (
			SELECT p.pool, p.book AS debtor, p.counterparty AS creditor,
				CASE WHEN p.credit = b.account THEN p.amount ELSE -p.amount END AS amount
			FROM posting AS p JOIN between AS b ON b.account IN (p.debit, p.credit) WHERE p.counterparty <> '')
		SELECT pool, debtor, creditor, sum(amount) AS amount FROM moved
		GROUP BY pool, debtor, creditor HAVING sum(amount) > 0 ORDER BY pool, debtor, creditor`).Scan(ctx, &debts)
		return debts, err
	})
}

// byPool keeps what one database gave in its order.
func byPool(a, b Debt) int { return strings.Compare(a.Pool, b.Pool) }

// NextToClose is the accounting month of a pool that is closed next; none while the pool has no postings.
func NextToClose(ctx context.Context, handle bun.IDB, pool string) (calendar.Month, error) {
	var closed calendar.Month
	var first calendar.Date
	err := pg.Row(ctx, handle, `SELECT closed, (SELECT min(effective) FROM journal WHERE pool = $1)
		FROM period_head WHERE pool = $1`, []any{pool}, &closed, &first)
	if err != nil || first.IsZero() {
		return calendar.Month{}, err
	}
	if closed.IsZero() {
		return first.Month(), nil
	}
	return closed.Next(), nil
}
