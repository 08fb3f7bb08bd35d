package periodend_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// issued quotes, pays and issues a policy for a year from 1 January.
func (z *fixture) issued(number string) {
	z.Helper()
	by, premium := idempotency.By(li), money.MustAmount("365.00")
	z.must(second(z.policies.QuotePolicy(z.Context(), insurance.QuotePolicy{
		Command: by, Pool: "IC", Number: number, Contract: insurance.Contract{
			Line: "first_set", Insured: "晶圆厂", Starts: calendar.MustDate("2026-01-01"),
			Ends: calendar.MustDate("2026-12-31"), Premium: premium, SumInsured: money.MustAmount("1000000.00"),
		},
	})))
	z.must(second(z.policies.ReceivePremium(z.Context(), insurance.ReceivePremium{
		Command: by, Policy: number, Amount: premium,
	})))
	z.must(second(z.policies.IssuePolicy(z.Context(), insurance.IssuePolicy{
		Command: idempotency.Command{By: li, Effective: calendar.MustDate("2026-01-01")}, Policy: number,
	})))
}

// endorsed adds a yuan to a policy with effect from the last day of January.
func (z *fixture) endorsed(number, endorsement string) error {
	return second(z.policies.EndorsePolicy(z.Context(), insurance.EndorsePolicy{
		Command: idempotency.Command{By: li, Effective: calendar.MustDate("2026-01-31")},
		Policy:  number, Endorsement: endorsement, Premium: money.MustAmount("1.00"),
	}))
}

// monthOf is the accounting month in which the policy's endorsement stands.
func (z *fixture) monthOf(number, endorsement string) (month calendar.Month) {
	z.Helper()
	z.must(pg.Row(z.Context(), z.db, `SELECT period FROM premium_item WHERE policy = $1 AND endorsement = $2`,
		[]any{number, endorsement}, &month))
	return month
}

func (z *fixture) head() (period ledger.Period) {
	z.Helper()
	z.must(pg.InTx(z.Context(), z.db.DB, func(ctx context.Context, tx *pg.Tx) (err error) {
		period, err = ledger.LockPeriod(ctx, tx, "IC")
		return err
	}))
	return period
}

// The service dies between a close's two transactions: what comes then stands in February, and the next close of
// January finds January as it was.
func TestACloseThatDiedIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	january := calendar.MustMonth("2026-01")
	z.clock.Set(calendar.MustDate("2026-02-01").Noon())
	z.must(z.endorsed("IC-P1", "E1"))
	z.must(pg.InTx(t.Context(), z.db.DB, func(ctx context.Context, tx *pg.Tx) error {
		return ledger.BeginClose(ctx, tx, "IC", january, calendar.DateOf(z.clock.Now()))
	}))
	z.must(z.endorsed("IC-P1", "E2"))
	z.verified()
	z.refused("2026-02", ledger.ErrPeriodClosed)
	z.must(second(z.close("2026-01")))
	if first, then := z.monthOf("IC-P1", "E1"), z.monthOf("IC-P1", "E2"); first != january || then != january.Next() {
		t.Errorf("posted in %s, then in %s", first, then)
	}
	z.reserve("A", "2026-01-31", "201.00") // 60 % of 334 days, and of what is left of E1's yuan
	z.refused("2026-01", ledger.ErrPeriodClosed)
	z.verified()
}

// A rehearsal begins no close that others could see: January takes postings as before.
func TestARehearsedCloseLeavesTheMonthOpen(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.Set(calendar.MustDate("2026-02-01").Noon())
	command := idempotency.By(clerk)
	command.Rehearsal = new(idempotency.Rehearsal)
	closed, err := z.periods.ClosePeriod(t.Context(), periodend.ClosePeriod{
		Command: command, Pool: "IC", Month: calendar.MustMonth("2026-01"),
	})
	z.must(err)
	if p := z.head(); closed.Reserves != 1 || !p.Ended().IsZero() {
		t.Errorf("rehearsed %+v, the head is %+v", closed, p)
	}
	z.must(z.endorsed("IC-P1", "E1"))
	if month := z.monthOf("IC-P1", "E1"); month != calendar.MustMonth("2026-01") {
		t.Errorf("posted in %s", month)
	}
	z.must(second(z.close("2026-01")))
	z.verified()
}

// The same key gets the first answer, though the month can no longer be closed.
func TestACloseIsRepeatedByItsKey(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.Set(calendar.MustDate("2026-02-01").Noon())
	cmd := periodend.ClosePeriod{Command: idempotency.By(clerk), Pool: "IC", Month: calendar.MustMonth("2026-01")}
	cmd.IdempotencyKey = "january"
	first, err := z.periods.ClosePeriod(t.Context(), cmd)
	z.must(err)
	if again, err := z.periods.ClosePeriod(t.Context(), cmd); err != nil || again != first {
		t.Errorf("got %+v, %v, wanted %+v", again, err, first)
	}
}

// Thirty-two people go on endorsing with effect from January, each its own policy, while January is closed twice at
// once: one close succeeds, what stands in January was there when it was sealed, and all else stands in February.
func TestCommandsGoOnDuringAClose(t *testing.T) {
	t.Parallel()
	const writers = 32
	z := newZone(t)
	for i := range writers {
		z.issued(fmt.Sprintf("IC-W%d", i))
	}
	z.clock.Set(calendar.MustDate("2026-02-01").Noon())
	var closed atomic.Bool
	var begun, group sync.WaitGroup
	last := make([]int, writers)
	begun.Add(writers)
	for i := range writers {
		group.Go(func() {
			number := fmt.Sprintf("IC-W%d", i)
			for n, over := 0, false; !over; n++ { // once more after the close
				over = closed.Load()
				if err := z.endorsed(number, fmt.Sprintf("E%d", n)); err != nil {
					t.Error(err)
					over = true
				}
				last[i] = n
				if n == 0 {
					begun.Done()
				}
			}
		})
	}
	begun.Wait()
	results := make(chan error, 2)
	for range cap(results) {
		go func() { results <- second(z.close("2026-01")) }()
	}
	one, other := <-results, <-results
	closed.Store(true)
	group.Wait()
	if (one == nil) == (other == nil) {
		t.Errorf("the closes: %v, %v", one, other)
	}
	for i := range writers {
		number := fmt.Sprintf("IC-W%d", i)
		first, then := z.monthOf(number, "E0"), z.monthOf(number, fmt.Sprintf("E%d", last[i]))
		if first != calendar.MustMonth("2026-01") || then != calendar.MustMonth("2026-02") {
			t.Errorf("%s: the first of %d stands in %s, the last in %s", number, last[i]+1, first, then)
		}
	}
	z.verified()
}
