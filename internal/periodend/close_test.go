package periodend_test

import (
	"context"
	"errors"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/ledger"
	"gongbao/zone"
)

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
	li      = access.Person("li", access.Member, "A", access.Underwriter)
)

type fixture struct {
	*testing.T

	db       *testdb.Database
	clock    *clock.Manual
	policies *insurance.Service
	periods  *periodend.Service
}

// newZone has the pool IC of A 60 % and B 40 %, and the policy IC-P1 of 365.00 for the year 2026, issued on 1 January.
func newZone(t *testing.T) *fixture {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-01").Noon())
	pools := coinsurance.NewService(db.DB, manual)
	z := &fixture{
		T: t, db: db, clock: manual,
		policies: insurance.NewService(db.DB, manual), periods: periodend.NewService(db.DB, manual),
	}
	share := func(code, text string) coinsurance.Participation {
		s := money.MustShare(text)
		return coinsurance.Participation{Member: code, Premium: s, Claim: s, Cost: s}
	}
	ctx, by := t.Context(), li
	for _, code := range []string{"A", "B"} {
		z.must(second(zone.NewService(db.DB, manual).RegisterMember(ctx, zone.RegisterMember{
			Command: idempotency.By(clerk), Code: code, Name: code,
		})))
	}
	z.must(second(pools.OpenPool(ctx, coinsurance.OpenPool{
		Command: idempotency.By(clerk), Code: "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路",
	})))
	z.must(second(pools.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk), Pool: "IC", Version: 1, From: calendar.MustDate("2026-01-01"),
		Shares: []coinsurance.Participation{share("A", "60%"), share("B", "40%")},
	})))
	z.must(second(pools.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: "IC", Version: 1,
	})))
	z.refused("2026-01", ledger.ErrPeriodClosed) // a pool without postings
	z.must(second(z.policies.QuotePolicy(ctx, insurance.QuotePolicy{
		Command: idempotency.By(by),
		Pool:    "IC", Number: "IC-P1", Contract: insurance.Contract{
			Line: "pilot_test", Insured: "示例", Starts: calendar.MustDate("2026-01-01"),
			Ends: calendar.MustDate("2026-12-31"), Premium: money.MustAmount("365.00"),
			SumInsured: money.MustAmount("1000.00"),
		},
	})))
	z.must(second(z.policies.ReceivePremium(ctx, insurance.ReceivePremium{
		Command: idempotency.By(by), Policy: "IC-P1", Amount: money.MustAmount("365.00"),
	})))
	z.must(second(z.policies.IssuePolicy(ctx, insurance.IssuePolicy{Command: idempotency.By(by), Policy: "IC-P1"})))
	return z
}

func second[A any](_ A, err error) error { return err }

func (z *fixture) must(err error) {
	z.Helper()
	if err != nil {
		z.Fatal(err)
	}
}

func (z *fixture) close(month string) (periodend.Closed, error) {
	return z.periods.ClosePeriod(z.Context(), periodend.ClosePeriod{
		Command: idempotency.By(clerk), Pool: "IC", Month: calendar.MustMonth(month),
	})
}

func (z *fixture) refused(month string, wanted error) {
	z.Helper()
	if _, err := z.close(month); !errors.Is(err, wanted) {
		z.Errorf("%s: got %v, wanted %v", month, err, wanted)
	}
}

// reserve wants a member's unearned premium reserve as it counts by a day.
func (z *fixture) reserve(member, day, wanted string) {
	z.Helper()
	answer, err := ledger.BalanceOf(z.Context(), z.db, ledger.BalanceQuery{
		Book: member, Account: ledger.UnearnedPremiumReserve, Effective: calendar.MustDate(day),
	})
	if err != nil || answer.Balance.String() != wanted {
		z.Errorf("%s on %s: got %s, %v, wanted %s", member, day, answer.Balance, err, wanted)
	}
}

func (z *fixture) verified() {
	z.Helper()
	report, err := ledger.Verify(context.Background(), z.db, ledger.VerifyOptions{Checks: insurance.Checks()})
	z.must(err)
	for _, finding := range report.Findings {
		z.Error(finding)
	}
}

// TestClosePeriod follows one policy through four months: a yuan a day, so the figures can be counted on a calendar.
func TestClosePeriod(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.refused("2026-01", ledger.ErrPeriodClosed) // not ended
	z.clock.Set(calendar.MustDate("2026-01-31").Noon())
	z.refused("2026-01", ledger.ErrPeriodClosed) // on its last day it has not ended either
	z.clock.Set(calendar.MustDate("2026-02-01").Start())
	z.refused("2026-02", ledger.ErrPeriodClosed) // out of order
	closed, err := z.close("2026-01")
	z.must(err)
	if closed.Reserves != 1 || len(closed.Digest) != 64 {
		t.Errorf("got %+v", closed)
	}
	z.refused("2026-01", ledger.ErrPeriodClosed) // a second time
	z.reserve("A", "2026-01-31", "200.40")       // 60 % of 334 days
	z.reserve("B", "2026-01-31", "133.60")
	z.verified()

	// Back-dated into the closed month: it counts in January, and its accounting month is the first open one.
	z.must(second(z.policies.EndorsePolicy(t.Context(), insurance.EndorsePolicy{
		Command: idempotency.Command{By: li, Effective: calendar.MustDate("2026-01-14")},
		Policy:  "IC-P1", Endorsement: "E1", Premium: money.MustAmount("352.00"),
		// 352 days to the end: another yuan a day
	})))
	z.clock.Set(calendar.MustDate("2026-03-01").Noon())
	z.must(second(z.close("2026-02")))
	z.reserve("B", "2026-01-31", "133.60") // what was closed stays
	z.reserve("B", "2026-02-28", "244.80") // 40 % of 306 days of two yuan
	z.verified()

	// Cancelled with effect from 11 April: in March it is not known yet, from April on nothing is unearned.
	z.must(second(z.policies.CancelPolicy(t.Context(), insurance.CancelPolicy{
		Command: idempotency.Command{By: li, Effective: calendar.MustDate("2026-04-11")},
		Policy:  "IC-P1",
	})))
	z.clock.Set(calendar.MustDate("2026-05-01").Noon())
	z.must(second(z.close("2026-03")))
	z.reserve("B", "2026-03-31", "220.00") // 40 % of 275 days of two yuan
	z.must(second(z.close("2026-04")))
	z.reserve("B", "2026-04-30", "0.00")
	z.verified()
}

func TestCloseForbidden(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for _, by := range []access.Principal{
		li, access.Person(
			"x", access.Regulator, "", access.Settlement,
		), access.Person("x", access.Operator, "", access.Settlement),
	} {
		_, err := z.periods.ClosePeriod(
			t.Context(), periodend.ClosePeriod{Command: idempotency.By(by), Pool: "IC", Month: calendar.MustMonth("2026-01")},
		)
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: got %v", by, err)
		}
	}
	_, err := z.periods.ClosePeriod(
		t.Context(), periodend.ClosePeriod{Command: idempotency.By(clerk), Pool: "XX", Month: calendar.MustMonth("2026-01")},
	)
	if !errors.Is(err, coinsurance.ErrPoolNotFound) {
		t.Errorf("got %v", err)
	}
}
