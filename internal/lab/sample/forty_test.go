package sample_test

import (
	"errors"
	"sync"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/zone"
)

const callers = 40

// Of forty who make the same thing at the same moment one wins, and every other is told that it is there.
func TestOfFortyOneWins(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	now := book(t, db, 60)
	underwriting, pools := insurance.NewService(db.DB, now), coinsurance.NewService(db.DB, now)
	desk := claims.NewService(db.DB, now)
	by := access.Person("li", access.Member, "SHAHU", access.Underwriter, access.Claims)
	stored := policiesOf(t, db, "IC")
	first := stored[0]
	for name, one := range map[string]struct {
		wanted error
		make   func(caller int) error
	}{
		"a pool": {coinsurance.ErrPoolExists, func(int) error {
			return last(pools.OpenPool(t.Context(), coinsurance.OpenPool{
				Command: idempotency.By(sample.Clerk),
				Code:    "NEW", Name: "新", Industry: coinsurance.Optoelectronics,
			}))
		}},
		"a member": {zone.ErrMemberExists, func(int) error {
			return last(zone.NewService(db.DB, now).RegisterMember(t.Context(), zone.RegisterMember{
				Command: idempotency.By(sample.Clerk), Code: "NEW", Name: "新",
			}))
		}},
		"an agreement": {coinsurance.ErrAgreementOverlaps, func(int) error {
			return last(pools.ProposeAgreement(t.Context(), coinsurance.ProposeAgreement{
				Command: idempotency.By(sample.Clerk),
				Pool:    "IC", Version: 9, From: calendar.MustDate("2029-01-01"),
				Shares: []coinsurance.Participation{{
					Member: "SHAHU", Premium: money.MustShare("100%"), Claim: money.MustShare("100%"),
					Cost: money.MustShare("100%"),
				}},
			}))
		}},
		"a policy": {insurance.ErrPolicyExists, func(int) error {
			return last(underwriting.QuotePolicy(t.Context(), insurance.QuotePolicy{
				Command: idempotency.By(by),
				Pool:    "IC", Number: "IC-NEW", Contract: insurance.Contract{
					Line: "rd_liability", Insured: "新", Starts: first.Starts, Ends: first.Ends,
					Premium: first.NetPremium, VAT: first.VAT, SumInsured: first.SumInsured,
				},
			}))
		}},
		"an endorsement": {insurance.ErrEndorsementExists, func(int) error {
			return last(underwriting.EndorsePolicy(t.Context(), insurance.EndorsePolicy{
				Command: idempotency.Command{By: by, Effective: first.Starts},
				Policy:  first.Number, Endorsement: "E1", Premium: money.MustAmount("1.00"),
			}))
		}},
		"a claim": {claims.ErrClaimExists, func(caller int) error {
			policy := stored[caller%len(stored)] // their locks do not make them wait for each other
			return last(desk.OpenClaim(t.Context(), claims.OpenClaim{
				Command: idempotency.Command{By: by},
				Policy:  policy.Number, Number: "IC-C-NEW", LossDay: policy.Starts,
			}))
		}},
		"an occurrence": {claims.ErrOccurrenceExists, func(int) error {
			return last(desk.OpenOccurrence(t.Context(), claims.OpenOccurrence{
				Command: idempotency.Command{By: sample.Clerk},
				Pool:    "IC", Code: "IC-O-NEW", Name: "台风", Day: first.Starts,
			}))
		}},
	} {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			answers := together(one.make)
			made := 0
			for caller, err := range answers {
				switch {
				case err == nil:
					made++
				case !errors.Is(err, one.wanted):
					t.Errorf("caller %d: %v", caller, err)
				}
			}
			if made != 1 {
				t.Errorf("%d were made", made)
			}
		})
	}
}

// together lets all callers go at once and gives what each is told.
func together(ask func(caller int) error) []error {
	answers := make([]error, callers)
	gate := make(chan struct{})
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			<-gate
			answers[caller] = ask(caller)
		})
	}
	close(gate)
	all.Wait()
	return answers
}

// policiesOf reads the policies of a pool.
func policiesOf(t *testing.T, db *testdb.Database, pool string) (policies []*insurance.Policy) {
	t.Helper()
	for _, number := range allPolicies(t, db, sample.Clerk) {
		policy, err := insurance.FindPolicy(t.Context(), db, number)
		if err != nil {
			t.Fatal(err)
		}
		if policy.Pool == pool {
			policies = append(policies, policy)
		}
	}
	return policies
}
