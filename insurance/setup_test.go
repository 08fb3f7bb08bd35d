package insurance_test

import (
	"context"
	"testing"

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

// zone is one test's own zone: members A to D, pool IC, an agreement, and a clock.
type fixture struct {
	*testing.T
	db        *testdb.Database
	clock     *clock.Manual
	members   *zone.Service
	pools     *coinsurance.Service
	insurance *insurance.Service
}

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
)

func person(member string) access.Principal {
	return access.Person("li", access.Member, member, access.Underwriter)
}

func newZone(t *testing.T) *fixture {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-02").Noon())
	z := &fixture{
		T: t, db: db, clock: manual,
		members: zone.NewService(db.DB, manual), pools: coinsurance.NewService(db.DB, manual),
		insurance: insurance.NewService(db.DB, manual),
	}
	for _, code := range []string{"A", "B", "C", "D"} {
		z.does(call(z.members.RegisterMember, zone.RegisterMember{
			Command: idempotency.By(clerk), Code: code, Name: code + "财险",
		}))
	}
	z.does(call(z.pools.OpenPool, coinsurance.OpenPool{
		Command: idempotency.By(clerk), Code: "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路",
	}))
	return z
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// agree puts a version of the agreement in force.
func (z *fixture) agree(version int, from string, terms coinsurance.Terms, pairs ...string) {
	z.Helper()
	var table []coinsurance.Participation
	for i := 0; i < len(pairs); i += 2 {
		share := money.MustShare(pairs[i+1])
		table = append(table, coinsurance.Participation{Member: pairs[i], Premium: share, Claim: share, Cost: share})
	}
	z.does(call(z.pools.ProposeAgreement, coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk),
		Pool:    "IC", Version: version, From: calendar.MustDate(from), Shares: table, Terms: terms,
	}))
	z.does(call(z.pools.AcceptAgreement, coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: "IC", Version: version,
	}))
}

func (z *fixture) quote(number, premium string) insurance.QuotePolicy {
	return insurance.QuotePolicy{
		Command: idempotency.By(person("A")), Pool: "IC", Number: number, Contract: insurance.Contract{
			Line: "first_set", Insured: "晶圆厂", Starts: calendar.MustDate("2026-01-02"),
			Ends: calendar.MustDate("2026-12-31"), Premium: money.MustAmount(premium),
			VAT: money.MustRate("6%"), SumInsured: money.MustAmount("1000000.00"),
		},
	}
}

// quoted writes a quotation down.
func (z *fixture) quoted(cmd insurance.QuotePolicy) {
	z.Helper()
	z.does(call(z.insurance.QuotePolicy, cmd))
}

// issued quotes, pays and issues a policy.
func (z *fixture) issued(number, premium, paid string) {
	z.Helper()
	z.quoted(z.quote(number, premium))
	z.receive(number, paid)
	z.does(z.issue(person("A"), number))
}

func (z *fixture) receive(number, amount string) {
	z.Helper()
	z.does(call(z.insurance.ReceivePremium, insurance.ReceivePremium{
		Command: idempotency.By(person("A")), Policy: number, Amount: money.MustAmount(amount),
	}))
}

func (z *fixture) portion(number string, stream ledger.Stream, member, wanted string) {
	z.Helper()
	got, err := coinsurance.PortionAt(z.Context(), z.db, "IC", number, stream, member)
	must(z, err)
	if got.String() != wanted {
		z.Errorf("%s of %s: got %s, wanted %s", stream, member, got, wanted)
	}
}

func (z *fixture) owes(debtor, creditor, wanted string) {
	z.Helper()
	got, err := ledger.Owes(z.Context(), z.db, debtor, creditor, ledger.BalanceQuery{})
	must(z, err)
	if got.Balance.String() != wanted {
		z.Errorf("%s owes %s: got %s, wanted %s", debtor, creditor, got.Balance, wanted)
	}
}

// verified fails the test unless the whole book adds up.
func (z *fixture) verified() {
	z.Helper()
	report, err := ledger.Verify(context.Background(), z.db, ledger.VerifyOptions{Checks: insurance.Checks()})
	must(z, err)
	for _, finding := range report.Findings {
		z.Error(finding)
	}
}
