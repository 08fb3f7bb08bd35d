package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// interMember is what a settlement reads of a posting between two members.
type interMember struct {
	Book         string        `bun:"book"`
	Counterparty string        `bun:"counterparty"`
	Stream       ledger.Stream `bun:"stream"`
	Amount       money.Amount  `bun:"amount"`
	DueTo        money.Amount  `bun:"due_to"`
	DueFrom      money.Amount  `bun:"due_from"`
	Received     money.Amount  `bun:"advance_received"`
	Paid         money.Amount  `bun:"advance_paid"`
}

func (p interMember) String() string {
	return fmt.Sprintf("%s→%s %s: %s = to %s, from %s, received %s, paid %s",
		p.Book, p.Counterparty, p.Stream, p.Amount, p.DueTo, p.DueFrom, p.Received, p.Paid)
}

// mirrored is a pair of postings that moves one of the accounts between A and B.
func mirrored(amount string, stream ledger.Stream, a, b [2]ledger.Account) []ledger.Posting {
	var journal ledger.JournalBuilder
	journal.Mirror(
		ledger.Posting{
			Book: "A", Debit: a[0], Credit: a[1], Amount: money.MustAmount(amount), Stream: stream, Policy: "IC-P1",
			Claim: "IC-C1",
		},
		ledger.Posting{Book: "B", Debit: b[0], Credit: b[1], Policy: "IC-P1", Claim: "IC-C1"},
	)
	return journal.Postings()
}

// TestInterMemberPosting: what settlement reads is every posting between members, one row each, with what it adds to
// what the book owes; both books say the same with the sign turned; and the four accounts are those of the chart that
// are mirrored.
func TestInterMemberPosting(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	s.post("2026-01-15", append(portion("B", "40.00", "IC-P1"), receipt("100.00", "IC-P1"))...)
	s.post("2026-01-16", portion("B", "-15.00", "IC-P1")...)
	for _, pair := range []struct {
		amount string
		a, b   [2]ledger.Account
	}{
		{"9.00", [2]ledger.Account{ledger.ClaimAdvancePaid, ledger.Cash}, // A pays B ahead of a claim
			[2]ledger.Account{ledger.Cash, ledger.ClaimAdvanceReceived}},
		{"4.00", [2]ledger.Account{ledger.DueToCoinsurer, ledger.ClaimAdvancePaid}, // and B uses a part of it
			[2]ledger.Account{ledger.ClaimAdvanceReceived, ledger.DueFromCoinsurer}},
	} {
		s.post("2026-01-20", mirrored(pair.amount, ledger.CashCall, pair.a, pair.b)...)
	}
	var rows []interMember
	err := s.db.NewRaw(`SELECT book, counterparty, stream, amount, due_to, due_from, advance_received, advance_paid
		FROM inter_member_posting WHERE pool = 'IC' ORDER BY effective, amount, book, line`).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, row.String())
	}
	wanted := []string{
		"B→A net_received: -40.00 = to 0.00, from 40.00, received 0.00, paid 0.00",
		"A→B net_received: 40.00 = to 40.00, from 0.00, received 0.00, paid 0.00",
		"A→B net_received: -15.00 = to -15.00, from 0.00, received 0.00, paid 0.00",
		"B→A net_received: 15.00 = to 0.00, from -15.00, received 0.00, paid 0.00",
		"A→B cash_call: -9.00 = to 0.00, from 0.00, received 0.00, paid 9.00",
		"A→B cash_call: 0.00 = to -4.00, from 0.00, received 0.00, paid -4.00",
		"B→A cash_call: 0.00 = to 0.00, from -4.00, received -4.00, paid 0.00",
		"B→A cash_call: 9.00 = to 0.00, from 0.00, received 9.00, paid 0.00",
	}
	if !slices.Equal(got, wanted) {
		t.Errorf("got\n%s\nwanted\n%s", strings.Join(got, "\n"), strings.Join(wanted, "\n"))
	}
	var differ int
	err = pg.Row(t.Context(), s.db.DB, `SELECT count(*) FROM inter_member_posting AS a JOIN inter_member_posting AS b
		ON b.pool = a.pool AND b.journal = a.journal AND b.mirror = a.mirror AND b.book = a.counterparty
		WHERE a.amount <> -b.amount OR a.due_to <> b.due_from OR a.advance_paid <> b.advance_received
			OR (a.policy, a.claim, a.stream, a.currency, a.event) <> (b.policy, b.claim, b.stream, b.currency, b.journal)`,
		nil, &differ)
	if err != nil || differ != 0 {
		t.Errorf("%d pairs differ, %v", differ, err)
	}
}

// TestBetweenMembersIsTheChart: the lists of accounts that stand as text in the ledger's SQL are the chart's.
func TestBetweenMembersIsTheChart(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	var view, sums string
	err := pg.Row(t.Context(), s.db.Superuser, `SELECT pg_get_viewdef('inter_member_posting'::regclass)`, nil, &view)
	if err != nil {
		t.Fatal(err)
	}
	statements, _ := pg.Statements()
	for _, statement := range statements {
		if statement.Name == "SumBook" {
			sums = statement.SQL
		}
	}
	for _, account := range ledger.Chart() {
		quoted := "'" + string(account.Account) + "'"
		for name, text := range map[string]string{"the view": view, "the check of mirrors": sums} {
			if strings.Contains(text, quoted) != (account.Mirrored != "") {
				t.Errorf("%s in %s: %t", account.Account, name, strings.Contains(text, quoted))
			}
		}
	}
}

// TestAccountMovement: each posting is seen from both of its accounts, so that every book sums to zero.
func TestAccountMovement(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-28")
	s.post("2026-01-15", append(portion("B", "40.00", "IC-P1"), receipt("100.00", "IC-P1"))...)
	var rows []string
	err := s.db.NewRaw(`SELECT book || ' ' || account || ' against ' || against || ' ' || amount FROM account_movement
		WHERE pool = 'IC' AND known = recorded ORDER BY line, amount DESC`).Scan(t.Context(), &rows)
	wanted := []string{
		"A premium_received_in_advance against due_to_coinsurer 4000",
		"A due_to_coinsurer against premium_received_in_advance -4000",
		"B due_from_coinsurer against premium_receivable 4000",
		"B premium_receivable against due_from_coinsurer -4000",
		"A cash against premium_received_in_advance 10000",
		"A premium_received_in_advance against cash -10000",
	}
	if err != nil || !slices.Equal(rows, wanted) {
		t.Errorf("got %q, %v", rows, err)
	}
}
