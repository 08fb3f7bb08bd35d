package ledger

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Position is what one member owes another in a pool, net of what the other owes it.
type Position struct {
	Pool     string       `bun:"pool"     json:"pool"`
	Debtor   string       `bun:"debtor"   json:"debtor"`
	Creditor string       `bun:"creditor" json:"creditor"`
	Amount   money.Amount `bun:"amount"   json:"amount"` // above zero
}

// Positions lists who owes whom in every pool, now. It is for the pool manager: a member sees its own by Owes.
func Positions(ctx context.Context, handle bun.IDB) ([]Position, error) {
	var positions []Position
	err := handle.NewRaw(`
		SELECT pool, book AS debtor, counterparty AS creditor,
			sum(CASE WHEN credit IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_received', 'claim_advance_paid')
				THEN amount ELSE 0 END - CASE WHEN debit IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_received',
				'claim_advance_paid') THEN amount ELSE 0 END) AS amount
		FROM posting WHERE counterparty <> '' GROUP BY 1, 2, 3
		HAVING sum(CASE WHEN credit IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_received', 'claim_advance_paid')
				THEN amount ELSE 0 END - CASE WHEN debit IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_received',
				'claim_advance_paid') THEN amount ELSE 0 END) > 0
		ORDER BY 1, 2, 3`).Scan(ctx, &positions)
	return positions, err
}

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
