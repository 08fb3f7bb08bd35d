package settlement

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var (
	itemsAreInBook        = pg.SQL[ledger.OfPool](files, "ItemsAreInBook")
	membersAddUp          = pg.SQL[ledger.OfPool](files, "MembersAddUp")
	openingsFollow        = pg.SQL[ledger.OfPool](files, "OpeningsFollow")
	clearingIsZero        = pg.SQL[ledger.OfPool](files, "ClearingIsZero")
	movementsAddUp        = pg.SQL[ledger.OfPool](files, "MovementsAddUp")
	lateInterestIsInBook  = pg.SQL[ledger.OfPool](files, "LateInterestIsInBook")
	clearedItemsAreAtZero = pg.SQL[ledger.OfPool](files, "ClearedItemsAreAtZero")
)

// Checks are what verify proves of statements and settlements, all of it from the postings.
func Checks() []ledger.Check {
	return []ledger.Check{
		ledger.StatementCheck("statement_items_are_in_the_book", itemsAreInBook),
		ledger.StatementCheck("statement_members_add_up", membersAddUp),
		ledger.StatementCheck("statement_openings_follow", openingsFollow),
		{Name: "orders_meet_the_debts", Run: ordersMeetTheDebts},
		ledger.StatementCheck("settlement_clearing_is_zero", clearingIsZero),
		ledger.StatementCheck("settled_items_are_at_zero", clearedItemsAreAtZero),
		ledger.StatementCheck("order_movements_add_up", movementsAddUp),
		ledger.StatementCheck("late_interest_is_in_the_book", lateInterestIsInBook),
	}
}

// ordersMeetTheDebts nets the items of every run again and compares the orders with it.
func ordersMeetTheDebts(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	runs, err := Settlements(ctx, handle, pool)
	if err != nil {
		return err
	}
	for i := range runs {
		run := runs[i]
		if run.State != Approved && run.State != Completed {
			continue
		}
		orders, err := OrdersOf(ctx, handle, &run)
		if err != nil {
			return err
		}
		again := Calculation{Settlement: &run}
		items := run.Items
		if err := again.add(ctx, handle); err != nil {
			return err
		}
		if wanted, got := paymentsText(again.Items, again.Payments), paymentsText(items, orders); wanted != got {
			report(ledger.Finding{
				Check: "orders_meet_the_debts", Pool: pool, Subject: fmt.Sprintf("settlement %d", run.Number),
				Text: fmt.Sprintf("settlement %d has %s; its items come to %s", run.Number, got, wanted),
			})
		}
	}
	return nil
}

func paymentsText(items int64, orders []PaymentOrder) string {
	text := fmt.Sprintf("%d items,", items)
	var total money.Amount
	for _, order := range orders {
		text += fmt.Sprintf(" %s %s→%s %s", order.Ring, order.Payer, order.Payee, order.Amount)
		total = total.Add(order.Amount)
	}
	return text + " in all " + total.String()
}
