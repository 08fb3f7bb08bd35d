package sample_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// TestBalance asks for balances on both clocks over a book with closed months and back-dated postings, and adds each up
// again without kept balances.
func TestBalance(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	manual := book(t, db, 80)
	const seed = 7
	dice := rand.New(rand.NewPCG(seed, seed))
	periods, policies := periodend.NewService(db.DB, manual), insurance.NewService(db.DB, manual)
	numbers := issuedBy(t, db, "SHAHU")
	for round := range 6 {
		manual.Set(manual.Now().Add(24 * time.Hour))
		closeNext(t, db, periods)
		for i := range 8 { // back-dated, some at the very instant of the close
			number := numbers[dice.IntN(len(numbers))]
			policy, err := insurance.FindPolicy(t.Context(), db, number)
			if err != nil {
				t.Fatal(err)
			}
			_, err = policies.EndorsePolicy(t.Context(), insurance.EndorsePolicy{
				Command: idempotency.Command{
					By:        access.Person("li", access.Member, "SHAHU", access.Underwriter),
					Effective: policy.Starts.AddDays(dice.IntN(60)),
				},
				Policy:      number,
				Endorsement: fmt.Sprintf("E%d-%d", round, i), Premium: money.Fen(dice.Int64N(100_000)),
			})
			if err != nil {
				t.Fatal(err)
			}
			manual.Set(manual.Now().Add(time.Duration(dice.IntN(2)) * time.Hour))
		}
	}
	if findings := verify(t, db); len(findings) > 0 {
		t.Fatal(findings)
	}
	accounts := []ledger.Account{
		ledger.PremiumReceivable,
		ledger.PremiumWritten,
		ledger.DueToCoinsurer,
		ledger.OutputVAT,
		ledger.UnearnedPremiumReserve,
	}
	start := manual.Now()
	for range 300 {
		q := ledger.BalanceQuery{
			Book: []string{"SHAHU", "DONGHU", "NANHU"}[dice.IntN(3)], Account: accounts[dice.IntN(len(accounts))],
			Pool: []string{"", "IC", "LH"}[dice.IntN(3)], Counterparty: []string{"", "", "DONGHU"}[dice.IntN(3)],
		}
		if dice.IntN(3) > 0 {
			q.Effective = calendar.MustDate("2025-06-15").AddDays(dice.IntN(500))
		}
		if dice.IntN(3) > 0 {
			q.Known = start.Add(-time.Duration(dice.IntN(240)) * time.Hour)
		}
		if dice.IntN(4) == 0 {
			q.Policy = numbers[dice.IntN(len(numbers))]
		}
		got, err := ledger.BalanceOf(t.Context(), db, q)
		if err != nil {
			t.Fatal(err)
		}
		if wanted := plain(t, db, q); got.Debit.Sub(got.Credit) != wanted {
			t.Errorf("seed %d, %+v: got %s, wanted %s", seed, q, got.Debit.Sub(got.Credit), wanted)
		}
	}
}

// plain adds an account up posting by posting; debits less credits.
func plain(t *testing.T, db *testdb.Database, q ledger.BalanceQuery) money.Amount {
	t.Helper()
	known := any(nil)
	if !q.Known.IsZero() {
		known = q.Known
	}
	var sum money.Amount
	err := pg.Row(t.Context(), db, `
		SELECT coalesce(sum(CASE WHEN debit = $2::text::account THEN amount ELSE -amount END), 0) FROM posting
		WHERE book = $1 AND $2::text::account IN (debit, credit) AND ($3 = '' OR pool = $3) AND ($4 = '' OR counterparty = $4)
			AND ($5::date IS NULL OR effective <= $5::date) AND ($6::timestamptz IS NULL OR recorded <= $6::timestamptz)
			AND ($7 = '' OR policy = $7)`,
		[]any{q.Book, string(q.Account), q.Pool, q.Counterparty, q.Effective.SQL(), known, q.Policy}, &sum)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func issuedBy(t *testing.T, db *testdb.Database, issuer string) []string {
	t.Helper()
	var numbers []string
	err := db.NewRaw(
		`SELECT number FROM policy JOIN agreement AS a ON a.pool = policy.pool AND a.version = policy.agreement_version
		WHERE a.issuer = ? AND policy.pool = 'IC' AND policy.ends > '2026-02-01' ORDER BY number`,
		issuer,
	).Scan(
		t.Context(),
		&numbers,
	)
	if err != nil || len(numbers) == 0 {
		t.Fatal(err, numbers)
	}
	return numbers
}
