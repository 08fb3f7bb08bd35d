package auditor

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func in2026(month Month) OnStatement {
	return OnStatement{Pool: "IC", Period: Period{DayOf(2026, 1, 1).Month() + month - 1, 1}}
}

func quarter(number Month) OnStatement {
	return OnStatement{Pool: "IC", Period: Period{DayOf(2026, 1, 1).Month() + 3*number - 3, 3}}
}

func pays(payer, payee string, amount int64) Order {
	return Order{Payer: payer, Payee: payee, Amount: amount}
}

func (p *page) statement(of OnStatement, member string, opening, movement, closing int64) {
	p.Helper()
	wanted := Line{opening, movement, closing}
	if got := p.book.Pools["IC"].StatementOf(of.Period).Lines[member]; got != wanted {
		p.Errorf("%s statement %s of %s: got %v, wanted %v", p.day, of.Period, member, got, wanted)
	}
}

func (p *page) orders(of OnStatement, wanted ...Order) {
	p.Helper()
	if got := p.book.Pools["IC"].StatementOf(of.Period).Settlement.Orders; !slices.Equal(got, wanted) {
		p.Errorf("%s orders of %s: got %v, wanted %v", p.day, of.Period, got, wanted)
	}
}

func (p *page) confirmed(of OnStatement, members ...string) {
	p.Helper()
	for _, member := range members {
		p.play(Confirm{of, member}, 0, "")
	}
}

// twoPolicies are a year's policies of 10,000.00 and 3,650.00, of which the second is cancelled ahead: 183 of 365 days
// are returned, with effect from 2026-07-02.
func (p *page) twoPolicies() {
	p.on(2026, 1, 5)
	p.quoted("P1", DayOf(2026, 1, 1), 1_000_000, 100_000_000)
	p.quoted("P2", DayOf(2026, 1, 1), 365_000, 100_000_000)
	p.on(2026, 1, 20)
	p.play(Cancel{"P2"}, DayOf(2026, 7, 2), "")
}

// TestStatements plays a year of statements: one drawn before its period ends, a gap, what counts later, a subject that
// is held and joins a later settlement, openings between two payments.
func TestStatements(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	january, february, march := in2026(1), in2026(2), in2026(3)
	p.play(Settle{january}, 0, "coinsurance.statement_not_found")
	p.on(2026, 1, 31)
	p.play(Draw{january}, DayOf(2025, 12, 31), dateOutOfRange)
	p.play(Draw{january}, 0, "")
	p.play(Draw{quarter(1)}, 0, "coinsurance.statement_exists")
	p.statement(january, "A", 0, -709_800, -709_800)
	p.statement(january, "B", 0, 425_880, 425_880) // 434,070 of premium, less a fee of 8,190
	p.statement(january, "C", 0, 283_920, 283_920)
	p.on(2026, 2, 1)
	p.play(Draw{march}, 0, "")
	p.statement(march, "B", 425_880, 0, 425_880)
	p.play(Query{january, Dispute{"P3", "C"}}, 0, "coinsurance.item_not_found")
	p.play(Query{january, Dispute{"P2", "C"}}, 0, "")
	p.play(Resolve{january, Dispute{"P2", "A"}}, 0, "") // it never queried that
	p.confirmed(january, "A", "C")
	p.play(Settle{january}, 0, "coinsurance.statement_not_confirmed")
	p.confirmed(january, "B")
	p.play(MarkPaid{january}, 0, "coinsurance.settlement_not_found")
	p.play(Settle{january}, 0, "")
	p.play(Settle{january}, 0, "coinsurance.settlement_exists")
	p.orders(january, pays("A", "B", 434_070), pays("A", "C", 212_000), pays("B", "A", 8_190), pays("C", "A", 4_000))
	p.on(2026, 2, 2)
	p.play(MarkPaid{january}, 0, "")
	p.play(MarkPaid{january}, 0, "coinsurance.already_paid")
	p.play(Draw{february}, 0, "")
	p.statement(february, "B", 0, 0, 0) // after March, which was drawn before January was paid
	p.statement(february, "C", 75_920, 0, 75_920)
	p.play(Query{january, Dispute{"P1", "C"}}, 0, "coinsurance.item_not_found") // settled
	p.play(Resolve{january, Dispute{"P2", "C"}}, 0, "")
	p.play(Settle{february}, 0, "") // nobody has an item there, so nobody need confirm
	p.orders(february, pays("A", "C", 77_380), pays("C", "A", 1_460))
	p.figure("owed", p.book.Owes("A", "C", "", 0, 0), 75_920-38_064)
	p.play(MarkPaid{february}, DayOf(2026, 2, 1), "")
	p.figure("owed", p.book.Owes("A", "C", "", 0, 0), -38_064)
	p.figure("owed", p.book.Owes("A", "C", "", DayOf(2026, 2, 1), 0), 208_000) // January was paid a day later
	p.figure("owed", p.book.Owes("A", "C", "", DayOf(2026, 1, 31), 0), 283_920)
	p.figure("to B", p.book.Balance(Question{Book: "A", Account: "due_to_coinsurer", Policy: "P2", With: "B"}), -58_194)
	p.figure("cash of B", p.book.Balance(Question{Book: "B", Account: "cash"}), 425_880)
	p.figure("clearing", p.book.Balance(Question{Book: "A", Account: "settlement_clearing"}), 0)
}

// TestPaymentsInParts pays orders one by one, in parts, and has some come back: what an order stands for is brought to
// zero with all of it, and stands again with a return.
func TestPaymentsInParts(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	p.on(2026, 1, 31)
	january := in2026(1)
	order := func(payer, payee string) OnOrder { return OnOrder{OnStatement: january, Payer: payer, Payee: payee} }
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(PayOrder{order("A", "B"), 1}, 0, "coinsurance.settlement_not_found")
	p.play(Settle{january}, 0, "")
	p.play(PayOrder{order("B", "C"), 1}, 0, "coinsurance.order_not_found")
	p.play(ReturnOrder{order("A", "B")}, 0, "coinsurance.order_not_paid")
	p.play(PayOrder{order("A", "B"), 434_071}, 0, "coinsurance.order_exceeded")
	toB := Question{Book: "A", Account: "due_to_coinsurer", With: "B", Effective: DayOf(2026, 6, 30)}
	clearing := Question{Book: "A", Account: "settlement_clearing"}
	p.play(PayOrder{order("A", "B"), 400_000}, 0, "")
	p.figure("due", p.book.Balance(toB), 434_070)
	p.figure("clearing", p.book.Balance(clearing), 400_000)
	p.play(PayOrder{order("A", "B"), 34_070}, 0, "")
	p.figure("due", p.book.Balance(toB), 0)
	p.figure("clearing", p.book.Balance(clearing), 0)
	p.play(PayOrder{order("A", "B"), 1}, 0, "coinsurance.order_done")
	p.play(Draw{in2026(2)}, 0, "")
	p.statement(in2026(2), "B", -8_190, 0, -8_190) // what A owed is paid, what B owes is not
	p.play(ReturnOrder{order("A", "B")}, 0, "")
	p.figure("due", p.book.Balance(toB), 434_070)
	p.figure("clearing", p.book.Balance(clearing), 0)
	p.play(Draw{in2026(3)}, 0, "")
	p.statement(in2026(3), "B", 425_880, 0, 425_880)
	p.play(MarkPaid{january}, 0, "")
	p.figure("due", p.book.Balance(toB), 0)
	p.play(ReturnOrder{order("B", "A")}, 0, "")
	p.play(MarkPaid{january}, 0, "")
	p.play(MarkPaid{january}, 0, "coinsurance.already_paid")
	pool := p.book.Pools["IC"]
	for kind, wanted := range map[string]int{
		"coinsurance.order_paid": 2 + 4 + 1, "coinsurance.order_returned": 2, "coinsurance.settlement_reopened": 1,
		"coinsurance.items_cleared": 1 + 1 + 1, "coinsurance.items_restored": 2, "coinsurance.settlement_completed": 2,
	} {
		p.figure(kind, int64(pool.events[kind]), int64(wanted))
	}
}

// TestNettingOfThePeriod: netting is that of the version in force on the period's last day, and of the earliest before.
func TestNettingOfThePeriod(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	later := *p.book.Pools["IC"].Agreements[0]
	later.Version, later.From, later.Netting = 2, DayOf(2026, 7, 1), NettingBilateral
	p.play(Agree{later}, 0, "")
	summer := quarter(3)
	before := OnStatement{Pool: "IC", Period: Period{DayOf(2025, 12, 1).Month(), 1}}
	p.on(2026, 2, 3)
	p.play(Draw{before}, 0, "")
	p.play(Settle{before}, 0, "")
	p.play(Draw{in2026(1)}, 0, "")
	p.play(Draw{summer}, 0, "")
	p.statement(summer, "B", 425_880, -57_096, 368_784)
	p.statement(summer, "C", 283_920, -38_064, 245_856)
	p.confirmed(summer, "A", "B", "C")
	p.play(Settle{summer}, 0, "")
	p.orders(summer, pays("B", "A", 57_096), pays("C", "A", 38_064))
	if got := p.book.Pools["IC"].StatementOf(before.Period).Settlement.Netting; got != NettingNone {
		t.Errorf("before the first version: %s", got)
	}
}

// TestALevelSubject: what sums to zero is no item, and its two sides come to zero with its period all the same.
func TestALevelSubject(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.on(2026, 1, 5)
	p.quoted("P1", DayOf(2026, 1, 1), 1_000_000, 100_000_000)
	p.play(Draw{in2026(1)}, 0, "")
	thousand := int64(100_000)
	p.play(File{Claim: "C1", Policy: "P1", Loss: DayOf(2026, 1, 2)}, 0, "")
	p.play(Assess{"C1", thousand}, 0, "")
	p.play(Approve{Claim: "C1", Indemnity: &thousand}, 0, "")
	p.play(Pay{Claim: "C1", Indemnity: thousand}, 0, "")
	p.play(Recover{Claim: "C1", Salvage: thousand}, 0, "")
	p.play(Draw{in2026(2)}, 0, "")
	p.play(Query{in2026(2), Dispute{"C1", "B"}}, 0, "coinsurance.item_not_found")
	p.play(Settle{in2026(2)}, 0, "")
	p.orders(in2026(2))
	owes := Question{Book: "B", Account: "due_to_coinsurer", Claim: "C1"}
	p.figure("due", p.book.Balance(owes), 30_000)
	p.play(MarkPaid{in2026(2)}, 0, "")
	p.figure("due", p.book.Balance(owes), 0)
}

func TestMet(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		nets map[string]int64
		want []Order
	}{
		{nil, nil},
		{map[string]int64{"A": 0, "B": 0}, nil},
		{ // ties by code
			map[string]int64{"A": -10, "B": -10, "C": 10, "D": 10}, []Order{pays("A", "C", 10), pays("B", "D", 10)},
		},
		{
			map[string]int64{"A": -5, "B": -10, "C": 8, "D": 7},
			[]Order{pays("A", "D", 5), pays("B", "C", 8), pays("B", "D", 2)},
		},
	} {
		if got := met(test.nets); !slices.Equal(got, test.want) {
			t.Errorf("got %v, wanted %v", got, test.want)
		}
	}
}

// TestOrdersPayWhatIsOwed: whatever the netting, a member's orders come to its items, and are not too many.
func TestOrdersPayWhatIsOwed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	members := []string{"A", "B", "C", "D", "E"}
	for range 2000 {
		var items []*Item
		owed := map[string]int64{}
		for range random.IntN(30) {
			pair := random.Perm(len(members))[:2]
			slices.Sort(pair)
			item := &Item{First: members[pair[0]], Second: members[pair[1]], FirstOwes: random.Int64N(7) - 3}
			items = append(items, item)
			for _, member := range members {
				owed[member] += item.netOf(member)
			}
		}
		for netting, most := range map[string]int{
			NettingNone: len(members) * (len(members) - 1), NettingBilateral: len(members) * (len(members) - 1) / 2,
			NettingMultilateral: len(members) - 1,
		} {
			settlement := &Settlement{Orders: netted(netting, items)}
			if len(settlement.Orders) > most {
				t.Fatalf("%s: %d orders", netting, len(settlement.Orders))
			}
			for _, member := range members {
				if got := settlement.Net(member); got != owed[member] {
					t.Fatalf("%s: %s receives %d, and is owed %d", netting, member, got, owed[member])
				}
			}
			for _, order := range settlement.Orders {
				if order.Amount <= 0 || order.Payer == order.Payee {
					t.Fatalf("%s: %v", netting, order)
				}
			}
		}
	}
}
