package claims_test

import (
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
	"gongbao/ledger"
	"gongbao/product"
	"gongbao/zone"
)

// fixture is one test's own zone: members A to C, pool IC, an agreement, a policy in force, and a clock.
type fixture struct {
	*testing.T

	db      *testdb.Database
	clock   *clock.Manual
	members *zone.Service
	policy  *insurance.Service
	claims  *claims.Service
}

var (
	clerk   = testzone.Clerk
	li      = testzone.Underwriter
	handler = access.Person("he", access.Member, "A", access.Claims)
	senior  = access.Person("sun", access.Member, "A", access.SeniorClaims)
)

// newZone has the policy IC-P1 of 2026, limit 1,000,000.00, deductible 1,000.00, issued under the terms.
func newZone(t *testing.T, terms coinsurance.Terms) *fixture {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-02").Noon())
	z := &fixture{
		T: t, db: db, clock: manual, members: zone.NewService(db.DB, manual),
		policy: insurance.NewService(db.DB, manual), claims: claims.NewService(db.DB, manual),
	}
	testzone.Found(t, db.DB, manual, terms,
		testzone.Share{Member: "A", Share: "50%"}, testzone.Share{Member: "B", Share: "33.3333%"},
		testzone.Share{Member: "C", Share: "16.6667%"})
	z.issue("IC-P1")
	return z
}

// issue issues a policy like IC-P1.
func (z *fixture) issue(number string) {
	z.Helper()
	testzone.Issue(z, z.db.DB, z.clock, number, testzone.Contract())
}

// insure issues a policy of a line with sections of its own.
func (z *fixture) insure(number, line string, sections ...product.SectionTerms) {
	z.Helper()
	contract := testzone.Contract()
	contract.Line = line
	testzone.Issue(z, z.db.DB, z.clock, number, contract, sections...)
}

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

func (z *fixture) today() calendar.Date { return calendar.DateOf(z.clock.Now()) }
