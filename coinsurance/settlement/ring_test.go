package settlement_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// interest has one member owe another interest, by an event that is none of settlement's: it is of no policy, and so of
// no ring.
func (l *life) interest(t *testing.T, debtor, creditor, amount string) {
	t.Helper()
	must(t, pg.InTx(t.Context(), l.db.DB, func(ctx context.Context, tx *pg.Tx) error {
		period, err := ledger.LockPeriod(ctx, tx, "IC")
		if err != nil {
			return err
		}
		var journal ledger.JournalBuilder
		posting := ledger.Posting{Amount: money.MustAmount(amount), Stream: ledger.LateInterest, AgreementVersion: 1}
		owes, owed := posting, posting
		owes.Book, owes.Debit, owes.Credit = debtor, ledger.InterestExpense, ledger.DueToCoinsurer
		owed.Book, owed.Debit, owed.Credit = creditor, ledger.DueFromCoinsurer, ledger.InterestIncome
		journal.Mirror(owes, owed)
		booked := ledger.Journal{
			Pool: "IC", ID: uuid.New(), Kind: "insurance.premium_received", Effective: calendar.DateOf(l.now.Now()),
			Recorded: period.After(l.now.Now()), By: testzone.Clerk.Subject,
			Pass: authority.ReceivePremium.Pass(), Postings: journal.Postings(),
		}
		posted, err := ledger.Post(ctx, tx, period, booked)
		if err != nil {
			return err
		}
		return outbox.Append(ctx, tx, fact.Fact{
			ID: booked.ID, Pool: booked.Pool, Type: booked.Kind, Subject: "interest/" + booked.ID.String(), SubjectVersion: 1,
			Effective: booked.Effective, Recorded: booked.Recorded, By: testzone.Clerk, Audience: fact.Overseers,
			Journal: posted.Seal(), Data: struct{}{},
		})
	}))
}

// What is fenced is netted and paid by itself, late items and interest too: of each ring the debts and the orders come
// to the same, an order brings to zero the items of its own ring only, and in the end nothing is owed.
func TestRingsAreSettledByThemselves(t *testing.T) {
	t.Parallel()
	for fence, rings := range map[coinsurance.RingFence][]string{
		coinsurance.FenceNone:     {""},
		coinsurance.FenceLine:     {"", "concept_verification", "rd_liability"},
		coinsurance.FenceYear:     {"", "2026", "2027"},
		coinsurance.FenceLineYear: {"", "concept_verification 2026", "rd_liability 2026", "rd_liability 2027"},
	} {
		for _, netting := range []coinsurance.Netting{
			coinsurance.NettingNone, coinsurance.NettingBilateral, coinsurance.NettingMultilateral,
		} {
			t.Run(fmt.Sprint(fence, " ", netting), func(t *testing.T) {
				t.Parallel()
				l := newLifeOf(t, coinsurance.Terms{Netting: netting, RingFence: fence})
				l.insure(t, "IC-P3", "concept_verification", "2026-01-02", "2026-12-31")
				l.draw(t)
				l.query(t, "2026-01", "B", "IC-P2")
				l.complete(t, l.approve(t, l.propose(t).Number).Number)
				l.resolve(t, "2026-01", "B", "IC-P2") // late on the next
				l.now.Set(calendar.MustDate("2027-01-05").Noon())
				l.insure(t, "IC-P4", "rd_liability", "2027-01-05", "2027-12-31")
				if fence == coinsurance.FenceLine || fence == coinsurance.FenceLineYear {
					l.insure(t, "IC-P5", "concept_verification", "2026-12-31", "2027-12-31")
				}
				l.interest(t, "B", "A", "1.23")
				l.interest(t, "A", "B", "0.40")
				l.drawOf(t, "2027-01")
				l.confirm(t, "2027-01")
				l.ringsPaid(t, l.approve(t, l.proposeOf(t, "2027-01").Number), rings)
			})
		}
	}
}

// ringsPaid compares what a run comes to in each ring with its orders, and pays them one by one.
func (l *life) ringsPaid(t *testing.T, run *settlement.Calculation, rings []string) {
	t.Helper()
	l.verified(t)
	var found []string
	nets := make(map[string]money.Amount)
	for _, debt := range run.Debts {
		found = append(found, debt.Ring)
		net := debt.BOwes.Sub(debt.AOwes)
		nets[debt.Ring+"/"+debt.A] = nets[debt.Ring+"/"+debt.A].Add(net)
		nets[debt.Ring+"/"+debt.B] = nets[debt.Ring+"/"+debt.B].Sub(net)
	}
	slices.Sort(found)
	if found = slices.Compact(found); !slices.Equal(found, rings) {
		t.Errorf("rings %s, wanted %s", strings.Join(found, "|"), strings.Join(rings, "|"))
	}
	for _, order := range run.Payments {
		payer, payee := order.Ring+"/"+order.Payer, order.Ring+"/"+order.Payee
		nets[payer], nets[payee] = nets[payer].Add(order.Amount), nets[payee].Sub(order.Amount)
	}
	for of, net := range nets {
		if !net.IsZero() {
			t.Errorf("%s is left with %s", of, net)
		}
	}
	for _, order := range run.Payments {
		must(t, second(l.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
			Command: l.other, Pool: "IC", Order: order.ID, Amount: order.Amount,
		})))
		l.verified(t)
	}
	for _, pair := range [][2]string{{"A", "B"}, {"A", "C"}, {"B", "A"}, {"C", "A"}} {
		if left := l.owes(t, pair[0], pair[1]); left != "0.00" {
			t.Errorf("%s owes %s %s", pair[0], pair[1], left)
		}
	}
}
