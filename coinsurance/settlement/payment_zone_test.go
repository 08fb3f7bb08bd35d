package settlement_test

import (
	"sync"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// TestAnEntryIsAllocatedOnceOverAZone: each database of a zone has the entries and allocates to the orders that it
// keeps. What is left of an entry is the same wherever it is asked, and of two who allocate the whole of it at once to
// orders in two databases one gets it.
func TestAnEntryIsAllocatedOnceOverAZone(t *testing.T) {
	t.Parallel()
	home, other := testdb.Open(t), testdb.Open(t)
	home.Join([]*pg.DB{other.DB}, map[*pg.DB][]string{other.DB: {"OE"}}, coinsurance.Spread)
	founded := newBenchOn(t, home)
	here, there := founded.founded("IC"), founded.founded("OE")
	near, far := here.approved()[0].ID, there.approved()[0].ID
	here.table("2026-07-01," + account("B") + ",100.00,A,,S1,转账")
	left := func(wanted string) {
		t.Helper()
		open, err := settlement.ViewEntries(t.Context(), home.DB, treasurer("B"), true)
		must(t, err)
		if wanted == "" && len(open) == 0 {
			return
		}
		if len(open) != 1 || open[0].Left != yuan(wanted) {
			t.Errorf("open are %+v, wanted %s", open, wanted)
		}
	}
	allocate := func(b bench, order, amount string) error {
		part := yuan(amount)
		return second(b.MatchReceipt(t.Context(), settlement.MatchReceipt{
			Command: idempotency.By(clerk), Pool: b.pool, Order: order, Account: account("B"), Key: "S1/0", Amount: &part,
		}))
	}
	must(t, allocate(there, far, "30.00"))
	left("70.00")
	wants(t, allocate(here, near, "70.01"), settlement.ErrMatchExceedsEntry)
	proposals, err := settlement.Proposals(t.Context(), home.Of("OE"), clerk, "OE")
	if err != nil || len(proposals) != 0 { // what is left is no order's amount
		t.Errorf("proposed %+v, %v", proposals, err)
	}
	results := make([]error, 2)
	var both sync.WaitGroup
	both.Go(func() { results[0] = allocate(here, near, "70.00") })
	both.Go(func() { results[1] = allocate(there, far, "70.00") })
	both.Wait()
	if (results[0] == nil) == (results[1] == nil) {
		t.Fatalf("allocated %v and %v", results[0], results[1])
	}
	for _, err := range results {
		if err != nil {
			wants(t, err, settlement.ErrMatchExceedsEntry)
		}
	}
	left("")
	// An order's own id is found wherever the order is kept, and the file is known in both.
	table := "2026-07-01," + account("C") + ",60.00,A,,S2,共保结算 " + there.order(far[:len(far)-1]+"2").ID
	if report := here.table(table); report.Matched != 1 || report.Open != 0 {
		t.Errorf("read %+v", report)
	}
	if report := here.table(table); !report.Known || report.Matched != 0 {
		t.Errorf("read again %+v", report)
	}
	here.verified()
}
