package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/lab/sample"
	"gongbao/internal/money"
)

// banked is what the demo shows of a run that was paid through a bank, as it stands in the book.
type banked struct {
	File     string       `json:"file"` // payment file of all orders
	Payments int          `json:"payments"`
	Amount   money.Amount `json:"amount"`
	CameBack string       `json:"came_back"` // end-to-end id of the payment that did
	Payee    string       `json:"payee"`
	Why      string       `json:"why"`
	Again    string       `json:"again"` // end-to-end id under which it was sent again
	NextFile string       `json:"next_file"`
}

// bankedOf finds what went through a bank of a run's orders; nil where they were paid without one, as by a demo of
// before.
func (r *settling) bankedOf(ctx context.Context, orders []settlement.PaymentOrder) (*banked, error) {
	db := r.house.DB.Of(r.pool)
	files, err := settlement.ViewFiles(ctx, db, sample.Clerk, r.pool)
	if err != nil {
		return nil, err
	}
	ids := idsOf(orders)
	var shown *banked
	sent := map[string]int{} // the attempt at each order
	for i := range files {
		if files[i].State == settlement.FileVoid {
			continue // of a demo that was cut off
		}
		_, attempts, err := settlement.ViewFile(ctx, db, sample.Clerk, r.pool, files[i].Number)
		if err != nil {
			return nil, err
		}
		for _, attempt := range attempts {
			switch {
			case !slices.Contains(ids, attempt.Order):
			case shown == nil:
				shown = &banked{File: files[i].Message, Payments: files[i].Orders, Amount: files[i].Amount}
			case sent[attempt.Order] > 0:
				shown.NextFile, shown.Payee = files[i].Message, attempt.Payee
				shown.CameBack = fmt.Sprintf("%s-%d", attempt.Order, sent[attempt.Order])
				shown.Again = fmt.Sprintf("%s-%d", attempt.Order, attempt.Attempt.Attempt)
			}
			sent[attempt.Order] = attempt.Attempt.Attempt
		}
	}
	if shown == nil {
		return nil, nil
	}
	entries, err := settlement.ViewEntries(ctx, db, sample.Clerk, false)
	for i := range entries {
		if entries[i].Returned && entries[i].EndToEnd == shown.CameBack {
			shown.Why = entries[i].Remark
		}
	}
	return shown, err
}

// String says it in a line.
func (b *banked) String() string {
	return strings.Join([]string{
		fmt.Sprintf("%s pays %d orders, %s", b.File, b.Payments, b.Amount),
		fmt.Sprintf("%s to %s comes back (%s)", b.CameBack, b.Payee, b.Why),
		fmt.Sprintf("%s pays it as %s to the account it confirms then", b.NextFile, b.Again),
	}, "; ")
}
