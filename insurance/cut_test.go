package insurance_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var cutsOfRun = flag.Int("cuts", 200, "cuts under sixteen writers")

// drawn is what was recorded between two cuts: how many postings, and a sum over which ones.
type drawn struct{ postings, sum int64 }

// Sixteen services, whose clocks are up to two seconds apart and go back too, receive premiums, issue and import, while
// the book is cut. What is recorded between two cuts is all there behind the barrier, and nothing is added later.
func TestCutsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	const services = 16
	cuts := *cutsOfRun
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "40%", "B", "30%", "C", "30%")
	noon := z.clock.Now()
	skewed := func(dice *rand.Rand) time.Time { return noon.Add(time.Duration(dice.Int64N(int64(2 * time.Second)))) }
	var over atomic.Bool
	var group sync.WaitGroup
	for i := range services {
		group.Go(func() {
			dice, own := rand.New(rand.NewPCG(uint64(i), 1)), clock.NewManual(noon)
			service := insurance.NewService(z.db.DB, own)
			for n := 0; !over.Load(); n++ {
				own.Set(skewed(dice))
				if err := z.live(service, own, fmt.Sprintf("IC-S%d-%d", i, n), i == 0); err != nil {
					t.Errorf("service %d: %v", i, err)
					return
				}
			}
		})
	}
	dice := rand.New(rand.NewPCG(uint64(cuts), 1))
	at, found := make([]time.Time, cuts), make([]drawn, cuts)
	for i := range cuts {
		must(t, pg.InTx(t.Context(), z.db.DB, func(ctx context.Context, tx *pg.Tx) (err error) {
			at[i], err = ledger.Cut(ctx, tx, "IC", skewed(dice))
			return err
		}))
		must(t, ledger.Barrier(t.Context(), z.db.DB, "IC", nil))
		if i > 0 {
			found[i] = recordedIn(t, z.db, at[i-1], at[i])
		}
	}
	over.Store(true)
	group.Wait()
	total := recordedIn(t, z.db, time.Time{}, at[0])
	for i := 1; i < cuts; i++ {
		then := recordedIn(t, z.db, at[i-1], at[i])
		if then != found[i] || !at[i].After(at[i-1]) {
			t.Errorf("from %s to the cut of %s there was %+v, and at the end %+v", at[i-1], at[i], found[i], then)
		}
		total.postings += then.postings
	}
	if total.postings < int64(cuts) {
		t.Errorf("only %d postings by the last cut", total.postings)
	}
	z.verified()
	t.Logf("%d cuts, %d postings up to the last", cuts, total.postings)
}

// live takes a policy through its first steps, or imports it.
func (z *fixture) live(service *insurance.Service, own clock.Clock, number string, imported bool) error {
	ctx, by := z.Context(), idempotency.By(person("A"))
	if imported {
		_, err := service.ImportPolicies(ctx, insurance.ImportPolicies{By: clerk, Source: strings.NewReader(
			"pool,number,line,insured,start,end,premium,vat,limit,received\nIC," + number +
				",first_set,晶圆厂,2026-01-02,2026-12-31,100.00,6%,1000.00,106.00\n",
		)})
		return err
	}
	quote := z.quote(number, "100.00")
	if _, err := service.QuotePolicy(ctx, quote); err != nil {
		return err
	}
	for _, amount := range []string{"6.00", "100.00"} {
		_, err := service.ReceivePremium(ctx, insurance.ReceivePremium{
			Command: by, Policy: number, Amount: money.MustAmount(amount),
		})
		if err != nil {
			return err
		}
	}
	_, err := service.IssuePolicy(ctx, insurance.IssuePolicy{Command: by, Policy: number})
	return err
}

func recordedIn(t *testing.T, db *testdb.Database, after, by time.Time) (found drawn) {
	t.Helper()
	must(t, pg.Row(t.Context(), db, `SELECT count(*), coalesce(sum(hashtext(journal::text || line)), 0)::bigint
		FROM posting WHERE pool = 'IC' AND recorded > $1 AND recorded <= $2`, []any{after, by}, &found.postings, &found.sum))
	return found
}
