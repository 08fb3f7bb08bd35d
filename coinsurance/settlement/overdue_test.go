package settlement_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/testdb"
	"gongbao/ledger"
)

// quarter is a pool of A and B, in which A owes B 365,000.00 for 2026-01 from an order that is due on 13 February.
const quarter = `2026-01-01 member A 甲
2026-01-01 member B 乙
2026-01-01 pool IC industry=integrated_circuits
2026-01-01 agreement IC v1 from=2026-01-01 shares=A:50%,B:50% late_interest=10% TERMS
2026-01-01 policy P pool=IC line=pilot_test start=2026-01-01 end=2026-12-31 premium=730000.00 vat=0 limit=9.00 insured=x
2026-01-02 receive P 730000.00
2026-01-02 issue P
2026-01-31 statement IC 2026-01
`

// late is a zone in which stories are told, with a service whose clock the test sets.
type late struct {
	*testing.T

	db      *testdb.Database
	player  *scenario.Player
	clock   *clock.Manual
	service *settlement.Service
	told    string // so far
	lines   int    // of it
}

func newLate(t *testing.T, terms string) *late {
	t.Helper()
	db, manual := testdb.Open(t), clock.NewManual(calendar.MustDate("2026-01-01").Noon())
	l := &late{
		T: t, db: db, player: scenario.NewPlayer(db.DB), clock: manual, service: settlement.NewService(db.DB, manual),
	}
	l.tell(strings.ReplaceAll(quarter, "TERMS", terms))
	return l
}

// tell goes on with the story, of which every line has to hold.
func (l *late) tell(story string) {
	l.Helper()
	l.told += story
	file, err := scenario.Parse("story", []byte(l.told))
	l.must(err)
	file.Lines, l.lines = file.Lines[l.lines:], len(file.Lines)
	l.must(l.player.Play(l.Context(), file, func(result scenario.Result) {
		if !result.OK {
			l.Errorf("%s: wanted %s, got %s", result.Text, result.Wanted, result.Got)
		}
	}))
}

func (l *late) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// books books late interest through a month, early in the one after it, and wants so many rows.
func (l *late) books(month string, rows int) []settlement.LateInterest {
	l.Helper()
	l.clock.Set(calendar.MustMonth(month).Next().First().Noon())
	booked, err := l.service.BookInterest(l.Context(), settlement.BookInterest{
		Command: idempotency.By(clerk), Pool: "IC", Month: calendar.MustMonth(month),
	})
	l.must(err)
	if len(booked) != rows {
		l.Fatalf("booked %+v", booked)
	}
	return booked
}

// has wants a balance of interest in a book.
func (l *late) has(book string, account ledger.Account, wanted string) {
	l.Helper()
	answer, err := ledger.BalanceOf(l.Context(), l.db, ledger.BalanceQuery{Book: book, Account: account})
	if err != nil || answer.Balance.String() != wanted {
		l.Errorf("%s of %s: got %s, %v, wanted %s", account, book, answer.Balance, err, wanted)
	}
}

func (l *late) verified() {
	l.Helper()
	report, err := ledger.Verify(context.Background(), l.db, ledger.VerifyOptions{Checks: settlement.Checks()})
	l.must(err)
	for _, finding := range report.Findings {
		l.Error(finding)
	}
}

// Late interest stands in both books, on the next statement, and in what is settled by it.
func TestLateInterestComesOntoTheNextStatement(t *testing.T) {
	t.Parallel()
	l := newLate(t, "")
	l.tell(`2026-02-09 confirm IC 2026-01 A
2026-02-09 confirm IC 2026-01 B
2026-02-09 settle IC 2026-01
2026-02-09 expect payment IC 2026-01 A B 365000.00
2026-02-12 expect event coinsurance.order_overdue 0
2026-02-13 expect event coinsurance.order_overdue 1
`)
	l.clock.Set(calendar.MustDate("2026-02-28").Noon())
	_, err := l.service.BookInterest(t.Context(), settlement.BookInterest{
		Command: idempotency.By(clerk), Pool: "IC", Month: calendar.MustMonth("2026-02"),
	})
	if !errors.Is(err, settlement.ErrMonthNotEnded) {
		t.Errorf("got %v", err)
	}
	booked := l.books("2026-02", 1) // the 13th to the 28th, 100.00 a day
	if booked[0].Amount.String() != "1600.00" || booked[0].Debtor != "A" || booked[0].Creditor != "B" {
		t.Errorf("got %+v", booked)
	}
	l.books("2026-02", 0)
	l.has("A", ledger.InterestExpense, "1600.00")
	l.has("B", ledger.InterestIncome, "1600.00")
	l.tell(`2026-03-02 statement IC 2026-02
2026-03-02 expect statement IC 2026-02 B opening=365000.00 movement=1600.00 closing=366600.00
2026-03-03 paid IC 2026-01
2026-03-04 confirm IC 2026-02 A
2026-03-04 confirm IC 2026-02 B
2026-03-04 settle IC 2026-02
2026-03-04 expect payment IC 2026-02 A B 1600.00
2026-03-05 paid IC 2026-02
2026-03-05 expect owes A B 0.00
2026-03-05 expect verified
`)
	l.verified()
	march := l.books("2026-03", 1) // the 1st to the 3rd; the second order was paid in time
	if march[0].Amount.String() != "300.00" {
		t.Errorf("got %+v", march)
	}
	l.verified()
	ageing, err := l.service.AgeingOf(t.Context(), clerk, "IC", calendar.MustDate("2026-03-02"))
	if err != nil || len(ageing.Orders) != 1 || ageing.Total.To30.String() != "365000.00" || ageing.Orders[0].Days != 18 {
		t.Errorf("got %+v, %v", ageing, err)
	}
	if ageing, err = l.service.AgeingOf(t.Context(), clerk, "IC", calendar.Date{}); err != nil || len(ageing.Orders) != 0 {
		t.Errorf("got %+v, %v", ageing, err)
	}
}

// What is owed by statements stands apart from what is paid of orders, and a member sees its own.
func TestACurrentAccount(t *testing.T) {
	t.Parallel()
	l := newLate(t, "")
	bank := access.Person("b", access.Member, "B", access.Settlement)
	says := func(wanted string) {
		t.Helper()
		account, err := l.service.CurrentAccountOf(t.Context(), bank, "IC", "B")
		l.must(err)
		said := ""
		for _, debt := range account.Statements {
			said += fmt.Sprintf("%s open %s held %s in payment %s settled %s;", debt.Period, debt.Open, debt.Held,
				debt.InPayment, debt.Settled)
		}
		for _, order := range account.Orders {
			said += fmt.Sprintf(" order %s left %s in %d;", order.Amount, order.Left, len(order.Movements))
		}
		for _, balance := range account.Balances {
			said += " balance " + balance.Balance.String()
		}
		if said != wanted {
			t.Errorf("got    %s\nwanted %s", said, wanted)
		}
	}
	says("2026-01 open 365000.00 held 0.00 in payment 0.00 settled 0.00; balance 365000.00")
	l.tell("2026-02-08 query IC 2026-01 A item=P\n")
	says("2026-01 open 0.00 held 365000.00 in payment 0.00 settled 0.00; balance 365000.00")
	l.tell(`2026-02-09 resolve IC 2026-01 A item=P
2026-02-09 confirm IC 2026-01 A
2026-02-09 confirm IC 2026-01 B
2026-02-09 settle IC 2026-01
`)
	says("2026-01 open 0.00 held 0.00 in payment 365000.00 settled 0.00; order 365000.00 left 365000.00 in 0;" +
		" balance 365000.00")
	l.tell("2026-02-10 paid IC 2026-01\n")
	says("2026-01 open 0.00 held 0.00 in payment 0.00 settled 365000.00; order 365000.00 left 0.00 in 1;")
	for member, wanted := range map[string]string{"A": "-365000.00", "B": "365000.00"} {
		account, err := l.service.CurrentAccountOf(t.Context(), clerk, "IC", member)
		if err != nil || len(account.Cash) != 1 || account.Cash[0].Amount.String() != wanted || len(account.Entries) != 0 {
			t.Errorf("the cash of %s is %+v, %v", member, account.Cash, err)
		}
	}
	if _, err := l.service.CurrentAccountOf(t.Context(), bank, "IC", "A"); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("got %v", err)
	}
}

// A figure of what is overdue that nobody posted is found.
func TestTamperingWithWhatIsOverdueIsFound(t *testing.T) {
	t.Parallel()
	l := newLate(t, "")
	l.tell(`2026-02-09 confirm IC 2026-01 A
2026-02-09 confirm IC 2026-01 B
2026-02-09 settle IC 2026-01
2026-02-20 paid IC 2026-01
`)
	l.books("2026-02", 1)
	l.verified()
	for name, test := range map[string]struct{ change, back string }{
		"order_movements_add_up": {
			`UPDATE order_movement SET amount = amount - 1`, `UPDATE order_movement SET amount = amount + 1`,
		},
		"late_interest_is_in_the_book": {
			`UPDATE late_interest SET amount = amount + 1`, `UPDATE late_interest SET amount = amount - 1`,
		},
	} {
		_, err := l.db.Superuser.Pool.Exec(t.Context(), test.change)
		l.must(err)
		report, err := ledger.Verify(t.Context(), l.db, ledger.VerifyOptions{Checks: settlement.Checks()})
		l.must(err)
		found := report.Findings // the sums name it, and the events
		if len(found) != 2 || found[0].Check != name || found[1].Check != "movements_are_as_told" {
			t.Errorf("%s: found %v", name, found)
		}
		_, err = l.db.Superuser.Pool.Exec(t.Context(), test.back)
		l.must(err)
	}
}

// A crash while interest is booked leaves nothing of it, and the next run books all of it; two at once book it once.
func TestLateInterestIsBookedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	l := newLate(t, "")
	l.tell(`2026-02-09 confirm IC 2026-01 A
2026-02-09 confirm IC 2026-01 B
2026-02-09 settle IC 2026-01
`)
	l.clock.Set(calendar.MustDate("2026-05-01").Noon())
	_, err := l.db.Superuser.Pool.Exec(t.Context(),
		`ALTER TABLE late_interest ADD CONSTRAINT crash CHECK (month < '2026-04-01')`)
	l.must(err)
	if _, err := l.service.RunInterest(t.Context(), clerk); err == nil {
		t.Fatal("it went on")
	}
	l.has("A", ledger.InterestExpense, "0.00")
	_, err = l.db.Superuser.Pool.Exec(t.Context(), `ALTER TABLE late_interest DROP CONSTRAINT crash`)
	l.must(err)
	type outcome struct {
		booked int
		err    error
	}
	outcomes := make(chan outcome)
	for range 2 {
		go func() {
			booked, err := l.service.RunInterest(context.Background(), clerk)
			outcomes <- outcome{booked, err}
		}()
	}
	first, second := <-outcomes, <-outcomes
	if first.err != nil || second.err != nil || first.booked+second.booked != 3 {
		t.Errorf("got %+v and %+v", first, second)
	}
	l.has("B", ledger.InterestIncome, "7700.00") // 77 days from 13 February to 30 April
	if again, err := l.service.RunInterest(t.Context(), clerk); again != 0 || err != nil {
		t.Errorf("got %d, %v", again, err)
	}
	l.verified()
}

// Silence confirms only where the agreement says so, and never what is disputed.
func TestSilenceOnAStatement(t *testing.T) {
	t.Parallel()
	t.Run("OK it confirms, but not while a query is open", func(t *testing.T) {
		t.Parallel()
		l := newLate(t, "silence=confirms")
		l.tell(`2026-02-01 query IC 2026-01 B item=P
2026-02-20 expect event coinsurance.statement_deemed_confirmed 0
2026-02-20 expect event coinsurance.query_escalated 1
2026-02-20 settle IC 2026-01 => error coinsurance.statement_not_confirmed
2026-02-21 resolve IC 2026-01 B item=P
2026-02-22 expect event coinsurance.statement_deemed_confirmed 2
2026-02-22 settle IC 2026-01
2026-02-22 expect payment IC 2026-01 A B 365000.00
`)
		l.verified()
	})
	t.Run("OK it says nothing, and is said once to be overdue", func(t *testing.T) {
		t.Parallel()
		l := newLate(t, "")
		l.tell(`2026-02-01 confirm IC 2026-01 A
2026-02-10 expect event coinsurance.statement_overdue 0
2026-02-11 expect event coinsurance.statement_overdue 1
2026-03-11 expect event coinsurance.statement_overdue 1
2026-03-11 settle IC 2026-01 => error coinsurance.statement_not_confirmed
2026-03-12 confirm IC 2026-01 B
2026-03-12 settle IC 2026-01
`)
		l.verified()
	})
}

func TestWhoSeesAndRunsWhatIsOverdue(t *testing.T) {
	t.Parallel()
	l := newLate(t, "")
	stranger := access.Person("x", access.Member, "C", access.Settlement)
	for _, run := range []func(context.Context, access.Principal) (int, error){
		l.service.RunClocks, l.service.RunInterest,
	} {
		if _, err := run(t.Context(), stranger); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("got %v", err)
		}
	}
	operator := access.Person("ops", access.Operator, "", access.Administrator)
	if _, err := l.service.AgeingOf(t.Context(), operator, "IC", calendar.Date{}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("got %v", err)
	}
	l.tell(`2026-02-09 confirm IC 2026-01 A
2026-02-09 confirm IC 2026-01 B
2026-02-09 settle IC 2026-01
`)
	l.clock.Set(calendar.MustDate("2026-02-10").Noon())
	for _, test := range []struct {
		by   access.Principal
		sees int
	}{
		{clerk, 1}, {access.Person("x", access.Regulator, "", access.Reader), 1},
		{access.Person("a", access.Member, "A", access.Settlement), 1}, {stranger, 0},
	} {
		ageing, err := l.service.AgeingOf(t.Context(), test.by, "IC", calendar.Date{})
		if err != nil || len(ageing.Orders) != test.sees {
			t.Errorf("%s: %+v, %v", test.by.Subject, ageing, err)
		}
	}
}
