package insurance_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/sync/errgroup"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/product"
	"gongbao/zone"
)

var (
	lives    = flag.Int("lives", 300, "random premium lives to play; 10000 for the long run")
	livesFor = flag.Uint64("lives-seed", 20261123, "seed of the random premium lives")
)

// TestRandomLives plays random premium lives under random agreements: whatever happens, the book adds up, a return to
// zero is zero, and sending any command twice changes nothing.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	z := &fixture{T: t, db: testdb.Open(t), clock: clock.NewManual(calendar.MustDate("2026-07-01").Noon())}
	z.members, z.pools = zone.NewService(z.db.DB, z.clock), coinsurance.NewService(z.db.DB, z.clock)
	z.insurance = insurance.NewService(z.db.DB, z.clock)
	t.Logf("seed %d, %d lives", *livesFor, *lives)
	dice := rand.New(rand.NewPCG(*livesFor, 1))
	pools := z.randomPools(dice, 16)
	var group errgroup.Group
	group.SetLimit(6)
	for i := range *lives {
		life := &life{
			fixture: z,
			dice:    rand.New(rand.NewPCG(*livesFor, uint64(i)+2)),
			pool:    pools[i%len(pools)],
			number:  fmt.Sprintf("%s-L%05d", pools[i%len(pools)].code, i),
		}
		group.Go(func() error { return life.play(t.Context()) })
	}
	must(t, group.Wait())
	z.verified()
}

type randomPool struct {
	code     string
	versions []*coinsurance.Agreement
}

// randomPools opens pools with two versions of an agreement each: all keys, all sizes of tables.
func (z *fixture) randomPools(dice *rand.Rand, count int) []randomPool {
	var codes []string
	for i := range 12 {
		codes = append(codes, fmt.Sprintf("M%02d", i))
		z.does(call(z.members.RegisterMember, zone.RegisterMember{
			Command: idempotency.By(clerk), Code: codes[i], Name: codes[i],
		}))
	}
	pools := make([]randomPool, count)
	for i := range pools {
		pools[i].code = fmt.Sprintf("R%02d", i)
		z.does(call(z.pools.OpenPool, coinsurance.OpenPool{
			Command: idempotency.By(clerk),
			Code:    pools[i].code, Industry: coinsurance.LifeHealth, Name: pools[i].code,
		}))
		for version, from := range []string{"2025-01-01", "2026-01-01"} {
			pools[i].versions = append(
				pools[i].versions, z.randomAgreement(dice, pools[i].code, version+1, from, codes),
			)
		}
	}
	return pools
}

func (z *fixture) randomAgreement(
	dice *rand.Rand, pool string, version int, from string, codes []string,
) *coinsurance.Agreement {
	size := 1 + dice.IntN(len(codes))
	order := dice.Perm(len(codes))[:size]
	pick := func() string { return codes[order[dice.IntN(size)]] }
	column := func() []money.Share {
		left := int64(100_000_000)
		shares := make([]money.Share, size)
		for i := range shares {
			part := left
			if i < size-1 {
				part = 1 + dice.Int64N(left-int64(size-i-1))
			}
			shares[i], _ = money.ShareOf(part)
			left -= part
		}
		return shares
	}
	premium, claim := column(), column()
	table := make([]coinsurance.Participation, size)
	for i := range table {
		table[i] = coinsurance.Participation{
			Member: codes[order[i]], Premium: premium[i], Claim: claim[i], Cost: claim[i],
		}
	}
	rate := func() money.Rate {
		drawn, _ := money.RateOf(dice.Int64N(20_000_000))
		return drawn
	}
	terms := coinsurance.Terms{
		Leader: pick(), Issuer: pick(), IssuingFee: rate(), FeeVAT: rate(),
		Residue:    []coinsurance.Residue{coinsurance.ResidueLeader, coinsurance.ResidueLargestRemainder}[dice.IntN(2)],
		Collection: []coinsurance.CashHandling{coinsurance.ByLeader, coinsurance.ByEach}[dice.IntN(2)],
		VATInvoice: []coinsurance.VATInvoice{coinsurance.InvoiceByEach, coinsurance.InvoiceByIssuer}[dice.IntN(2)],
	}
	z.does(call(z.pools.ProposeAgreement, coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk),
		Pool:    pool, Version: version, From: calendar.MustDate(from), Shares: table, Terms: terms,
	}))
	accepted, err := z.pools.AcceptAgreement(
		z.Context(), coinsurance.AcceptAgreement{
			Command: idempotency.By(checker), Pool: pool, Version: version,
		},
	)
	must(z, err)
	return accepted
}

// life is one policy's random premium life.
type life struct {
	*fixture
	dice   *rand.Rand
	pool   randomPool
	number string
	issuer string
	start  calendar.Date
	events int
	keys   int
}

func (l *life) play(ctx context.Context) error {
	if err := l.quote(ctx); err != nil {
		return err
	}
	for range 3 + l.dice.IntN(10) {
		if err := l.step(ctx); err != nil {
			return err
		}
	}
	if l.dice.IntN(2) == 0 {
		if err := l.backToZero(ctx); err != nil {
			return err
		}
	}
	return l.counted(ctx)
}

func (l *life) quote(ctx context.Context) error {
	agreement := l.pool.versions[l.dice.IntN(2)]
	l.issuer, l.start = agreement.Issuer, agreement.Starts.AddDays(l.dice.IntN(300))
	premium := money.Fen(l.dice.Int64N(10_000_000))
	cmd := insurance.QuotePolicy{
		Command: idempotency.By(person(l.issuer)),
		Pool:    l.pool.code, Number: l.number, Contract: insurance.Contract{
			Line: product.LineCodes()[l.dice.IntN(5)], Insured: "随机", Starts: l.start,
			Ends: l.start.AddDays(l.dice.IntN(500)), Premium: premium,
			SumInsured: money.Fen(
				1 + l.dice.Int64N(1e12),
			),
			VAT: []money.Rate{{}, money.MustRate("6%"), money.MustRate("13%")}[l.dice.IntN(3)],
		},
	}
	cmd.Commission, _ = money.RateOf(l.dice.Int64N(30_000_000))
	if l.dice.IntN(3) == 0 && premium.Fen() > 2 {
		second := money.Fen(1 + l.dice.Int64N(premium.Fen()/2))
		cmd.Instalments = []insurance.Instalment{
			{Due: l.start, Amount: premium.Sub(second)}, {Due: l.start.AddDays(90), Amount: second},
		}
	}
	return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
		cmd.IdempotencyKey = key
		return l.insurance.QuotePolicy(ctx, cmd)
	})
}

// step sends one random command; a refusal is part of life.
func (l *life) step(ctx context.Context) error {
	by, day := person(l.issuer), l.start.AddDays(l.dice.IntN(400)-20)
	amount := money.Fen(1 + l.dice.Int64N(12_000_000))
	switch l.dice.IntN(9) {
	case 0, 1:
		return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.ReceivePremium(
				ctx, insurance.ReceivePremium{
					Command: idempotency.Command{By: by, IdempotencyKey: key},
					Policy:  l.number, Amount: amount,
				},
			)
		})
	case 2:
		return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.RefundPremium(
				ctx, insurance.RefundPremium{
					Command: idempotency.Command{By: by, IdempotencyKey: key},
					Policy:  l.number, Amount: amount,
				},
			)
		})
	case 3, 4:
		return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.IssuePolicy(ctx, insurance.IssuePolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: key},
				Policy:  l.number,
			})
		})
	case 5, 6:
		change := money.Fen(l.dice.Int64N(4_000_000) - 2_000_000)
		name, basis := fmt.Sprintf("E%d", l.keys), []string{
			insurance.BasisRemaining, insurance.BasisPeriod,
		}[l.dice.IntN(2)]
		return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.EndorsePolicy(ctx, insurance.EndorsePolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: key, Effective: day},
				Policy:  l.number, Endorsement: name, Premium: change, Basis: basis,
			})
		})
	case 7:
		return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.CancelPolicy(
				ctx, insurance.CancelPolicy{
					Command: idempotency.Command{By: by, IdempotencyKey: key, Effective: day},
					Policy:  l.number,
				},
			)
		})
	default:
		return l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.ReinstatePolicy(ctx, insurance.ReinstatePolicy{
				Command: idempotency.Command{By: by, IdempotencyKey: key},
				Policy:  l.number,
			})
		})
	}
}

// send sends a command, and sometimes once more with the same key: the answer must be the same.
func (l *life) send(ctx context.Context, command func(context.Context, string) (*insurance.Policy, error)) error {
	l.keys++
	key := fmt.Sprintf("%s-%d", l.number, l.keys)
	answer, err := command(ctx, key)
	if _, refused := errors.AsType[*fault.Fault](err); refused {
		return nil
	}
	if err != nil {
		return err
	}
	l.events++
	if l.dice.IntN(3) > 0 {
		return nil
	}
	again, err := command(ctx, key)
	if err != nil {
		return fmt.Errorf("%s sent again: %w", key, err)
	}
	was, _ := json.Marshal(answer)
	is, _ := json.Marshal(again)
	if string(was) != string(is) {
		return fmt.Errorf("%s sent again: %s, first %s", key, is, was)
	}
	return nil
}

// backToZero cancels from the first day and pays everything back: no member holds or owes a fen of the policy's
// premium.
func (l *life) backToZero(ctx context.Context) error {
	policy, err := insurance.FindPolicy(ctx, l.db, l.number)
	if err != nil {
		return err
	}
	if policy.Status == insurance.InForce || policy.Status == insurance.Issued {
		// Slices earned from the first day are returned whole; what was endorsed later is returned whole as well.
		err := l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.CancelPolicy(
				ctx, insurance.CancelPolicy{
					Command: idempotency.Command{By: person(l.issuer), IdempotencyKey: key, Effective: l.start},
					Policy:  l.number,
				},
			)
		})
		if err != nil {
			return err
		}
	}
	if policy, err = insurance.FindPolicy(ctx, l.db, l.number); err != nil {
		return err
	}
	if policy.Signed() && policy.Gross().Sign() > 0 { // it was cancelled before from a later day, and earned something
		return nil
	}
	if policy.Received.Sign() > 0 {
		err := l.send(ctx, func(ctx context.Context, key string) (*insurance.Policy, error) {
			return l.insurance.RefundPremium(ctx, insurance.RefundPremium{
				Command: idempotency.Command{By: person(l.issuer), IdempotencyKey: key},
				Policy:  l.number, Amount: policy.Received,
			})
		})
		if err != nil {
			return err
		}
	}
	return l.nothingReceived(ctx)
}

func (l *life) nothingReceived(ctx context.Context) error {
	for _, agreement := range l.pool.versions {
		for _, member := range agreement.Members() {
			for _, stream := range []ledger.Stream{
				ledger.NetReceived, ledger.VATReceived, ledger.IssuingFee, ledger.Commission,
			} {
				portion, err := coinsurance.PortionAt(ctx, l.db, l.pool.code, l.number, stream, member)
				if err != nil {
					return err
				}
				if !portion.IsZero() {
					return fmt.Errorf(
						"%s: %s of %s is %s after everything was paid back", l.number, stream, member, portion,
					)
				}
			}
			for _, account := range []ledger.Account{ledger.DueToCoinsurer, ledger.DueFromCoinsurer, ledger.Cash} {
				answer, err := ledger.BalanceOf(
					ctx, l.db, ledger.BalanceQuery{Book: member, Account: account, Policy: l.number},
				)
				if err != nil {
					return err
				}
				if !answer.Balance.IsZero() {
					return fmt.Errorf(
						"%s: %s of %s is %s after everything was paid back", l.number, account, member,
						answer.Balance,
					)
				}
			}
		}
	}
	return nil
}

// counted: every accepted command made one event, however often it was sent.
func (l *life) counted(ctx context.Context) error {
	var events int
	err := pg.Row(ctx, l.db, `SELECT count(*) FROM event WHERE pool = $1 AND subject = $2`,
		[]any{l.pool.code, "policy/" + l.number}, &events)
	if err == nil && events != l.events {
		return fmt.Errorf("%s: %d events for %d accepted commands", l.number, events, l.events)
	}
	return err
}
