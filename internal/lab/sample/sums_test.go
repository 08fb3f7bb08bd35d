package sample_test

import (
	"errors"
	"io"
	"slices"
	"testing"

	"gongbao/claims"
	"gongbao/claims/bordereau"
	"gongbao/insurance"
	premiums "gongbao/insurance/bordereau"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// brim fills every sum of the book up to a few yuan below what bigint holds.
const brim = `
	UPDATE posting SET amount = 9223372036854770000;
	UPDATE turnover SET debit = 9223372036854770000, credit = 9223372036854770000;
	UPDATE policy SET net_premium = 9223372036854770000, received = 9223372036854770000;
	UPDATE claim SET estimate_indemnity = 9223372036854770000`

// refusalOf is how a door answers: what is added up behind a read panics, and is refused like what a transaction adds.
func refusalOf(ask func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			if err = money.Recovered(reason); err == nil {
				panic(reason)
			}
		}
	}()
	return pg.Refusal(ask())
}

// A book that is full to the brim refuses by name what does not fit, in Go and in SQL, in commands and in reads.
func TestSumsThatDoNotFitAreRefusedByName(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	now := book(t, db, 60)
	number := allPolicies(t, db, sample.Clerk)[0]
	policy, err := insurance.FindPolicy(t.Context(), db, number)
	if err != nil {
		t.Fatal(err)
	}
	pool, today := policy.Pool, calendar.DateOf(now.Now())
	zone, desk := insurance.NewService(db.DB, now), claims.NewService(db.DB, now)
	by := access.Person("li", access.Member, "SHAHU", access.Underwriter, access.Settlement, access.Claims, access.Reader)
	claim, err := desk.OpenClaim(t.Context(), claims.OpenClaim{
		Command: idempotency.Command{By: by},
		Policy:  number, LossDay: policy.Starts,
	})
	if err != nil {
		t.Fatal(err)
	}
	command, little := claims.Command{
		Command: idempotency.Command{By: by},
		Claim:   claim.Number,
	}, money.MustAmount("100.00")
	for _, err := range []error{
		last(desk.ReserveClaim(t.Context(), claims.ReserveClaim{
			Command: command, Indemnity: &little, Expense: &little,
		})),
		last(pg.Exec(t.Context(), db.Superuser, brim)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	much := money.Fen(money.MaxAmount)
	asked := map[string]func() error{
		"receive": func() error {
			return last(zone.ReceivePremium(t.Context(), insurance.ReceivePremium{
				Command: idempotency.By(by), Policy: number, Amount: much,
			}))
		},
		"endorse": func() error {
			return last(zone.EndorsePolicy(t.Context(), insurance.EndorsePolicy{
				Command: idempotency.Command{By: by, Effective: policy.Starts},
				Policy:  number, Endorsement: "E1", Premium: much,
			}))
		},
		"cancel": func() error {
			return last(zone.CancelPolicy(t.Context(), insurance.CancelPolicy{
				Command: idempotency.Command{By: by, Effective: today}, Policy: number,
			}))
		},
		"close": func() error {
			month, err := ledger.NextToClose(t.Context(), db, pool)
			if err != nil {
				return err
			}
			return last(periodend.NewService(db.DB, now).ClosePeriod(t.Context(), periodend.ClosePeriod{
				Command: idempotency.By(sample.Clerk), Pool: pool, Month: month,
			}))
		},
		"positions": func() error { return last(ledger.Debts(t.Context(), db)) },
		"balance": func() error {
			return last(ledger.BalanceOf(t.Context(), db, ledger.BalanceQuery{Book: "SHAHU", Account: ledger.PremiumWritten}))
		},
		"balance as known": func() error {
			return last(ledger.BalanceOf(t.Context(), db, ledger.BalanceQuery{
				Book: "SHAHU", Account: ledger.PremiumWritten, Known: now.Now(),
			}))
		},
		"trial balance": func() error {
			return last(ledger.TrialBalance(t.Context(), db, sample.Clerk, pool, calendar.MustMonth("2026-06")))
		},
		"premium income": func() error { return last(insurance.PremiumIncomeBy(t.Context(), db, sample.Clerk)) },
		"verify": func() error {
			return last(ledger.Verify(t.Context(), db, ledger.VerifyOptions{
				Checks: slices.Concat(insurance.Checks(), claims.Checks()),
			}))
		},
		"bordereau": func() error {
			return last(bordereau.Of(t.Context(), db, sample.Clerk, now.Now(), bordereau.Question{
				Pool: pool, Member: "SHAHU", Month: today.Month(),
			}))
		},
		"premium bordereau": func() error {
			return last(premiums.Of(t.Context(), db, sample.Clerk, now.Now(), premiums.Question{
				Pool: pool, Member: "SHAHU", Months: calendar.Months{From: policy.Starts.Month(), To: today.Month()},
			}, 0, 1))
		},
		"result": func() error {
			return last(periodend.PoolResult(t.Context(), db, sample.Clerk, now.Now(), periodend.ResultQuestion{
				Pool: pool, Months: calendar.Months{From: policy.Starts.Month(), To: today.Month()},
			}))
		},
		"export": func() error { return last(ledger.Export(t.Context(), db, ledger.CSV, io.Discard)) },
	}
	for what, ask := range asked {
		err := refusalOf(ask)
		if what == "export" && err == nil {
			continue // it adds nothing up
		}
		if !errors.Is(err, money.ErrSumTooLarge) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func last[T any](_ T, err error) error { return err }
