package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"gongbao/internal/clock"
	"gongbao/ledger"
)

const balanceSeed = 2027

// What is asked for: accounts that many postings touch.
var (
	askedBooks    = []string{"SHAHU", "DONGHU", "NANHU", "YANXI", "TANGXUN", "LIANGZI"}
	askedAccounts = []ledger.Account{
		ledger.Cash, ledger.PremiumWritten, ledger.UnearnedPremiumReserve, ledger.DueToCoinsurer,
		ledger.DueFromCoinsurer, ledger.CommissionExpense,
	}
)

// benchBalance asks the long book for balances of an account by a day, as known at an instant.
func benchBalance(ctx context.Context, r *run) error {
	h, err := r.longBook(ctx)
	if err != nil {
		return err
	}
	memory, done := r.watch("balance")
	var middle, late, floor, floorLate []float64
	var cost, floorCost costs
	for round := range r.Size.Rounds {
		r.Told("balance: rounds", round, r.Size.Rounds)
		var base, times []time.Duration
		if err := h.weigh(ctx, new(peak), &floorCost, r.Size.Asked, func() (err error) {
			base, err = h.askFloor(ctx, r.Size.Asked)
			return err
		}); err != nil {
			return err
		}
		floor, floorLate = append(floor, millis(share(base, 0.5))), append(floorLate, millis(share(base, 0.99)))
		if err := h.weigh(ctx, memory, &cost, r.Size.Asked, func() (err error) {
			times, err = h.askMany(ctx, r.Size.Asked, round)
			return err
		}); err != nil {
			return err
		}
		middle, late = append(middle, millis(share(times, 0.5))), append(late, millis(share(times, 0.99)))
	}
	done()
	what := "balance at a day as known at an instant, " + figure(float64(h.book.postings)) + " postings"
	const below = "a kept balance by its key, raw pgx"
	r.add(Line{Bench: "balance", What: what + ", median", Unit: "ms", Floor: below}.cost(cost, floorCost), middle, floor)
	r.add(Line{
		Bench: "balance", What: what + ", p99", Unit: "ms", Floor: below, Target: atMost(20, 5),
	}, late, floorLate)
	return nil
}

// askMany asks one question after the other over HTTP and gives the time of each.
func (h *house) askMany(ctx context.Context, count, round int) ([]time.Duration, error) {
	one, err := call(ctx, h.address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = one.conn.Close() }()
	dice := rand.New(rand.NewPCG(balanceSeed, uint64(round))) //nolint:gosec // the same questions in every run
	times := make([]time.Duration, count)
	for i := range times {
		question := h.question(dice)
		begun := clock.Stopwatch()
		if err := one.do(question); err != nil {
			return nil, err
		}
		times[i] = clock.Since(begun)
	}
	return times, nil
}

// question draws a book, an account, an instant at which months were known, and a day in one of those months.
func (h *house) question(dice *rand.Rand) request {
	known := dice.IntN(len(h.book.known))
	month := h.book.first.Month()
	for range dice.IntN(known + 1) {
		month = month.Next()
	}
	day := month.First().AddDays(dice.IntN(28))
	query := url.Values{"pool": {pool}, "effective": {day.String()}}
	query.Set("known", h.book.known[known].Format(time.RFC3339Nano))
	return request{
		method: http.MethodGet, token: h.tokens[reader.Subject],
		path: fmt.Sprintf("/v1/books/%s/accounts/%s/balance?%s", askedBooks[dice.IntN(len(askedBooks))],
			askedAccounts[dice.IntN(len(askedAccounts))], query.Encode()),
	}
}

// askFloor reads one kept balance, again and again.
func (h *house) askFloor(ctx context.Context, count int) ([]time.Duration, error) {
	conn, err := h.floor.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	times := make([]time.Duration, count)
	for i := range times {
		begun := clock.Stopwatch()
		var debit, credit int64
		if err := conn.QueryRow(ctx, `SELECT coalesce(sum(debit), 0)::bigint, coalesce(sum(credit), 0)::bigint
			FROM `+h.db.Schema+`.balance_snapshot WHERE pool = $1 AND period = $2 AND book = $3 AND account = 'cash'`,
			pool, h.book.first.SQL(), askedBooks[i%len(askedBooks)]).Scan(&debit, &credit); err != nil {
			return nil, err
		}
		times[i] = clock.Since(begun)
	}
	return times, nil
}
