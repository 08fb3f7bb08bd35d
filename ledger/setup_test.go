package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// shelf is the books of the pool IC in a database of a test's own. Its time stands still until a test moves it.
type shelf struct {
	*testing.T

	db     *testdb.Database
	now    time.Time
	events int64
}

// newShelf opens the books on a day at noon.
func newShelf(t *testing.T, today string) *shelf {
	t.Helper()
	s := &shelf{T: t, db: testdb.Open(t), now: calendar.MustDate(today).Noon()}
	s.in(func(_ context.Context, tx *pg.Tx) error { ledger.OpenPool(tx, "IC"); return nil })
	return s
}

func (s *shelf) in(do func(ctx context.Context, tx *pg.Tx) error) {
	s.Helper()
	if err := pg.InTx(s.Context(), s.db.DB, do); err != nil {
		s.Fatal(err)
	}
}

// told is what a section of an event tells a member of its book.
type told struct {
	Postings []ledger.Posting `json:"postings"`
}

// post writes a journal that counts from a day on, with the event that announces it.
func (s *shelf) post(day string, postings ...ledger.Posting) uuid.UUID {
	s.Helper()
	id := fact.NewID(s.now)
	s.events++
	s.in(func(ctx context.Context, tx *pg.Tx) error {
		period, err := ledger.LockPeriod(ctx, tx, "IC")
		if err != nil {
			return err
		}
		by := access.Person("li", access.Member, "A", access.Underwriter)
		posted, err := ledger.Post(ctx, tx, period, ledger.Journal{
			Pool: "IC", ID: id, Kind: "insurance.premium_received", Effective: calendar.MustDate(day), Recorded: s.now,
			By:       by.Subject,
			Pass:     authority.ReceivePremium.Pass(),
			Postings: postings,
		})
		if err != nil {
			return err
		}
		sections, byBook := []fact.Section{}, map[string][]ledger.Posting{}
		for _, p := range posted.Lines {
			byBook[p.Book] = append(byBook[p.Book], p)
		}
		for _, member := range []string{"A", "B", "C"} {
			if lines := byBook[member]; len(lines) > 0 {
				sections = append(sections, fact.Section{Member: member, Data: told{lines}})
			}
		}
		return outbox.Append(ctx, tx, fact.Fact{
			ID: id, Pool: "IC", Type: "insurance.premium_received", Subject: "test/IC-1", SubjectVersion: s.events,
			Effective: calendar.MustDate(day), Recorded: s.now, By: by, Audience: fact.Everyone, Data: struct{}{},
			Journal:  &fact.JournalSeal{Postings: posted.Postings, Digest: posted.Digest, Period: posted.Period.String()},
			Sections: sections,
		})
	})
	return id
}

// receipt is cash that member A collects for a policy.
func receipt(amount, policy string) ledger.Posting {
	return ledger.Posting{
		Book: "A", Debit: ledger.Cash, Credit: ledger.PremiumReceivedInAdvance, Amount: money.MustAmount(amount),
		Stream: ledger.PremiumCash, Policy: policy, AgreementVersion: 1,
	}
}

// portion is what A, who collected, owes another member of it.
func portion(member, amount, policy string) []ledger.Posting {
	var journal ledger.JournalBuilder
	journal.Mirror(
		ledger.Posting{
			Book: "A", Debit: ledger.PremiumReceivedInAdvance, Credit: ledger.DueToCoinsurer,
			Amount: money.MustAmount(amount), Stream: ledger.NetReceived, Policy: policy, AgreementVersion: 1,
		},
		ledger.Posting{
			Book: member, Debit: ledger.DueFromCoinsurer, Credit: ledger.PremiumReceivable, Policy: policy,
			AgreementVersion: 1,
		},
	)
	return journal.Postings()
}

// seal closes a month.
func (s *shelf) seal(month string) ledger.PeriodSeal {
	s.Helper()
	seal := ledger.PeriodSeal{
		Pool: "IC", Month: calendar.MustMonth(month), Event: fact.NewID(s.now), Sealed: s.now, Actor: "zhao",
	}
	s.in(func(ctx context.Context, tx *pg.Tx) error {
		if err := s.mayClose(ctx, tx, seal.Month); err != nil {
			return err
		}
		return ledger.SealPeriod(ctx, tx, &seal)
	})
	return seal
}

// mayClose begins the close of a month, and says why not.
func (s *shelf) mayClose(ctx context.Context, tx *pg.Tx, month calendar.Month) error {
	_, next, err := ledger.LockForClose(ctx, tx, "IC")
	if err != nil {
		return err
	}
	return ledger.CheckClose("IC", next, month, calendar.DateOf(s.now))
}

// super changes what is behind the book's back.
func (s *shelf) super(statement string, args ...any) {
	s.Helper()
	if _, err := pg.Exec(s.Context(), s.db.Superuser, statement, args...); err != nil {
		s.Fatalf("%s: %v", statement, err)
	}
}

func (s *shelf) balance(q ledger.BalanceQuery) ledger.Balance {
	s.Helper()
	balance, err := ledger.BalanceOf(s.Context(), s.db, q)
	if err != nil {
		s.Fatal(err)
	}
	return balance
}

// findings is what verify says of the book.
func (s *shelf) findings() []ledger.Finding {
	s.Helper()
	report, err := ledger.Verify(s.Context(), s.db, ledger.VerifyOptions{})
	if err != nil {
		s.Fatal(err)
	}
	return report.Findings
}
