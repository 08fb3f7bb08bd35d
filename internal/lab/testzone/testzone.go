// Package testzone founds a small zone for a test of claims: members, the pool IC with an agreement in force, and
// policies that are paid and issued.
package testzone

import (
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/product"
	"gongbao/zone"
)

// Who founds and issues.
var (
	Clerk       = access.Person("clerk", access.Manager, "", access.Settlement)
	Checker     = access.Person("checker", access.Manager, "", access.Settlement) // the second pair of eyes
	Underwriter = access.Person("li", access.Member, "A", access.Underwriter)
)

// Share is a member's share of premiums, claims and costs alike.
type Share struct{ Member, Share string }

// Found registers the members of a share table and puts the pool's agreement in force from 2026 on.
func Found(t testing.TB, db *pg.DB, now clock.Clock, terms coinsurance.Terms, shares ...Share) {
	t.Helper()
	pools := coinsurance.NewService(db, now)
	var table []coinsurance.Participation
	for _, row := range shares {
		Register(t, db, now, row.Member)
		share := money.MustShare(row.Share)
		table = append(table, coinsurance.Participation{Member: row.Member, Premium: share, Claim: share, Cost: share})
	}
	_, err := pools.OpenPool(t.Context(), coinsurance.OpenPool{
		Command: idempotency.By(Clerk), Code: "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路",
	})
	done(t, err)
	_, err = pools.ProposeAgreement(t.Context(), coinsurance.ProposeAgreement{
		Command: idempotency.By(Clerk), Pool: "IC", Version: 1, From: calendar.MustDate("2026-01-01"), Shares: table,
		Terms: terms,
	})
	done(t, err)
	_, err = pools.AcceptAgreement(t.Context(), coinsurance.AcceptAgreement{
		Command: idempotency.By(Checker), Pool: "IC", Version: 1,
	})
	done(t, err)
}

// Register makes a member known to the zone.
func Register(t testing.TB, db *pg.DB, now clock.Clock, code string) {
	t.Helper()
	_, err := zone.NewService(db, now).RegisterMember(t.Context(), zone.RegisterMember{
		Command: idempotency.By(Clerk), Code: code, Name: code,
	})
	done(t, err)
}

// Contract is a contract of 2026: liability of research and development, premium 100.00, limit 1,000,000.00,
// deductible 1,000.00.
func Contract() insurance.Contract {
	return insurance.Contract{
		Line: "rd_liability", Insured: "晶圆厂", Starts: calendar.MustDate("2026-01-02"),
		Ends: calendar.MustDate("2026-12-31"), Premium: money.MustAmount("100.00"), VAT: money.MustRate("6%"),
		SumInsured: money.MustAmount("1000000.00"), Deductible: money.MustAmount("1000.00"),
	}
}

// Issue quotes a policy of the contract, takes in its premium and issues it.
func Issue(
	t testing.TB, db *pg.DB, now clock.Clock, number string, contract insurance.Contract,
	sections ...product.SectionTerms,
) {
	t.Helper()
	policies := insurance.NewService(db, now)
	quoted, err := policies.QuotePolicy(t.Context(), insurance.QuotePolicy{
		Command: idempotency.By(Underwriter), Pool: "IC", Number: number, Contract: contract, Sections: sections,
	})
	done(t, err)
	_, err = policies.ReceivePremium(t.Context(), insurance.ReceivePremium{
		Command: idempotency.By(Underwriter), Policy: number, Amount: quoted.Gross(),
	})
	done(t, err)
	_, err = policies.IssuePolicy(t.Context(), insurance.IssuePolicy{
		Command: idempotency.By(Underwriter), Policy: number,
	})
	done(t, err)
}

// Endorse adds premium to a policy, and takes it in.
func Endorse(t testing.TB, db *pg.DB, now clock.Clock, policy, endorsement, premium string) {
	t.Helper()
	policies := insurance.NewService(db, now)
	endorsed, err := policies.EndorsePolicy(t.Context(), insurance.EndorsePolicy{
		Command: idempotency.By(Underwriter), Policy: policy, Endorsement: endorsement, Premium: money.MustAmount(premium),
	})
	done(t, err)
	_, err = policies.ReceivePremium(t.Context(), insurance.ReceivePremium{
		Command: idempotency.By(Underwriter), Policy: policy, Amount: endorsed.Gross().Sub(endorsed.Received),
	})
	done(t, err)
}

func done(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
