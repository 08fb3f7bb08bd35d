package claims_test

import (
	"errors"
	"testing"

	"gongbao/claims"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/zone"
)

// The sentences of these tests: who acts on which claim, and what is done to it. An act gives its refusal.

// on is the claims handler's own command on a claim.
func on(number string) claims.Command { return as(handler, number) }

func as(who access.Principal, number string) claims.Command {
	return claims.Command{Command: idempotency.Command{By: who}, Claim: number}
}

// member is a claims person of a member.
func member(code string) access.Principal {
	return access.Person("he", access.Member, code, access.Claims)
}

func yuan(text string) *money.Amount { return new(money.MustAmount(text)) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// done fails the test when the call before it was refused.
func (z *fixture) done(_ any, err error) {
	z.Helper()
	must(z, err)
}

// errOf is how a call was refused; nil when it was done.
func errOf(_ any, err error) error { return err }

// wants wants a call to be refused by a rule; done, when the rule is nil.
func (z *fixture) wants(what string, wanted, got error) {
	z.Helper()
	if !errors.Is(got, wanted) {
		z.Errorf("%s: got %v, wanted %v", what, got, wanted)
	}
}

// open opens a claim on IC-P1 for a loss of its first day.
func (z *fixture) open(number string) error { return z.openOn("IC-P1", number) }

func (z *fixture) openOn(policy, number string) error { return z.openBy(handler, policy, number) }

func (z *fixture) openBy(who access.Principal, policy, number string) error {
	return errOf(z.claims.OpenClaim(z.Context(), claims.OpenClaim{
		Command: idempotency.Command{By: who}, Policy: policy, Number: number, LossDay: testzone.Contract().Starts,
	}))
}

// assessed opens claims on IC-P1, each with a loss of so much.
func (z *fixture) assessed(loss string, numbers ...string) {
	z.Helper()
	for _, number := range numbers {
		must(z, z.open(number))
		must(z, z.assess(on(number), loss))
	}
}

// approved opens a claim of which 5,000.00 and 1,000.00 of expense are approved.
func (z *fixture) approved(number string) {
	z.Helper()
	z.assessed("9000.00", number)
	must(z, z.approveBoth(on(number), "5000.00", "1000.00"))
}

func (z *fixture) reserve(c claims.Command, indemnity string) error {
	return errOf(z.claims.ReserveClaim(z.Context(), claims.ReserveClaim{Command: c, Indemnity: yuan(indemnity)}))
}

func (z *fixture) assess(c claims.Command, loss string) error {
	return errOf(z.claims.AssessClaim(z.Context(), claims.AssessClaim{Command: c, Loss: yuan(loss)}))
}

func (z *fixture) assessBySection(c claims.Command, losses ...indemnity.Loss) error {
	return errOf(z.claims.AssessClaim(z.Context(), claims.AssessClaim{Command: c, Losses: losses}))
}

// evidence checks items of the line's list off.
func (z *fixture) evidence(number string, items ...string) {
	z.Helper()
	for _, item := range items {
		z.done(z.claims.CheckEvidence(z.Context(), claims.CheckEvidence{
			Command: on(number), Item: item, State: claims.EvidenceReceived,
		}))
	}
}

func (z *fixture) approve(c claims.Command, indemnity string) error {
	return errOf(z.claims.ApproveClaim(z.Context(), claims.ApproveClaim{Command: c, Indemnity: yuan(indemnity)}))
}

func (z *fixture) approveBoth(c claims.Command, indemnity, expense string) error {
	return errOf(z.claims.ApproveClaim(z.Context(), claims.ApproveClaim{
		Command: c, Indemnity: yuan(indemnity), Expense: yuan(expense),
	}))
}

// approveAll approves all that is payable.
func (z *fixture) approveAll(c claims.Command) error {
	return errOf(z.claims.ApproveClaim(z.Context(), claims.ApproveClaim{Command: c, Payable: true}))
}

func (z *fixture) advance(c claims.Command, indemnity string) error {
	return errOf(z.claims.AdvanceClaim(z.Context(), claims.AdvanceClaim{Command: c, Indemnity: *yuan(indemnity)}))
}

func (z *fixture) pay(c claims.Command, payment claims.PayClaim) error {
	payment.Command = c
	return errOf(z.claims.PayClaim(z.Context(), payment))
}

func (z *fixture) payIndemnity(c claims.Command, indemnity string) error {
	return z.pay(c, claims.PayClaim{Indemnity: *yuan(indemnity)})
}

func (z *fixture) reverse(c claims.Command, payment int, reason string) error {
	return errOf(z.claims.ReversePayment(z.Context(), claims.ReversePayment{
		Command: c, Payment: payment, Reason: reason,
	}))
}

func (z *fixture) recover(c claims.Command, recovery, salvage string) error {
	return errOf(z.claims.RecoverClaim(z.Context(), claims.RecoverClaim{
		Command: c, Recovery: *yuan(recovery), Salvage: *yuan(salvage),
	}))
}

func (z *fixture) callCash(c claims.Command) error {
	return errOf(z.claims.CallCash(z.Context(), claims.CallCash{Command: c}))
}

func (z *fixture) payCall(c claims.Command, payer, amount string) error {
	c.By = member(payer) // who pays says so
	return errOf(z.claims.PayCall(z.Context(), claims.PayCall{Command: c, Member: payer, Amount: *yuan(amount)}))
}

func (z *fixture) refuse(c claims.Command, reason string) error {
	return errOf(z.claims.RefuseClaim(z.Context(), claims.RefuseClaim{Command: c, Reason: reason}))
}

// refuseFor refuses for a ground of the line's list.
func (z *fixture) refuseFor(c claims.Command, ground string) error {
	return errOf(z.claims.RefuseClaim(z.Context(), claims.RefuseClaim{Command: c, Reason: "条款第五条", Ground: ground}))
}

func (z *fixture) withdraw(c claims.Command) error {
	return errOf(z.claims.WithdrawClaim(z.Context(), claims.WithdrawClaim{Command: c}))
}

func (z *fixture) close(c claims.Command) error {
	return errOf(z.claims.CloseClaim(z.Context(), claims.CloseClaim{Command: c}))
}

func (z *fixture) reopen(c claims.Command) error {
	return errOf(z.claims.ReopenClaim(z.Context(), claims.ReopenClaim{Command: c}))
}

// limit lets claims handlers of A approve no more than so much alone.
func (z *fixture) limit(amount string) {
	z.Helper()
	admin := func(name string) idempotency.Command {
		return idempotency.By(access.Person(name, access.Member, "A", access.Administrator))
	}
	limit, err := z.members.ProposeLimit(z.Context(), zone.ProposeLimit{
		Command: admin("one"), Organisation: "A", Role: access.Claims, Amount: yuan(amount),
	})
	must(z, err)
	z.done(z.members.AcceptLimit(z.Context(), zone.AcceptLimit{
		Command: admin("two"), Organisation: "A", Number: limit.Number,
	}))
}

// find is the claim as it stands.
func (z *fixture) find(number string) *claims.Claim {
	z.Helper()
	claim, err := claims.FindClaim(z.Context(), z.db, "IC", number)
	must(z, err)
	return claim
}

// see is the claim as a principal sees it.
func (z *fixture) see(who access.Principal, number string) *claims.ClaimView {
	z.Helper()
	seen, err := claims.ViewClaim(z.Context(), z.db, who, "IC", number)
	must(z, err)
	return seen
}
