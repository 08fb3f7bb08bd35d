package settlement_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// life is a pool of three members with two policies, and everything that settlement needs of them.
type life struct {
	db    *testdb.Database
	now   *clock.Manual
	s     *settlement.Service
	clerk idempotency.Command
	other idempotency.Command
}

func newLife(t *testing.T, netting coinsurance.Netting) *life {
	t.Helper()
	return newLifeOf(t, coinsurance.Terms{Netting: netting})
}

// newLifeOf is a life under terms, with an issuing fee of 2 %.
func newLifeOf(t *testing.T, terms coinsurance.Terms) *life {
	t.Helper()
	terms.IssuingFee = money.MustRate("2%")
	l := &life{
		db: testdb.Open(t), now: clock.NewManual(calendar.MustDate("2026-01-05").Noon()),
		clerk: idempotency.By(testzone.Clerk), other: idempotency.By(testzone.Checker),
	}
	l.s = settlement.NewService(l.db.DB, l.now)
	testzone.Found(t, l.db.DB, l.now, terms,
		testzone.Share{Member: "A", Share: "60%"}, testzone.Share{Member: "B", Share: "25%"},
		testzone.Share{Member: "C", Share: "15%"})
	for _, number := range []string{"IC-P1", "IC-P2"} {
		l.insure(t, number, "rd_liability", "2026-01-02", "2026-12-31")
	}
	return l
}

// insure pays and issues a policy of 1,000.00.
func (l *life) insure(t *testing.T, number, line, starts, ends string) {
	t.Helper()
	contract := testzone.Contract()
	contract.Line, contract.Starts, contract.Ends = line, calendar.MustDate(starts), calendar.MustDate(ends)
	contract.Premium = money.MustAmount("1000.00")
	testzone.Issue(t, l.db.DB, l.now, number, contract)
}

func staff(member string) idempotency.Command {
	return idempotency.By(access.Person("qian", access.Member, member, access.Settlement))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func second[A any](_ A, err error) error { return err }

// draw draws and issues the statement of January, and has all confirm it.
func (l *life) draw(t *testing.T) {
	t.Helper()
	l.drawOf(t, "2026-01")
	l.confirm(t, "2026-01")
}

// drawOf draws and issues the statement of a period.
func (l *life) drawOf(t *testing.T, period string) *settlement.Statement {
	t.Helper()
	must(t, second(l.s.DrawStatement(t.Context(), settlement.DrawStatement{
		Command: l.clerk, Pool: "IC", Period: period, Ahead: true,
	})))
	issued, err := l.s.IssueStatement(t.Context(), settlement.IssueStatement{
		Command: l.clerk, Pool: "IC", Period: period,
	})
	must(t, err)
	return issued
}

// confirm has all members confirm a statement.
func (l *life) confirm(t *testing.T, period string) {
	t.Helper()
	for _, member := range []string{"A", "B", "C"} {
		must(t, second(l.s.ConfirmStatement(t.Context(), settlement.ConfirmStatement{
			Command: staff(member), Pool: "IC", Period: period, Member: member,
		})))
	}
}

func (l *life) propose(t *testing.T) *settlement.Calculation {
	t.Helper()
	return l.proposeOf(t, "2026-01")
}

func (l *life) proposeOf(t *testing.T, period string) *settlement.Calculation {
	t.Helper()
	proposed, err := l.s.ProposeSettlement(t.Context(), settlement.ProposeSettlement{
		Command: l.clerk, Pool: "IC", Period: period,
	})
	must(t, err)
	return proposed
}

func (l *life) complete(t *testing.T, number int) {
	t.Helper()
	must(t, second(l.s.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
		Command: l.other, Pool: "IC", Number: number,
	})))
}

func (l *life) query(t *testing.T, period, member, subject string) {
	t.Helper()
	must(t, second(l.s.RaiseQuery(t.Context(), settlement.RaiseQuery{
		Command: staff(member), Pool: "IC", Period: period, Member: member, Subject: subject,
	})))
}

func (l *life) resolve(t *testing.T, period, member, subject string) {
	t.Helper()
	must(t, second(l.s.ResolveQueries(t.Context(), settlement.ResolveQueries{
		Command: staff(member), Pool: "IC", Period: period, Member: member, Subject: subject,
	})))
}

func (l *life) approve(t *testing.T, number int) *settlement.Calculation {
	t.Helper()
	approved, err := l.s.ApproveSettlement(t.Context(), settlement.ApproveSettlement{
		Command: l.other, Pool: "IC", Number: number,
	})
	must(t, err)
	return approved
}

func (l *life) verified(t *testing.T) {
	t.Helper()
	report, err := ledger.Verify(t.Context(), l.db.DB, ledger.VerifyOptions{Checks: settlement.Checks()})
	must(t, err)
	for _, finding := range report.Findings {
		t.Error(finding)
	}
}

// owes is what a member owes another by the book.
func (l *life) owes(t *testing.T, debtor, creditor string) string {
	t.Helper()
	answer, err := ledger.Owes(t.Context(), l.db.DB, debtor, creditor, ledger.BalanceQuery{Pool: "IC"})
	must(t, err)
	return answer.Balance.String()
}

// Every payment is written down in two parts, comes back, and is made again, under every netting: at each step the book
// verifies, and in the end nobody owes anybody and the run is complete.
func TestPaymentsComeBackAndAreMadeAgain(t *testing.T) {
	t.Parallel()
	for _, netting := range []coinsurance.Netting{
		coinsurance.NettingNone, coinsurance.NettingBilateral, coinsurance.NettingMultilateral,
	} {
		t.Run(string(netting), func(t *testing.T) {
			t.Parallel()
			l := newLife(t, netting)
			l.draw(t)
			run := l.approve(t, l.propose(t).Number)
			l.verified(t)
			pay := func(order settlement.PaymentOrder, amount money.Amount) {
				t.Helper()
				must(t, second(l.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
					Command: l.other, Pool: "IC", Order: order.ID, Amount: amount,
				})))
				l.verified(t)
			}
			back := func(order settlement.PaymentOrder) {
				t.Helper()
				must(t, second(l.s.ReturnOrder(t.Context(), settlement.ReturnOrder{
					Command: l.other, Pool: "IC", Order: order.ID,
				})))
				l.verified(t)
			}
			for round := range 2 {
				for _, order := range run.Payments {
					part := money.Fen(order.Amount.Fen() / 3)
					pay(order, part)
					if round == 0 {
						back(order)
						pay(order, part)
					}
					pay(order, order.Amount.Sub(part))
				}
				if done, _, err := settlement.SettlementOf(t.Context(), l.db.DB, "IC", "2026-01"); err != nil ||
					done.State != settlement.Completed {
					t.Fatalf("got %+v, %v", done, err)
				}
				if l.owes(t, "A", "B") != "0.00" || l.owes(t, "A", "C") != "0.00" {
					t.Errorf("A owes B %s and C %s", l.owes(t, "A", "B"), l.owes(t, "A", "C"))
				}
				if round == 0 {
					for _, order := range run.Payments { // after completion
						back(order)
					}
					if l.owes(t, "A", "B") != "520.00" { // 25 % of 2 × 1,060.00 less the fee of 2 %
						t.Errorf("A owes B %s after all came back", l.owes(t, "A", "B"))
					}
				}
			}
		})
	}
}

// A proposal is outdated by a query that is raised after it, and nothing is paid of an order that is not there.
func TestRefusalsOfSettlement(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingNone)
	l.draw(t)
	proposed := l.propose(t)
	if err := second(l.s.ApproveSettlement(t.Context(), settlement.ApproveSettlement{
		Command: l.clerk, Pool: "IC", Number: proposed.Number,
	})); !errors.Is(err, access.ErrMakerIsChecker) {
		t.Errorf("approved by its maker: %v", err)
	}
	for want, err := range map[error]error{
		settlement.ErrOrderNotFound: second(l.s.ReturnOrder(t.Context(), settlement.ReturnOrder{
			Command: l.other, Pool: "IC", Order: "G9-9-9",
		})),
		settlement.ErrSettlementNotFound: second(l.s.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
			Command: l.other, Pool: "IC", Number: proposed.Number,
		})),
		settlement.ErrItemNotFound: second(l.s.RaiseQuery(t.Context(), settlement.RaiseQuery{
			Command: staff("B"), Pool: "IC", Period: "2026-01", Member: "B", Subject: "IC-P9",
		})),
	} {
		if !errors.Is(err, want) {
			t.Errorf("got %v, wanted %v", err, want)
		}
	}
	must(t, second(l.s.RaiseQuery(t.Context(), settlement.RaiseQuery{
		Command: staff("B"), Pool: "IC", Period: "2026-01", Member: "B", Subject: "IC-P1",
	})))
	if err := second(l.s.ApproveSettlement(t.Context(), settlement.ApproveSettlement{
		Command: l.other, Pool: "IC", Number: proposed.Number,
	})); !errors.Is(err, settlement.ErrSettlementOutdated) {
		t.Errorf("approved though an item is disputed: %v", err)
	}
}

// A statement is drawn with its key once, whatever happens in between, and by nobody else again.
func TestAStatementIsDrawnOnce(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingNone)
	cmd := settlement.DrawStatement{Command: l.clerk, Pool: "IC", Period: "2026-01"}
	cmd.IdempotencyKey = "draw-1"
	first, err := l.s.DrawStatement(t.Context(), cmd)
	must(t, err)
	again, err := l.s.DrawStatement(t.Context(), cmd)
	if err != nil || again.Number != first.Number || !again.Cut.Equal(first.Cut) {
		t.Errorf("got %+v, %v", again, err)
	}
	cmd.IdempotencyKey = "draw-2"
	if _, err := l.s.DrawStatement(t.Context(), cmd); !errors.Is(err, settlement.ErrStatementExists) {
		t.Errorf("drawn again: %v", err)
	}
	// What a crash left at the cut is finished by whoever draws next, of whatever period.
	_, err = pg.Exec(t.Context(), l.db.Superuser, `UPDATE statement
		SET state = 'cut', version = 0, items = 0, postings = 0`)
	must(t, err)
	for _, table := range []string{"statement_item", "statement_member"} {
		_, err = pg.Exec(t.Context(), l.db.Superuser, `DELETE FROM `+table)
		must(t, err)
	}
	_, err = pg.Exec(t.Context(), l.db.Superuser, `DELETE FROM event_pending WHERE subject LIKE 'statement/%'`)
	must(t, err)
	_, err = pg.Exec(t.Context(), l.db.Superuser, `DELETE FROM event WHERE subject LIKE 'statement/%'`)
	must(t, err)
	must(t, second(l.s.DrawStatement(t.Context(), settlement.DrawStatement{
		Command: l.other, Pool: "IC", Period: "2026-02", Ahead: true,
	})))
	all, err := settlement.Statements(t.Context(), l.db.DB, "IC")
	must(t, err)
	if by := l.other.By.Subject; all[0].DrawnBy != by || all[1].DrawnBy != by {
		t.Errorf("drawn by %s and %s", all[0].DrawnBy, all[1].DrawnBy)
	}
	var states []string
	for _, statement := range all {
		states = append(states, statement.Period+" "+string(statement.State))
	}
	if got := strings.Join(states, ", "); got != "2026-01 drawn, 2026-02 drawn" || all[0].Items != first.Items {
		t.Errorf("%s, %d items of %d", got, all[0].Items, first.Items)
	}
	l.verified(t)
}

// A member that confirms at the very instant at which a run was proposed, but after it, had not confirmed: verify takes
// the run's word that its items were left out for that, also where a query of them was raised and resolved before.
func TestWhoConfirmsAtTheInstantOfTheProposal(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.drawOf(t, "2026-01")
	l.query(t, "2026-01", "B", "IC-P1")
	l.resolve(t, "2026-01", "B", "IC-P1")
	proposed, err := l.s.ProposeSettlement(t.Context(), settlement.ProposeSettlement{
		Command: l.clerk, Pool: "IC", Period: "2026-01", ConfirmedOnly: true,
	})
	must(t, err)
	if proposed.Items != 0 {
		t.Errorf("%d items are taken, though nobody has confirmed", proposed.Items)
	}
	l.confirm(t, "2026-01")
	l.verified(t)
}
