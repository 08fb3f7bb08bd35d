package ledger

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

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

var listDebts = pg.Select[Debt, OfPool](files, "ListDebts")

// Debts lists who owes whom in every pool, now, in the currency of the pool. It is for the pool manager: a member sees
// its own by ViewOwed.
func Debts(ctx context.Context, handle bun.IDB) ([]Debt, error) {
	return pg.Gather(handle, "", byPool, func(part bun.IDB) ([]Debt, error) {
		debts := []Debt{}
		pools, err := OpenPools(ctx, part)
		for _, pool := range pools {
			found, err := pg.Listed[Debt](ctx, part, listDebts.With(OfPool{pool}))
			if err != nil {
				return nil, err
			}
			debts = append(debts, found...)
		}
		return debts, err
	})
}

// byPool keeps what one database gave in its order.
func byPool(a, b Debt) int { return strings.Compare(a.Pool, b.Pool) }
