package settlement_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/money"
)

// debts reads lines of "A B 12.00 3.00", what A owes B and B owes A, with a ring before it where there is one.
func debts(t *testing.T, lines string) []settlement.Debt {
	t.Helper()
	var all []settlement.Debt
	for line := range strings.SplitSeq(strings.TrimSpace(lines), ";") {
		words := strings.Fields(line)
		ring := ""
		if len(words) == 5 {
			ring, words = words[0], words[1:]
		}
		if len(words) != 4 {
			t.Fatalf("%q is no debt", line)
		}
		all = append(all, settlement.Debt{
			Ring: ring, A: words[0], B: words[1], AOwes: money.MustAmount(words[2]), BOwes: money.MustAmount(words[3]),
		})
	}
	return all
}

func TestOrders(t *testing.T) {
	t.Parallel()
	const triangle = "A B 100.00 30.00; B C 100.00 0; A C 0 90.00"
	for _, test := range []struct {
		netting coinsurance.Netting
		debts   string
		want    string
	}{
		{coinsurance.NettingNone, triangle, "A→B 100.00, B→A 30.00, B→C 100.00, C→A 90.00"},
		{coinsurance.NettingBilateral, triangle, "A→B 70.00, B→C 100.00, C→A 90.00"},
		{coinsurance.NettingMultilateral, triangle, "B→A 20.00, B→C 10.00"},
		{coinsurance.NettingNone, "A B 5.00 5.00", "A→B 5.00, B→A 5.00"},
		{coinsurance.NettingBilateral, "A B 5.00 5.00", ""},
		{coinsurance.NettingMultilateral, "A B 5.00 5.00", ""},
		{coinsurance.NettingNone, "A B 0 0", ""},
		// A pair may be said twice, and from either side.
		{coinsurance.NettingBilateral, "A B 1.00 0; B A 0.40 0; A B 0 0.10", "A→B 0.50"},
		{coinsurance.NettingNone, "A B 1.00 0; B A 0.40 0; A B 0 0.10", "A→B 1.00, B→A 0.50"},
		// Of two that owe or are owed the same, the code that sorts first comes first.
		{coinsurance.NettingMultilateral, "C A 10.00 0; D B 10.00 0", "C→A 10.00, D→B 10.00"},
		{coinsurance.NettingMultilateral, "D A 10.00 0; C B 10.00 0", "C→A 10.00, D→B 10.00"},
		// The largest debtor pays the largest creditor, though it owes another.
		{coinsurance.NettingMultilateral, "A C 5.00 0; B D 8.00 0; B C 1.00 0", "B→D 8.00, A→C 5.00, B→C 1.00"},
		// Rings are netted by themselves.
		{coinsurance.NettingBilateral, "2026 A B 5.00 0; 2025 A B 0 5.00", "2025: B→A 5.00, 2026: A→B 5.00"},
		{coinsurance.NettingMultilateral, "2026 A B 5.00 0; 2025 A B 0 5.00", "2025: B→A 5.00, 2026: A→B 5.00"},
	} {
		t.Run(fmt.Sprintf("%s %s", test.netting, test.debts), func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, order := range settlement.Orders(test.netting, debts(t, test.debts)) {
				text := fmt.Sprintf("%s→%s %s", order.Payer, order.Payee, order.Amount)
				if order.Ring != "" {
					text = order.Ring + ": " + text
				}
				got = append(got, text)
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("%s, wanted %s", text, test.want)
			}
		})
	}
}

// TestOrdersMeetTheDebts wants that orders leave every member, in every ring, with exactly what it is owed, whatever
// the netting and whatever the order in which the debts come; that nobody pays itself; and that netting over all takes
// fewer orders than there are members.
func TestOrdersMeetTheDebts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members := []string{"A", "B", "C", "D", "E", "F"}[:rapid.IntRange(2, 6).Draw(t, "members")]
		debts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) settlement.Debt {
			a := rapid.IntRange(0, len(members)-1).Draw(t, "a")
			b := (a + rapid.IntRange(1, len(members)-1).Draw(t, "b")) % len(members)
			return settlement.Debt{
				Ring: rapid.SampledFrom([]string{"", "2025", "2026"}).Draw(t, "ring"), A: members[a], B: members[b],
				AOwes: money.Fen(rapid.Int64Range(0, 1_000_000_000).Draw(t, "a owes")),
				BOwes: money.Fen(rapid.Int64Range(0, 3).Draw(t, "b owes")),
			}
		}), 0, 30).Draw(t, "debts")
		shuffled := rapid.Permutation(debts).Draw(t, "shuffled")
		for _, netting := range []coinsurance.Netting{
			coinsurance.NettingNone, coinsurance.NettingBilateral, coinsurance.NettingMultilateral,
		} {
			orders := settlement.Orders(netting, debts)
			if again := settlement.Orders(netting, shuffled); fmt.Sprint(again) != fmt.Sprint(orders) {
				t.Fatalf("%s: %v and, of the same debts, %v", netting, orders, again)
			}
			check(t, netting, debts, orders)
		}
	})
}

func check(t *rapid.T, netting coinsurance.Netting, debts []settlement.Debt, orders []settlement.Order) {
	type account struct{ ring, member string }
	left := make(map[account]money.Amount)
	in := make(map[string]map[string]bool) // ring → members
	add := func(ring, from, to string, amount money.Amount) {
		if in[ring] == nil {
			in[ring] = make(map[string]bool)
		}
		in[ring][from], in[ring][to] = true, true
		left[account{ring, from}] = left[account{ring, from}].Sub(amount)
		left[account{ring, to}] = left[account{ring, to}].Add(amount)
	}
	for _, debt := range debts {
		add(debt.Ring, debt.A, debt.B, debt.AOwes)
		add(debt.Ring, debt.B, debt.A, debt.BOwes)
	}
	count := make(map[string]int)
	for _, order := range orders {
		if order.Amount.Sign() <= 0 || order.Payer == order.Payee {
			t.Fatalf("%s: an order of nothing: %+v", netting, order)
		}
		add(order.Ring, order.Payee, order.Payer, order.Amount) // what is paid is owed no more
		count[order.Ring]++
	}
	for at, amount := range left {
		if !amount.IsZero() {
			t.Fatalf("%s: %s is left with %s in ring %q", netting, at.member, amount, at.ring)
		}
	}
	if netting == coinsurance.NettingMultilateral {
		for ring, number := range count {
			if number >= len(in[ring]) {
				t.Fatalf("%d orders among %d members", number, len(in[ring]))
			}
		}
	}
}
