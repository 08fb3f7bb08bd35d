package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// TestClose: months close one after the other, once they have ended, and what comes later counts in the first open one.
func TestClose(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-03-02")
	refused := func(month string) {
		t.Helper()
		err := pg.InTx(t.Context(), s.db.DB, func(ctx context.Context, tx *pg.Tx) error {
			return s.mayClose(ctx, tx, calendar.MustMonth(month))
		})
		if !errors.Is(err, ledger.ErrPeriodClosed) {
			t.Errorf("%s: %v", month, err)
		}
	}
	refused("2026-01") // there are no postings
	s.post("2026-01-15", receipt("100.00", "IC-P1"))
	refused("2026-02") // January comes first
	first := s.seal("2026-01")
	if first.Postings != 1 || len(first.Digest) != 32 {
		t.Errorf("sealed %+v", first)
	}
	refused("2026-01") // a second time
	refused("2026-03") // February comes first
	if next, err := ledger.NextToClose(t.Context(), s.db, "IC"); err != nil || next.String() != "2026-02" {
		t.Errorf("next %s, %v", next, err)
	}
	s.post("2026-01-20", receipt("3.00", "IC-P1"))
	var period calendar.Month
	err := pg.Row(t.Context(), s.db.DB, `SELECT period FROM posting WHERE effective = '2026-01-20'`, nil, &period)
	if err != nil || period.String() != "2026-02" {
		t.Errorf("posted into %s, %v", period, err)
	}
	second := s.seal("2026-02")
	if second.Postings != 1 || string(second.Digest) == string(first.Digest) {
		t.Errorf("sealed %+v", second)
	}
	refused("2026-03") // it has not ended
	s.now = s.now.Add(31 * 24 * time.Hour)
	if empty := s.seal("2026-03"); empty.Postings != 0 {
		t.Errorf("sealed %+v", empty)
	}
	seals, err := ledger.Seals(t.Context(), s.db, "IC")
	if err != nil || len(seals) != 3 || seals[0].Digest != first.DigestHex() || seals[2].Actor != "zhao" {
		t.Errorf("got %+v, %v", seals, err)
	}
	if findings := s.findings(); len(findings) > 0 {
		t.Error(findings)
	}
}

// TestABegunCloseIsFinishedByTheNext: from a close's first transaction on, what is dated in the month stands in the
// next, also before the first close; if the second never comes, the next close of the month finds all as it was.
func TestABegunCloseIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-03-02")
	begin := func(month string) error {
		return pg.InTx(t.Context(), s.db.DB, func(ctx context.Context, tx *pg.Tx) error {
			return ledger.BeginClose(ctx, tx, "IC", calendar.MustMonth(month), calendar.DateOf(s.now))
		})
	}
	if err := begin("2026-01"); !errors.Is(err, ledger.ErrPeriodClosed) || !s.period().Ended().IsZero() {
		t.Errorf("without postings: %v", err)
	}
	s.post("2026-01-15", receipt("100.00", "IC-P1"))
	for _, month := range []string{"2026-01", "2026-02"} {
		for range 2 { // it was interrupted
			if err := begin(month); err != nil {
				t.Fatal(err)
			}
			s.post("2025-12-20", receipt("3.00", "IC-P1"))
			s.post(month+"-20", receipt("3.00", "IC-P1"))
		}
		if next, err := ledger.NextToClose(t.Context(), s.db, "IC"); err != nil || next.String() != month {
			t.Errorf("the next to close is %s, %v", next, err)
		}
		if err := begin("2026-03"); !errors.Is(err, ledger.ErrPeriodClosed) {
			t.Errorf("another month: %v", err)
		}
		if findings := s.findings(); len(findings) > 0 {
			t.Error(findings)
		}
		counted := map[string]int64{"2026-01": 1, "2026-02": 4}[month]
		if seal := s.seal(month); seal.Postings != counted {
			t.Errorf("%s has %d postings, wanted %d", month, seal.Postings, counted)
		}
	}
	if p := s.period(); !p.Closing.IsZero() || p.Closed.String() != "2026-02" {
		t.Errorf("got %+v", p)
	}
	if findings := s.findings(); len(findings) > 0 {
		t.Error(findings)
	}
}

// A seal is never older than what it seals, whatever another machine's clock said.
func TestAMonthIsSealedAfterItsLastPosting(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-02")
	late := s.now.Add(time.Hour)
	s.now = late
	s.post("2026-01-15", receipt("100.00", "IC-P1"))
	s.now = s.now.Add(-2 * time.Hour)
	if seal := s.seal("2026-01"); !seal.Sealed.Equal(late) {
		t.Errorf("sealed at %s, and posted at %s", seal.Sealed, late)
	}
}

// TestTrialBalance: before and after a close, every book's openings and closings sum to zero and agree with its
// balances.
func TestTrialBalance(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-04-02")
	for _, day := range []string{"2026-01-15", "2026-02-10", "2026-03-20"} {
		s.post(day, append(portion("B", "40.00", "IC-P1"), receipt("100.00", "IC-P1"))...)
	}
	manager := access.Person("zhao", access.Manager, "", access.Settlement)
	lines := func(by access.Principal, month string) []ledger.TrialLine {
		t.Helper()
		lines, err := ledger.TrialBalance(t.Context(), s.db, by, "IC", calendar.MustMonth(month))
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	for round := range 3 { // no month is closed, one, two
		for _, month := range []string{"2026-01", "2026-02", "2026-03"} {
			sums := map[string]money.Amount{}
			for _, line := range lines(manager, month) {
				sums[line.Book] = sums[line.Book].Add(line.Closing).Add(line.Opening)
				got := s.balance(ledger.BalanceQuery{
					Book: line.Book, Account: line.Account, Effective: calendar.MustMonth(month).Last(),
				})
				if got.Debit.Sub(got.Credit) != line.Closing || line.Opening.Add(line.Debit).Sub(line.Credit) != line.Closing {
					t.Errorf("round %d, %s: %+v, balance %+v", round, month, line, got)
				}
			}
			if len(sums) != 2 || !sums["A"].IsZero() || !sums["B"].IsZero() {
				t.Errorf("round %d, %s: %v", round, month, sums)
			}
		}
		if round < 2 {
			s.seal([]string{"2026-01", "2026-02"}[round])
		}
	}
	for _, line := range lines(access.Person("x", access.Member, "B", access.Reader), "2026-03") {
		if line.Book != "B" {
			t.Errorf("B sees the book of %s", line.Book)
		}
	}
	by := access.Person("root", access.Operator, "", access.Reader)
	_, err := ledger.TrialBalance(t.Context(), s.db, by, "IC", calendar.MustMonth("2026-03"))
	if !errors.Is(err, access.ErrForbidden) {
		t.Errorf("the operator: %v", err)
	}
}
