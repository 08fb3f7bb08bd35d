package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// TestBalance asks for one account by two dates: the day that counts, and the instant of knowing.
func TestBalance(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	s.post("2026-01-15", receipt("100.00", "IC-P1"))
	s.post("2026-02-03", receipt("20.00", "IC-P2"))
	first := s.now
	s.now = s.now.Add(24 * time.Hour)
	s.seal("2026-01")
	s.now = s.now.Add(24 * time.Hour)
	s.post("2026-01-20", receipt("3.00", "IC-P1")) // back-dated into the sealed month
	late := s.now
	day := calendar.MustDate
	tests := map[string]struct {
		wanted string
		query  ledger.BalanceQuery
	}{
		"everything":                        {"123.00", ledger.BalanceQuery{}},
		"by the last day of a sealed month": {"103.00", ledger.BalanceQuery{Effective: day("2026-01-31")}},
		"by a day within it":                {"100.00", ledger.BalanceQuery{Effective: day("2026-01-19")}},
		"by a day before everything":        {"0.00", ledger.BalanceQuery{Effective: day("2025-12-31")}},
		"as known before the close":         {"120.00", ledger.BalanceQuery{Known: first}},
		"by a sealed day, before the close": {"100.00", ledger.BalanceQuery{Effective: day("2026-01-31"), Known: first}},
		"as known after the back-dating":    {"103.00", ledger.BalanceQuery{Effective: day("2026-01-31"), Known: late}},
		"of one policy":                     {"103.00", ledger.BalanceQuery{Policy: "IC-P1"}},
		"of one policy, before":             {"100.00", ledger.BalanceQuery{Policy: "IC-P1", Known: first}},
		"of a claim there is none of":       {"0.00", ledger.BalanceQuery{Claim: "IC-C1"}},
		"in another pool":                   {"0.00", ledger.BalanceQuery{Pool: "LH"}},
	}
	for name, tt := range tests {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			tt.query.Book, tt.query.Account = "A", ledger.Cash
			got, err := ledger.BalanceOf(t.Context(), s.db, tt.query)
			if err != nil || got.Balance.String() != tt.wanted || got.Final {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// TestBalanceAddsUp asks a book with sealed months and back-dated postings at random, and adds each balance up again
// posting by posting.
func TestBalanceAddsUp(t *testing.T) {
	t.Parallel()
	const seed = 7
	dice := rand.New(rand.NewPCG(seed, seed))
	s := newShelf(t, "2026-01-31")
	start, month := s.now, calendar.MustMonth("2026-01")
	for range 5 {
		for range 12 {
			day := calendar.DateOf(s.now).AddDays(-dice.IntN(70)).String()
			policy, amount := fmt.Sprintf("IC-P%d", dice.IntN(4)), money.Fen(1+dice.Int64N(100_000)).String()
			postings := []ledger.Posting{receipt(amount, policy)}
			if dice.IntN(2) == 0 {
				postings = append(postings, portion([]string{"B", "C"}[dice.IntN(2)], amount, policy)...)
			}
			s.post(day, postings...)
			s.now = s.now.Add(time.Duration(dice.IntN(2)) * time.Hour)
		}
		s.now = s.now.Add(31 * 24 * time.Hour)
		if next, err := ledger.NextToClose(t.Context(), s.db, "IC"); err != nil || next.After(month) {
			t.Fatal(next, err)
		} else {
			month = next.Next()
			s.seal(next.String())
		}
	}
	if findings := s.findings(); len(findings) > 0 {
		t.Fatal(findings)
	}
	for range 400 {
		q := ledger.BalanceQuery{
			Book:         []string{"A", "B", "C"}[dice.IntN(3)],
			Account:      []ledger.Account{ledger.Cash, ledger.DueToCoinsurer, ledger.DueFromCoinsurer}[dice.IntN(3)],
			Pool:         []string{"", "IC"}[dice.IntN(2)],
			Counterparty: []string{"", "", "B"}[dice.IntN(3)],
			Policy:       []string{"", "", "IC-P1"}[dice.IntN(3)],
		}
		if dice.IntN(3) > 0 {
			q.Effective = calendar.DateOf(start).AddDays(dice.IntN(240) - 80)
		}
		if dice.IntN(3) > 0 {
			q.Known = start.Add(time.Duration(dice.IntN(5*31*24)) * time.Hour)
		}
		got := s.balance(q)
		if wanted := s.plain(q); got.Debit.Sub(got.Credit) != wanted {
			t.Errorf("seed %d, %+v: got %s, wanted %s", seed, q, got.Debit.Sub(got.Credit), wanted)
		}
	}
}

// plain adds an account up posting by posting, without anything that is kept; debits less credits.
func (s *shelf) plain(q ledger.BalanceQuery) money.Amount {
	s.Helper()
	known := any(nil)
	if !q.Known.IsZero() {
		known = q.Known
	}
	var sum money.Amount
	err := pg.Row(s.Context(), s.db.DB, `
		SELECT coalesce(sum(amount), 0) FROM account_movement
		WHERE book = $1 AND account = $2::text::account AND ($3 = '' OR counterparty = $3)
			AND ($4::date IS NULL OR effective <= $4::date) AND ($5::timestamptz IS NULL OR recorded <= $5::timestamptz)
			AND ($6 = '' OR policy = $6)`,
		[]any{q.Book, string(q.Account), q.Counterparty, q.Effective.SQL(), known, q.Policy}, &sum)
	if err != nil {
		s.Fatal(err)
	}
	return sum
}

// TestBalanceIsFinal: a balance is final once every position still to come will be known later.
func TestBalanceIsFinal(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	event := s.post("2026-02-03", receipt("20.00", "IC-P1"))
	known := s.now.Add(time.Minute)
	query := ledger.BalanceQuery{Book: "A", Account: ledger.Cash, Known: s.now}
	if got := s.balance(query); got.Final || got.Balance.String() != "20.00" {
		t.Errorf("without a place in the feed: %+v", got)
	}
	s.super(`INSERT INTO feed_position (pool, position, event, known, hash) VALUES ('IC', 1, $1, $2, '\x00')`,
		event, known)
	s.super(`INSERT INTO feed_head (pool, position, watermark) VALUES ('IC', 1, $1)`, known)
	for _, pool := range []string{"", "IC"} {
		query.Pool = pool
		query.Known = s.now // the event was recorded by then, but known only later
		if got := s.balance(query); !got.Final || !got.Balance.IsZero() {
			t.Errorf("before the event was known: %+v", got)
		}
		query.Known = known
		if got := s.balance(query); !got.Final || got.Balance.String() != "20.00" {
			t.Errorf("when the event was known: %+v", got)
		}
		query.Known = known.Add(time.Microsecond)
		if got := s.balance(query); got.Final {
			t.Errorf("later than the watermark: %+v", got)
		}
		query.Known = time.Time{}
		if got := s.balance(query); got.Final {
			t.Errorf("what is known now is final: %+v", got)
		}
	}
}

// TestOwes: what two members owe each other is the same from both sides, with the sign turned.
func TestOwes(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	s.post("2026-01-15", portion("B", "40.00", "IC-P1")...)
	s.post("2026-01-15", portion("C", "7.00", "IC-P1")...)
	owes := func(debtor, creditor, wanted string) {
		t.Helper()
		got, err := ledger.Owes(t.Context(), s.db, debtor, creditor, ledger.BalanceQuery{})
		if err != nil || got.Balance.String() != wanted {
			t.Errorf("%s owes %s %+v, wanted %s, %v", debtor, creditor, got, wanted, err)
		}
	}
	owes("A", "B", "40.00")
	owes("B", "A", "-40.00")
	owes("B", "C", "0.00")
	debts, err := ledger.Debts(t.Context(), s.db)
	if err != nil || len(debts) != 2 || debts[0].Creditor != "B" || debts[0].Amount.String() != "40.00" {
		t.Errorf("got %+v, %v", debts, err)
	}
	query := ledger.BalanceQuery{}
	for organisation, may := range map[string]bool{"A": true, "B": true, "C": false} {
		by := access.Person("x", access.Member, organisation, access.Reader)
		if _, err := ledger.ViewOwed(t.Context(), s.db, by, "A", "B", query); errors.Is(err, access.ErrForbidden) == may {
			t.Errorf("%s: %v", organisation, err)
		}
	}
}

// TestBalanceOfOneCurrency: amounts of another currency are not added to the renminbi, neither from postings nor from
// what a close kept.
func TestBalanceOfOneCurrency(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	s.post("2026-01-15", receipt("100.00", "IC-P1"))
	foreign := s.post("2026-01-16", receipt("5.00", "IC-P1"))
	s.super(`UPDATE posting SET currency = 'USD' WHERE journal = $1`, foreign)
	ask := func(when string) {
		t.Helper()
		for _, policy := range []string{"", "IC-P1"} {
			query := ledger.BalanceQuery{Book: "A", Account: ledger.Cash, Policy: policy}
			if got := s.balance(query); got.Balance.String() != "100.00" {
				t.Errorf("%s, policy %q: %s", when, policy, got.Balance)
			}
		}
	}
	ask("before the close")
	s.seal("2026-01")
	ask("after the close")
	var kept int
	err := pg.Row(t.Context(), s.db.DB, `SELECT (SELECT count(*) FROM balance_snapshot WHERE account = 'cash') +
		(SELECT count(*) FROM turnover WHERE account = 'cash')`, nil, &kept)
	if err != nil || kept != 4 { // two currencies each
		t.Errorf("%d kept, %v", kept, err)
	}
	for _, finding := range s.findings() {
		if finding.Subject != foreign.String() { // its digest tells that it was tampered with
			t.Errorf("a book in two currencies does not add up: %v", finding)
		}
	}
}

// TestABookIsKeptInItsCurrency: what is posted has the currency of the pool's book, and the trial balance and the debts
// of the pool are of that currency.
func TestABookIsKeptInItsCurrency(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	s.post("2026-02-01", portion("B", "40.00", "IC-P1")...)
	s.in(func(_ context.Context, tx *pg.Tx) error {
		ledger.KeepIn(tx, "IC", "USD")
		return nil
	})
	err := pg.InTx(t.Context(), s.db.DB, func(ctx context.Context, tx *pg.Tx) error {
		period, err := ledger.LockPeriod(ctx, tx, "IC")
		if err != nil {
			return err
		}
		_, err = ledger.Post(ctx, tx, period, ledger.Journal{
			Pool: "IC", ID: uuid.New(), Kind: "insurance.premium_received", Effective: calendar.DateOf(s.now), Recorded: s.now,
			By: "li@A", Pass: authority.ReceivePremium.Pass(), Postings: []ledger.Posting{receipt("1.00", "IC-P1")},
		})
		return err
	})
	if !errors.Is(err, ledger.ErrPostingNotAllowed) {
		t.Errorf("renminbi in a book of dollars: %v", err)
	}
	manager := access.Person("x", access.Manager, "", access.Reader)
	trial := func() ([]ledger.TrialLine, error) {
		return ledger.TrialBalance(t.Context(), s.db, manager, "IC", calendar.MustMonth("2026-02"))
	}
	debts, err := ledger.Debts(t.Context(), s.db)
	lines, trialErr := trial()
	if errors.Join(err, trialErr) != nil || len(debts) > 0 || len(lines) > 0 {
		t.Errorf("renminbi in dollars: %v, %v, %v", debts, lines, errors.Join(err, trialErr))
	}
	s.super(`UPDATE posting SET currency = 'USD'`)
	debts, err = ledger.Debts(t.Context(), s.db)
	lines, trialErr = trial()
	if errors.Join(err, trialErr) != nil || len(debts) != 1 || len(lines) == 0 {
		t.Errorf("dollars: %v, %v, %v", debts, lines, errors.Join(err, trialErr))
	}
}

// TestPostingsOfABook lists page by page, and what a filter leaves.
func TestPostingsOfABook(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	for i := range 5 {
		s.post(fmt.Sprintf("2026-02-0%d", i+1), append(portion("B", "40.00", "IC-P1"), receipt("1.00", "IC-P2"))...)
		s.now = s.now.Add(time.Minute)
	}
	by := access.Person("x", access.Member, "A", access.Reader)
	list := func(filter ledger.PostingFilter) []ledger.BookPosting {
		t.Helper()
		postings, err := ledger.BookPostings(t.Context(), s.db, by, filter)
		if err != nil {
			t.Fatal(err)
		}
		return postings
	}
	seen := map[string]bool{}
	filter := ledger.PostingFilter{Limit: 3}
	for page := list(filter); len(page) > 0; page = list(filter) {
		for _, p := range page {
			seen[p.Journal.String()+fmt.Sprint(p.Line)] = true
		}
		filter.Cursor = page[len(page)-1].At()
	}
	if len(seen) != 10 { // its own book only, without one being asked for
		t.Errorf("%d postings over all pages", len(seen))
	}
	for wanted, filter := range map[int]ledger.PostingFilter{
		5: {Policy: "IC-P2", Pool: "IC"}, 4: {Account: ledger.Cash, From: calendar.MustDate("2026-02-02")},
		6: {To: calendar.MustDate("2026-02-03")}, 0: {Pool: "LH"},
	} {
		filter.Limit = ledger.PostingMax
		if got := list(filter); len(got) != wanted {
			t.Errorf("%+v: %d, wanted %d", filter, len(got), wanted)
		}
	}
	_, err := ledger.BookPostings(t.Context(), s.db, by, ledger.PostingFilter{Book: "B"})
	if !errors.Is(err, access.ErrForbidden) {
		t.Errorf("another's book: %v", err)
	}
}
