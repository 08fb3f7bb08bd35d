package ledger

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
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

type trialArgs struct {
	Pool  string
	Month calendar.Month
	Book  string // "" for all
}

var trialBalance = pg.Select[TrialLine, trialArgs](files, "TrialBalance")

// TrialBalance lists every account of every book of a pool for an accounting month, in the currency of the pool; in
// every book the openings, the closings, and debits less credits sum to zero. A member sees its own book, the pool
// manager and the regulator all; anyone else is refused with access.forbidden.
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
	args := trialArgs{Pool: pool, Month: month, Book: book}
	return pg.Listed[TrialLine](ctx, handle, trialBalance.With(args))
}
