package claims_test

import (
	"errors"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/ledger"
	"gongbao/zone"
)

// zone is one test's own zone: members A to C, pool IC, an agreement, a policy in force, and a clock.
type fixture struct {
	*testing.T

	db      *testdb.Database
	clock   *clock.Manual
	members *zone.Service
	pools   *coinsurance.Service
	policy  *insurance.Service
	claims  *claims.Service
}

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
	handler = access.Person("he", access.Member, "A", access.Claims)
	li      = access.Person("li", access.Member, "A", access.Underwriter)
)

// newZone has the policy IC-P1 of 2026, limit 1,000,000.00, deductible 1,000.00, issued under the terms.
func newZone(t *testing.T, terms coinsurance.Terms) *fixture {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-02").Noon())
	z := &fixture{
		T: t, db: db, clock: manual, members: zone.NewService(db.DB, manual), pools: coinsurance.NewService(db.DB, manual),
		policy: insurance.NewService(db.DB, manual), claims: claims.NewService(db.DB, manual),
	}
	var table []coinsurance.Participation
	for _, row := range [][2]string{{"A", "50%"}, {"B", "33.3333%"}, {"C", "16.6667%"}} {
		must(t, first(z.members.RegisterMember(t.Context(), zone.RegisterMember{
			Command: idempotency.By(clerk), Code: row[0], Name: row[0],
		})))
		share := money.MustShare(row[1])
		table = append(table, coinsurance.Participation{Member: row[0], Premium: share, Claim: share, Cost: share})
	}
	must(t, first(z.pools.OpenPool(t.Context(), coinsurance.OpenPool{
		Command: idempotency.By(clerk), Code: "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路",
	})))
	must(t, first(z.pools.ProposeAgreement(t.Context(), coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk),
		Pool:    "IC", Version: 1, From: calendar.MustDate("2026-01-01"), Shares: table, Terms: terms,
	})))
	must(t, first(z.pools.AcceptAgreement(t.Context(), coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: "IC", Version: 1,
	})))
	z.issue("IC-P1")
	return z
}

func (z *fixture) issue(number string) {
	z.Helper()
	must(z, first(z.policy.QuotePolicy(z.Context(), insurance.QuotePolicy{
		Command: idempotency.By(li),
		Pool:    "IC", Number: number, Contract: insurance.Contract{
			Line: "rd_liability", Insured: "晶圆厂", Starts: calendar.MustDate("2026-01-02"),
			Ends: calendar.MustDate("2026-12-31"), Premium: money.MustAmount("100.00"),
			VAT: money.MustRate("6%"), SumInsured: money.MustAmount("1000000.00"),
			Deductible: money.MustAmount("1000.00"),
		},
	})))
	must(z, first(z.policy.ReceivePremium(z.Context(), insurance.ReceivePremium{
		Command: idempotency.By(li), Policy: number, Amount: money.MustAmount("106.00"),
	})))
	must(z, first(z.policy.IssuePolicy(z.Context(), insurance.IssuePolicy{
		Command: idempotency.By(li), Policy: number,
	})))
}

func first[A any](_ A, err error) error { return err }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func yuan(text string) *money.Amount {
	amount := money.MustAmount(text)
	return &amount
}

func (z *fixture) open(number string) error {
	return first(z.claims.OpenClaim(z.Context(), claims.OpenClaim{
		Command: idempotency.Command{By: handler},
		Policy:  "IC-P1", Number: number, LossDay: calendar.MustDate("2026-01-02"),
	}))
}

func on(number string) claims.Command { return as(handler, number) }

// verified fails the test unless the whole book adds up.
func (z *fixture) verified() {
	z.Helper()
	report, err := ledger.Verify(z.Context(), z.db, ledger.VerifyOptions{
		Checks: append(insurance.Checks(), claims.Checks()...),
	})
	must(z, err)
	for _, finding := range report.Findings {
		z.Error(finding)
	}
}

func (z *fixture) wants(what string, wanted, got error) {
	z.Helper()
	if !errors.Is(got, wanted) {
		z.Errorf("%s: got %v, wanted %v", what, got, wanted)
	}
}

func (z *fixture) today() calendar.Date { return calendar.DateOf(z.clock.Now()) }

func as(who access.Principal, number string) claims.Command {
	return claims.Command{Command: idempotency.Command{By: who}, Claim: number}
}
