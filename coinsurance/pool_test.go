package coinsurance_test

import (
	"errors"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)

	member = access.Person("x", access.Member, "A", access.Settlement)
)

type (
	found   = coinsurance.OpenPool
	propose = coinsurance.ProposeAgreement
)

type fixture struct {
	*coinsurance.Service

	db    *testdb.Database
	clock *clock.Manual
}

// newZone has the members A, B and C and the pool IC.
func newZone(t *testing.T) fixture {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-01").Noon())
	z := fixture{Service: coinsurance.NewService(db.DB, manual), db: db, clock: manual}
	insurers := zone.NewService(db.DB, manual)
	for _, code := range []string{"A", "B", "C"} {
		_, err := insurers.RegisterMember(t.Context(), zone.RegisterMember{
			Command: idempotency.By(clerk), Code: code, Name: code,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := z.OpenPool(t.Context(), openIC()); err != nil {
		t.Fatal(err)
	}
	return z
}

func openIC() coinsurance.OpenPool {
	return coinsurance.OpenPool{
		Command: idempotency.By(clerk), Code: "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路",
	}
}

func proposal() coinsurance.ProposeAgreement {
	share := func(code, text string) coinsurance.Participation {
		s := money.MustShare(text)
		return coinsurance.Participation{Member: code, Premium: s, Claim: s, Cost: s}
	}
	return coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk), Pool: "IC", Version: 1, From: calendar.MustDate("2026-01-01"),
		Shares: []coinsurance.Participation{share("A", "60%"), share("B", "25%"), share("C", "15%")},
	}
}

func (z fixture) events(t *testing.T) (count int) {
	t.Helper()
	if err := pg.Row(t.Context(), z.db, `SELECT count(*) FROM event`, nil, &count); err != nil {
		t.Fatal(err)
	}
	return count
}

// refuses wants the refusal, and that it changed nothing.
func (z fixture) refuses(t *testing.T, wanted error, act func() error) {
	t.Helper()
	before := z.events(t)
	if err := act(); !errors.Is(err, wanted) {
		t.Errorf("got %v, wanted %v", err, wanted)
	}
	if after := z.events(t); after != before {
		t.Errorf("a refusal made %d events", after-before)
	}
}

func TestOpenPoolRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	tests := map[string]struct {
		change func(*found)
		wanted error
	}{
		"by a member":         {func(c *found) { c.By = member }, access.ErrForbidden},
		"named ZONE":          {func(c *found) { c.Code = "ZONE" }, coinsurance.ErrPoolInvalid},
		"with a dash":         {func(c *found) { c.Code = "I-C" }, coinsurance.ErrPoolInvalid},
		"of another industry": {func(c *found) { c.Code, c.Industry = "XX", "farming" }, coinsurance.ErrPoolInvalid},
		"closed before it opens": {func(c *found) {
			c.Code, c.Opens, c.Closes = "XX", calendar.MustDate("2026-02-01"), calendar.MustDate("2026-01-01")
		}, coinsurance.ErrPoolInvalid},
		"that is there": {func(*found) {}, coinsurance.ErrPoolExists},
	}
	for name, test := range tests {
		t.Run("Err "+name, func(t *testing.T) {
			cmd := openIC()
			test.change(&cmd)
			z.refuses(t, test.wanted, func() error { _, err := z.OpenPool(t.Context(), cmd); return err })
		})
	}
}

func TestProposalRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	if _, err := z.ProposeAgreement(t.Context(), proposal()); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*propose)
		wanted error
	}{
		{"by a member", func(c *propose) { c.By = member }, access.ErrForbidden},
		{"for a pool that is not there", func(c *propose) { c.Pool = "XX" }, coinsurance.ErrPoolNotFound},
		{"with nobody", func(c *propose) { c.Shares = nil }, coinsurance.ErrAgreementInvalid},
		{"with a member twice", func(c *propose) { c.Shares[1].Member = "A" }, coinsurance.ErrAgreementInvalid},
		{"issued by a stranger", func(c *propose) { c.Terms.Issuer = "X" }, coinsurance.ErrAgreementInvalid},
		{"with an unknown netting", func(c *propose) { c.Terms.Netting = "some" }, coinsurance.ErrAgreementInvalid},
		{"in dollars", func(c *propose) { c.Terms.Currency = "USD" }, coinsurance.ErrAgreementInvalid},
		{"with a clock of 400 days", func(c *propose) { c.Terms.PayDays = 400 }, coinsurance.ErrAgreementInvalid},
		{"without a first day", func(c *propose) { c.From = calendar.Date{} }, coinsurance.ErrAgreementInvalid},
		{"not whole", func(c *propose) { c.Shares[2].Premium = money.MustShare("14%") }, coinsurance.ErrSharesNotWhole},
		{
			"not whole in the claims' column", func(c *propose) { c.Shares[2].Claim = money.MustShare("14%") },
			coinsurance.ErrSharesNotWhole,
		},
		{"with a stranger", func(c *propose) { c.Shares[2].Member = "X" }, zone.ErrMemberNotFound},
		{"of a version that is there", func(c *propose) { c.Version = 1 }, coinsurance.ErrAgreementOverlaps},
		{
			"from the same day", func(c *propose) { c.From = calendar.MustDate("2026-01-01") },
			coinsurance.ErrAgreementOverlaps,
		},
	}
	for _, test := range tests {
		t.Run("Err "+test.name, func(t *testing.T) {
			cmd := proposal()
			cmd.Version, cmd.From = 2, calendar.MustDate("2026-07-01")
			test.change(&cmd)
			z.refuses(t, test.wanted, func() error { _, err := z.ProposeAgreement(t.Context(), cmd); return err })
		})
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	if _, err := z.ProposeAgreement(t.Context(), proposal()); err != nil {
		t.Fatal(err)
	}
	accept := func(by access.Principal, version int) func() error {
		return func() error {
			_, err := z.AcceptAgreement(t.Context(), coinsurance.AcceptAgreement{
				Command: idempotency.By(by), Pool: "IC", Version: version,
			})
			return err
		}
	}
	day := calendar.MustDate("2026-06-01")
	if _, err := coinsurance.AgreementAt(t.Context(), z.db, "IC", day); !errors.Is(
		err, coinsurance.ErrNoAgreementInForce,
	) {
		t.Errorf("a proposal is in force: %v", err)
	}
	z.refuses(t, access.ErrForbidden, accept(member, 1))
	z.refuses(t, coinsurance.ErrAgreementNotFound, accept(checker, 2))
	z.refuses(t, access.ErrForbidden, accept(clerk, 1)) // the maker is not the checker
	if err := accept(checker, 1)(); err != nil {
		t.Fatal(err)
	}
	z.refuses(t, coinsurance.ErrAgreementAccepted, accept(checker, 1))
	agreement, err := coinsurance.AgreementAt(t.Context(), z.db, "IC", day)
	if err != nil || agreement.Leader != "A" || agreement.Issuer != "A" || agreement.AcceptedBy != checker.Subject {
		t.Errorf("got %+v, %v", agreement, err)
	}
}
