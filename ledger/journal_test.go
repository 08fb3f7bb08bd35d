package ledger_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// post opens the pool IC and posts one journal.
func post(t *testing.T, db *testdb.Database, reverses *uuid.UUID, postings ...ledger.Posting) (uuid.UUID, error) {
	t.Helper()
	return postAs(t, db, "insurance.premium_received", reverses, postings...)
}

// postAs is post for a journal of a kind.
func postAs(
	t *testing.T, db *testdb.Database, kind string, reverses *uuid.UUID, postings ...ledger.Posting,
) (uuid.UUID, error) {
	t.Helper()
	id := uuid.New()
	day := calendar.MustDate("2026-03-05")
	return id, pg.InTx(t.Context(), db.DB, func(ctx context.Context, tx *pg.Tx) error {
		period, err := ledger.LockPeriod(ctx, tx, "IC")
		if pg.NoRows(err) {
			ledger.OpenPool(tx, "IC")
			if err := tx.Flush(ctx); err != nil {
				return err
			}
			period, err = ledger.LockPeriod(ctx, tx, "IC")
		}
		if err != nil {
			return err
		}
		if reverses != nil {
			if err := ledger.CheckNotReversed(ctx, tx, "IC", *reverses); err != nil {
				return err
			}
		}
		_, err = ledger.Post(ctx, tx, period, ledger.Journal{
			Pool: "IC", ID: id, Kind: kind, Effective: day, Recorded: day.Noon(), By: "li@A", Reverses: reverses,
			Pass:     passOf(kind),
			Postings: postings,
		})
		return err
	})
}

// passOf is the gate's word for a journal of a kind; the zero pass for one of no kind that it knows.
func passOf(kind string) authority.Pass {
	for _, act := range authority.Acts {
		if pass := act.Pass(); pass.Covers(kind) {
			return pass
		}
	}
	return authority.Pass{}
}

func cash(amount string) ledger.Posting {
	return ledger.Posting{
		Book: "A", Debit: ledger.Cash, Credit: ledger.PremiumReceivedInAdvance, Amount: money.MustAmount(amount),
		Stream: ledger.PremiumCash, Policy: "IC-P1",
	}
}

// between is a posting of a recovery.
// Nothing is added to what a statement may show: no road posts without looking at the cut.
func TestNothingIsRecordedByTheCut(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	s.cut()
	s.cut()
	period := s.period()
	for name, wrong := range map[string]ledger.Journal{
		"before the cut":             {Pool: "IC", Recorded: s.now},
		"at the cut":                 {Pool: "IC", Recorded: *period.Cut},
		"by another pool's head":     {Pool: "LH", Recorded: period.After(s.now)},
		"at no time that was looked": {Pool: "IC"},
	} {
		wrong.ID, wrong.Kind, wrong.Effective = uuid.New(), "insurance.premium_received", calendar.MustDate("2026-02-10")
		wrong.Pass = authority.ReceivePremium.Pass()
		wrong.Postings = []ledger.Posting{cash("1.00")}
		s.in(func(ctx context.Context, tx *pg.Tx) error {
			if _, err := ledger.Post(ctx, tx, period, wrong); !errors.Is(err, ledger.ErrPostingNotAllowed) {
				t.Errorf("%s: Post: %v", name, err)
			}
			return nil
		})
		err := pg.InTx(t.Context(), s.db.DB, func(ctx context.Context, tx *pg.Tx) error {
			_, err := ledger.PostAll(ctx, tx, period, []ledger.Journal{wrong})
			return err
		})
		if !errors.Is(err, ledger.ErrPostingNotAllowed) {
			t.Errorf("%s: PostAll: %v", name, err)
		}
	}
	s.now = period.After(s.now)
	s.post("2026-02-10", cash("1.00"))
}

func between(debit, credit ledger.Account) ledger.Posting {
	return ledger.Posting{Book: "A", Debit: debit, Credit: credit, Amount: money.Fen(500), Stream: ledger.Recovery}
}

// Accounts that are closed are brought over by a journal of one kind, which moves nothing else; verify holds the book
// to that, and takes journals of before for what they are.
// A journal without the gate's word for its event is not taken, and one of an estimate moves reserves only.
func TestNothingIsPostedWithoutAPass(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	for name, test := range map[string]struct {
		kind string
		pass authority.Pass
	}{
		"no pass":                  {"insurance.premium_received", authority.Pass{}},
		"a pass for another event": {"insurance.premium_refunded", authority.ReceivePremium.Pass()},
		"no decision by amount":    {"insurance.premium_refunded", authority.RefundPremium.Pass()},
		"cash by an estimate":      {"claims.claim_reserved", authority.ReserveClaim.Pass()},
	} {
		s.in(func(ctx context.Context, tx *pg.Tx) error {
			period, err := ledger.LockPeriod(ctx, tx, "IC")
			if err != nil {
				return err
			}
			_, err = ledger.Post(ctx, tx, period, ledger.Journal{
				Pool: "IC", ID: uuid.New(), Kind: test.kind, Effective: calendar.MustDate("2026-02-10"), Recorded: s.now,
				By: "li@A", Pass: test.pass, Postings: []ledger.Posting{cash("1.00")},
			})
			if !errors.Is(err, ledger.ErrPostingNotAllowed) {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
	}
}

func TestClosedAccountsAreTransferred(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	for name, wrong := range map[string]ledger.Posting{
		"cash in a transfer": cash("1.00"), "into another account": between(ledger.RecoveryIncome, ledger.SalvageRecovered),
	} {
		_, err := postAs(t, db, ledger.AccountsTransferred, nil, wrong)
		if !errors.Is(err, ledger.ErrPostingNotAllowed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	id, err := postAs(t, db, ledger.AccountsTransferred, nil,
		between(ledger.RecoveryIncome, ledger.ClaimsRecovered), between(ledger.SalvageRecovered, ledger.SalvageIncome))
	if err != nil {
		t.Fatal(err)
	}
	strange := func() (found []string) {
		report, err := ledger.Verify(t.Context(), db.Superuser, ledger.VerifyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range report.Findings {
			if strings.Contains(finding.Text, "which no rule does") {
				found = append(found, finding.Text)
			}
		}
		return found
	}
	if found := strange(); len(found) > 0 {
		t.Errorf("a transfer is found fault with: %v", found)
	}
	if _, err := db.Superuser.ExecContext(t.Context(),
		"UPDATE journal SET kind = 'claims.claim_recovered' WHERE id = ?", id); err != nil {
		t.Fatal(err)
	}
	if found := strange(); len(found) != 2 {
		t.Errorf("a transfer that is none: %v", found)
	}
	if _, err := db.Superuser.ExecContext(t.Context(),
		"UPDATE posting SET debit = 'cash', credit = 'recovery_income' WHERE journal = ?", id); err != nil {
		t.Fatal(err)
	}
	if found := strange(); len(found) > 0 {
		t.Errorf("a journal of before is found fault with: %v", found)
	}
}

func TestPostRefused(t *testing.T) {
	t.Parallel()
	due := ledger.Posting{
		Book: "A", Debit: ledger.PremiumReceivedInAdvance, Credit: ledger.DueToCoinsurer, Amount: money.Fen(5),
		Stream: ledger.NetReceived, Counterparty: "B", Mirror: 1,
	}
	mirror := ledger.Posting{
		Book: "B", Debit: ledger.DueFromCoinsurer, Credit: ledger.PremiumReceivable, Amount: money.Fen(5),
		Stream: ledger.NetReceived, Counterparty: "A", Mirror: 1,
	}
	with := func(p ledger.Posting, change func(*ledger.Posting)) ledger.Posting {
		change(&p)
		return p
	}
	tests := map[string][]ledger.Posting{
		"an amount of zero":             {cash("0.00")},
		"a negative amount":             {cash("-1.00")},
		"accounts that are no pair":     {with(cash("1.00"), func(p *ledger.Posting) { p.Credit = ledger.PremiumWritten })},
		"an account that is not there":  {with(cash("1.00"), func(p *ledger.Posting) { p.Debit = "purse" })},
		"the same account twice":        {with(cash("1.00"), func(p *ledger.Posting) { p.Credit = ledger.Cash })},
		"no book":                       {with(cash("1.00"), func(p *ledger.Posting) { p.Book = "" })},
		"a counterparty where none is":  {with(cash("1.00"), func(p *ledger.Posting) { p.Counterparty = "B" })},
		"a member that owes itself":     {with(due, func(p *ledger.Posting) { p.Counterparty = "A" }), mirror},
		"half a mirror":                 {due},
		"a mirror of another amount":    {due, with(mirror, func(p *ledger.Posting) { p.Amount = money.Fen(4) })},
		"a mirror of another member":    {due, with(mirror, func(p *ledger.Posting) { p.Counterparty = "C" })},
		"a mirror on the wrong account": {due, with(due, func(p *ledger.Posting) { p.Book, p.Counterparty = "B", "A" })},
		"no mirror number":              {with(due, func(p *ledger.Posting) { p.Mirror = 0 })},
		"too many postings":             make([]ledger.Posting, 4097),
		"an account that is closed":     {between(ledger.Cash, ledger.RecoveryIncome)},
		"a transfer outside a transfer": {between(ledger.SalvageIncome, ledger.SalvageRecovered)},
	}
	db := testdb.Open(t)
	for name, postings := range tests {
		t.Run("Err "+name, func(t *testing.T) {
			t.Parallel()
			if _, err := post(t, db, nil, postings...); !errors.Is(err, ledger.ErrPostingNotAllowed) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPost(t *testing.T) {
	t.Parallel()
	t.Run("OK a journal is reversed once", func(t *testing.T) {
		t.Parallel()
		db := testdb.Open(t)
		id, err := post(t, db, nil, cash("10.00"))
		if err != nil {
			t.Fatal(err)
		}
		back := cash("10.00")
		back.Debit, back.Credit = back.Credit, back.Debit
		if _, err := post(t, db, &id, back); err != nil {
			t.Fatal(err)
		}
		if _, err := post(t, db, &id, back); !errors.Is(err, ledger.ErrAlreadyReversed) {
			t.Errorf("got %v", err)
		}
		answer, err := ledger.BalanceOf(t.Context(), db, ledger.BalanceQuery{Book: "A", Account: ledger.Cash})
		if err != nil || !answer.Balance.IsZero() {
			t.Errorf("got %+v, %v", answer, err)
		}
	})
	t.Run("OK a negative movement swaps the same two accounts, zero posts nothing", func(t *testing.T) {
		t.Parallel()
		var entries ledger.JournalBuilder
		entries.Move(cash("0.00"))
		entries.Move(cash("-3.00"))
		got := entries.Postings()
		if len(got) != 1 || got[0].Debit != ledger.PremiumReceivedInAdvance || got[0].Amount.String() != "3.00" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("OK an empty journal writes nothing", func(t *testing.T) {
		t.Parallel()
		db := testdb.Open(t)
		if _, err := post(t, db, nil); err != nil {
			t.Fatal(err)
		}
		var count int
		if err := pg.Row(t.Context(), db, `SELECT count(*) FROM journal`, nil, &count); err != nil || count != 0 {
			t.Errorf("%d journals, %v", count, err)
		}
	})
}
