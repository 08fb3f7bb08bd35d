package periodend_test

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var (
	unearnedSeed  = flag.Uint64("unearned-seed", 20261127, "seed of the random lives whose unearned premium is held")
	unearnedLives = flag.Int("unearned-lives", 40, "policies of them")
)

// TestUnearnedIsNeverMoreThanWritten plays policies through two years: issued ahead and behind, endorsed upwards,
// cancelled and reinstated with effect from days before and ahead, while months are closed soon or late. Whatever the
// order: of every policy no sealed month holds back less than nothing, or more than was written up to it.
func TestUnearnedIsNeverMoreThanWritten(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	t.Logf("seed %d, %d lives", *unearnedSeed, *unearnedLives)
	dice := rand.New(rand.NewPCG(*unearnedSeed, 1))
	day := calendar.MustDate("2026-01-02")
	begun, sealed, counts := 0, calendar.MustMonth("2025-12"), map[string]int{}
	for day.Before(calendar.MustDate("2028-02-01")) {
		z.clock.Set(day.Noon())
		_, err := z.policies.RunDay(t.Context(), clerk)
		z.must(err)
		if begun < *unearnedLives && dice.IntN(6) == 0 {
			begun++
			z.born(dice, fmt.Sprintf("IC-U%d", begun), day)
		}
		if begun > 0 && dice.IntN(3) > 0 {
			kind, err := z.change(dice, fmt.Sprintf("IC-U%d", 1+dice.IntN(begun)), day)
			if _, refused := errors.AsType[*fault.Fault](err); err != nil && !refused {
				t.Fatal(err)
			}
			if err == nil {
				counts[kind]++
			}
		}
		// Late closes come several at once.
		for next := sealed.Next(); day.After(next.Last()) && dice.IntN(20) == 0; next = sealed.Next() {
			_, err := z.close(next.String())
			z.must(err)
			sealed = next
			z.held(next)
		}
		day = day.AddDays(1 + dice.IntN(3))
	}
	z.verified()
	for _, kind := range []string{"endorse", "cancel", "reinstate"} {
		if counts[kind] < 5 {
			t.Errorf("%s happened %d times: the test sees little of it", kind, counts[kind])
		}
	}
	if sealed.Before(calendar.MustMonth("2026-10")) {
		t.Errorf("the last month closed is %s", sealed)
	}
}

// born quotes, pays and issues a policy that starts up to two months ahead or one behind.
func (z *fixture) born(dice *rand.Rand, number string, day calendar.Date) {
	z.Helper()
	start := calendar.Later(day.AddDays(dice.IntN(90)-30), calendar.MustDate("2026-01-02"))
	premium := money.Fen(1 + dice.Int64N(1_000_000))
	_, err := z.policies.QuotePolicy(z.Context(), insurance.QuotePolicy{
		Command: idempotency.By(li), Pool: "IC", Number: number, Contract: insurance.Contract{
			Line: "first_set", Insured: "晶圆厂", Starts: start, Ends: start.AddDays(dice.IntN(500)),
			Premium: premium, SumInsured: money.MustAmount("1000000.00"),
		},
	})
	z.must(err)
	_, err = z.policies.ReceivePremium(z.Context(), insurance.ReceivePremium{
		Command: idempotency.By(li), Policy: number, Amount: premium,
	})
	z.must(err)
	_, err = z.policies.IssuePolicy(z.Context(), insurance.IssuePolicy{Command: idempotency.By(li), Policy: number})
	z.must(err)
}

// change does one random thing to a policy; a refusal is part of life.
func (z *fixture) change(dice *rand.Rand, number string, day calendar.Date) (string, error) {
	effective := calendar.Later(day.AddDays(dice.IntN(240)-120), calendar.MustDate("2026-01-02"))
	switch dice.IntN(4) {
	case 0:
		_, err := z.policies.CancelPolicy(z.Context(), insurance.CancelPolicy{
			Command: idempotency.Command{By: li, Effective: effective}, Policy: number,
		})
		return "cancel", err
	case 1, 2:
		_, err := z.policies.ReinstatePolicy(z.Context(), insurance.ReinstatePolicy{
			Command: idempotency.By(li), Policy: number,
		})
		return "reinstate", err
	default:
		basis := []string{insurance.BasisRemaining, insurance.BasisPeriod}[dice.IntN(2)]
		_, err := z.policies.EndorsePolicy(z.Context(), insurance.EndorsePolicy{
			Command: idempotency.Command{By: li, Effective: effective},
			Policy:  number, Endorsement: fmt.Sprintf("E%d", dice.Int64()), Basis: basis,
			Premium: money.Fen(dice.Int64N(500_000)),
		})
		return "endorse", err
	}
}

// held compares what each policy holds back in a month with what was written up to it.
func (z *fixture) held(month calendar.Month) {
	z.Helper()
	seen := 0
	z.must(pg.Rows(z.Context(), z.db, `SELECT policy,
			sum(CASE WHEN credit = $1 THEN amount WHEN debit = $1 THEN -amount ELSE 0 END)::bigint,
			sum(CASE WHEN credit = $2 THEN amount WHEN debit = $2 THEN -amount ELSE 0 END)::bigint
		FROM posting WHERE period <= $3 GROUP BY policy`,
		[]any{string(ledger.UnearnedPremiumReserve), string(ledger.PremiumWritten), month.First().SQL()},
		func(rows *sql.Rows) error {
			var policy string
			var held, written money.Amount
			if err := rows.Scan(&policy, &held, &written); err != nil {
				return err
			}
			seen++
			// A cancellation that takes back an endorsement dated ahead is posted before it: then less than nothing was
			// written so far, and nothing may be held back.
			if held.IsNegative() || held.Cmp(money.Max(money.Amount{}, written)) > 0 {
				z.Errorf("%s of %s: %s is held back, %s was written", month, policy, held, written)
			}
			return nil
		}))
	if seen == 0 {
		z.Errorf("%s: no policy", month)
	}
}
