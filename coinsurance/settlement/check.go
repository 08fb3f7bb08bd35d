package settlement

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

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
	exceptionsHaveReasons = pg.SQL[ledger.OfPool](files, "ExceptionsHaveReasons")
	movementsAreAsTold    = pg.SQL[ledger.OfPool](files, "MovementsAreAsTold")
	matchesFitEntries     = pg.SQL[ledger.OfPool](files, "MatchesFitEntries")
	bankFilesAsRead       = pg.SQL[ofHome](files, "BankFilesAreAsRead")
	paidIsGivenBack       = pg.SQL[ledger.OfPool](files, "PaidIsGivenBack")
	clearingIsAsTold      = pg.SQL[ledger.OfPool](files, "ClearingIsAsTold")
	clearingIsInBook      = pg.SQL[ledger.OfPool](files, "ClearingIsInBook")
)

// Checks are what verify proves of statements and settlements, all of it from the postings.
func Checks() []ledger.Check {
	return []ledger.Check{
		ledger.StatementCheck("statement_items_are_in_the_book", itemsAreInBook),
		ledger.StatementCheck("statement_members_add_up", membersAddUp),
		ledger.StatementCheck("statement_openings_follow", openingsFollow),
		{Name: "statement_lines_are_as_hashed", Run: linesAreAsHashed},
		{Name: "orders_meet_the_debts", Run: ordersMeetTheDebts},
		ledger.StatementCheck("settlement_clearing_is_zero", clearingIsZero),
		ledger.StatementCheck("settled_items_are_at_zero", clearedItemsAreAtZero),
		ledger.StatementCheck("paid_is_given_back", paidIsGivenBack),
		ledger.StatementCheck("order_movements_add_up", movementsAddUp),
		ledger.StatementCheck("late_interest_is_in_the_book", lateInterestIsInBook),
		ledger.StatementCheck("exceptions_have_reasons", exceptionsHaveReasons),
		ledger.StatementCheck("clearing_is_as_told", clearingIsAsTold),
		ledger.StatementCheck("clearing_is_in_the_book", clearingIsInBook),
		{Name: "settlement_is_as_told", Run: rowsAreAsTold},
		{Name: "payment_files_hold_their_orders", Run: filesHoldTheirOrders},
		{Name: "payments_are_as_told", Run: paymentsAreAsTold},
		ledger.StatementCheck("movements_are_as_told", movementsAreAsTold),
		ledger.StatementCheck("allocations_fit_their_entries", matchesFitEntries),
		{Name: "bank_files_are_as_read", Run: bankFilesAreAsRead, Zone: true},
	}
}

// ofHome asks of a database that may be another than home, where what is of no pool is announced.
type ofHome struct {
	Pool string
	Home bool
}

// bankFilesAreAsRead holds the entries of accounts against the files that brought them, and at home the files against
// their events. The bytes of a bank's file are not kept: what it said beside its entries nobody can prove.
func bankFilesAreAsRead(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	return bankFilesAsRead.With(ofHome{pool, ledger.AtHome(handle)}).Rows(ctx, handle, func(rows *sql.Rows) error {
		finding := ledger.Finding{Check: "bank_files_are_as_read", Pool: pool}
		err := rows.Scan(&finding.Subject, &finding.Text)
		report(finding)
		return err
	})
}

// runDebt is a debt of one of a pool's runs.
type runDebt struct {
	RingDebt

	Settlement int `bun:"settlement"`
}

var debtsOfPool = pg.Select[runDebt, ledger.OfPool](files, "DebtsOfPool")

// ordersMeetTheDebts nets the items of every run again and compares count and orders with it. A run that was never
// approved has no orders yet. What gives back a payment is no order that the items say.
func ordersMeetTheDebts(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	runs, err := Settlements(ctx, handle, pool)
	if err != nil {
		return err
	}
	ordersOf, debtsOf := map[int][]PaymentOrder{}, map[int][]RingDebt{}
	err = pg.Each(ctx, handle, ordersAll.With(ledger.OfPool{Pool: pool}), func(order *PaymentOrder) error {
		if !order.opposite() {
			ordersOf[order.Settlement] = append(ordersOf[order.Settlement], *order)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = pg.Each(ctx, handle, debtsOfPool.With(ledger.OfPool{Pool: pool}), func(debt *runDebt) error {
		debtsOf[debt.Settlement] = append(debtsOf[debt.Settlement], debt.RingDebt)
		return nil
	})
	if err != nil {
		return err
	}
	for i := range runs {
		run := runs[i]
		orders, items := ordersOf[run.Number], run.Items
		again := Calculation{Settlement: &run, Debts: debtsOf[run.Number]}
		again.net()
		if run.Approved == nil {
			orders = again.Payments
		}
		wanted, got := paymentsText(again.Items, len(again.Payments), again.Payments), paymentsText(items, run.Orders, orders)
		if wanted != got {
			report(ledger.Finding{
				Check: "orders_meet_the_debts", Pool: pool, Subject: fmt.Sprintf("settlement %d", run.Number),
				Text: fmt.Sprintf("settlement %d has %s; its items come to %s", run.Number, got, wanted),
			})
		}
	}
	return nil
}

func paymentsText(items int64, count int, orders []PaymentOrder) string {
	text := fmt.Sprintf("%d items, %d orders:", items, count)
	for _, order := range orders {
		text += fmt.Sprintf(" %d. %s %s→%s %s %s", order.Number, order.Ring, order.Payer, order.Payee, order.Amount,
			order.Currency)
	}
	return text
}
