package claims_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/ledger"
)

var steps = flag.Int("steps", 400, "moves of random claims, for each agreement")

// life is the auditor's own notebook of one claim: fen, and nothing of the code under test.
type life struct {
	paid, cost, back int64 // indemnity, expense, recovery and salvage
	calls            map[string]int64
}

// shares in millionths, as the agreement of the zone has them.
var shares = map[string]int64{"A": 500_000, "B": 333_333, "C": 166_667}

// portion is what a follower holds of a total when the leader takes the rest: half away from zero.
func portion(member string, total int64) int64 {
	product := shares[member] * total
	if product < 0 {
		return -((-product + 500_000) / 1_000_000)
	}
	return (product + 500_000) / 1_000_000
}

// TestRandomClaims plays random moves under every way of paying, and compares what the members owe with the auditor's
// own sums: each stream's portion by itself, less what was paid on calls.
func TestRandomClaims(t *testing.T) {
	t.Parallel()
	for name, terms := range map[string]coinsurance.Terms{
		"the leader pays": {}, "another services": {Servicer: "C"}, "each pays": {Claims: coinsurance.ByEach},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			g := rand.New(rand.NewPCG(seed, 1))
			z := newZone(t, terms)
			by := handler
			if terms.Servicer == "C" {
				by.Organisation, by.Subject = "C", "he@C"
			}
			lives := map[string]*life{}
			for step := range *steps {
				number := fmt.Sprintf("IC-C%d", g.IntN(6))
				if lives[number] == nil {
					lives[number] = &life{calls: map[string]int64{}}
					must(t, z.openBy(by, "IC-P1", number))
				}
				err := z.random(g, as(by, number), lives[number])
				if err != nil && fault.CodeOf(err) == "internal" {
					t.Fatalf("step %d: %v", step, err)
				}
			}
			z.audit(terms, lives)
			z.verified()
		})
	}
}

// random makes one move; what is refused must have changed nothing, so the notebook follows only what succeeded.
func (z *fixture) random(g *rand.Rand, c claims.Command, l *life) error {
	ctx, amount := z.Context(), g.Int64N(20_000_000)
	some := money.Fen(amount)
	switch g.IntN(12) {
	case 0:
		return errOf(z.claims.ReserveClaim(ctx, claims.ReserveClaim{Command: c, Indemnity: &some}))
	case 1:
		return errOf(z.claims.AssessClaim(ctx, claims.AssessClaim{Command: c, Loss: &some}))
	case 2:
		return errOf(z.claims.ApproveClaim(ctx, claims.ApproveClaim{Command: c, Indemnity: &some, Expense: &some}))
	case 3:
		some = money.Fen(amount / 50)
		err := errOf(z.claims.AdvanceClaim(ctx, claims.AdvanceClaim{Command: c, Indemnity: some}))
		if err == nil {
			l.paid += some.Fen()
		}
		return err
	case 4, 5:
		cost := money.Fen(amount / 7)
		some = money.Fen(amount / 3)
		err := z.pay(c, claims.PayClaim{Indemnity: some, Expense: claims.Expense{Legal: cost}})
		if err == nil {
			l.paid += some.Fen()
			l.cost += cost.Fen()
		}
		return err
	case 6:
		err := errOf(z.claims.RecoverClaim(ctx, claims.RecoverClaim{Command: c, Recovery: some}))
		if err == nil {
			l.back += amount
		}
		return err
	case 7:
		payer := []string{"A", "B", "C"}[g.IntN(3)]
		some = money.Fen(1 + amount/9)
		c.By = member(payer)
		err := errOf(z.claims.PayCall(ctx, claims.PayCall{Command: c, Member: payer, Amount: some}))
		if err == nil {
			l.calls[payer] += some.Fen()
		}
		return err
	case 8:
		return z.close(c)
	case 9:
		return z.refuse(c, "试")
	case 10:
		return z.withdraw(c)
	default:
		return z.reopen(c)
	}
}

// limit is what the policy pays for all claims, in fen.
const limit = 100_000_000

// within holds what was paid, approved and recovered within what a policy and a claim allow.
func (z *fixture) within(lives map[string]*life) {
	z.Helper()
	var used int64
	for number, l := range lives {
		c := z.find(number)
		if approved := c.ApprovedIndemnity.Fen(); c.PaidIndemnity.Fen() != l.paid || c.PaidExpense.Fen() != l.cost {
			z.Errorf("%s says %s and %s are paid, the auditor %d and %d fen", number, c.PaidIndemnity, c.PaidExpense, l.paid,
				l.cost)
		} else if c.Ended() && (approved != l.paid || c.ApprovedExpense.Fen() != l.cost) {
			z.Errorf("%s ended with %s and %s approved, %s and %s paid", number, c.ApprovedIndemnity, c.ApprovedExpense,
				c.PaidIndemnity, c.PaidExpense)
		}
		used += max(c.ApprovedIndemnity.Fen(), l.paid)
		if l.back > l.paid+l.cost {
			z.Errorf("%s: %d fen are recovered of %d paid", number, l.back, l.paid+l.cost)
		}
	}
	if used > limit {
		z.Errorf("%d fen of the limit are used, of %d", used, limit)
	}
}

// audit compares what each member owes the servicer for claims with the notebook.
func (z *fixture) audit(terms coinsurance.Terms, lives map[string]*life) {
	z.Helper()
	z.within(lives)
	servicer := "A"
	if terms.Servicer != "" {
		servicer = terms.Servicer
	}
	for number, l := range lives {
		for member := range shares {
			if member == servicer {
				continue
			}
			hold := func(total int64) int64 {
				if member == "A" { // the leader holds what the followers leave
					return total - portion("B", total) - portion("C", total)
				}
				return portion(member, total)
			}
			want := hold(l.paid) + hold(l.cost) - hold(l.back) - l.calls[member]
			if terms.Claims == coinsurance.ByEach {
				want = 0
			}
			got, err := ledger.Owes(z.Context(), z.db, member, servicer, ledger.BalanceQuery{Claim: number})
			must(z, err)
			if got.Balance.Fen() != want {
				z.Errorf("%s owes %s for %s: the book says %s, the auditor %s", member, servicer, number, got.Balance,
					money.Fen(want))
			}
		}
	}
}

// A command sent again does nothing, whatever came of it.
func TestTheSameCommandAgain(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	for name, move := range z.moves() {
		c := on("IC-C1")
		c.IdempotencyKey = name
		firstly := move(c)
		before := z.find("IC-C1")
		if again := move(c); firstly == nil && again != nil {
			t.Errorf("%s again: %v", name, again)
		}
		after := z.find("IC-C1")
		if firstly == nil && before.Version != after.Version {
			t.Errorf("%s happened twice", name)
		}
	}
	if err := z.open("IC-C1"); !errors.Is(err, claims.ErrClaimExists) {
		t.Errorf("%v", err)
	}
	z.verified()
}
