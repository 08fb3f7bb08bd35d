package insurance_test

import (
	"testing"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// strangers may not underwrite a policy that A issues.
var strangers = map[string]access.Principal{
	"a follower":                     person("B"),
	"the regulator":                  access.Person("x", access.Regulator, "", access.Underwriter),
	"the operator":                   access.Person("x", access.Operator, "", access.Underwriter),
	"the pool manager":               access.Person("x", access.Manager, "", access.Underwriter),
	"a person of A without the role": access.Person("x", access.Member, "A", access.Reader),
}

func TestQuoteRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.quoted(z.quote("IC-P0", "100.00"))
	zero := money.Amount{}
	tests := []struct {
		name   string
		change func(*insurance.QuotePolicy)
		wanted error
	}{
		{"an unknown line", func(q *insurance.QuotePolicy) { q.Line = "marine" }, insurance.ErrPolicyInvalid},
		{"a number of another pool", func(q *insurance.QuotePolicy) { q.Number = "LH-P1" }, insurance.ErrPolicyInvalid},
		{
			"an end before the start", func(q *insurance.QuotePolicy) { q.Ends = q.Starts.AddDays(-1) },
			insurance.ErrPolicyInvalid,
		},
		{"a limit of zero", func(q *insurance.QuotePolicy) { q.SumInsured = zero }, insurance.ErrPolicyInvalid},
		{"a value of zero", func(q *insurance.QuotePolicy) { q.EquipmentValue = &zero }, insurance.ErrPolicyInvalid},
		{"no insured", func(q *insurance.QuotePolicy) { q.Insured = "" }, insurance.ErrPolicyInvalid},
		{
			"a digest that is none", func(q *insurance.QuotePolicy) { q.ConsentDigest = "abc" },
			insurance.ErrPolicyInvalid,
		},
		{"back-loaded", instalments("40.00", "60.00"), insurance.ErrInstalmentBackLoaded},
		{"a fen short", instalments("50.00", "49.99"), insurance.ErrInstalmentsDoNotSum},
		{
			"an unknown pool", func(q *insurance.QuotePolicy) { q.Pool, q.Number = "XX", "XX-P1" },
			coinsurance.ErrPoolNotFound,
		},
		{"by a follower", func(q *insurance.QuotePolicy) { q.By = person("B") }, access.ErrForbidden},
		{"a number that is there", func(q *insurance.QuotePolicy) { q.Number = "IC-P0" }, insurance.ErrPolicyExists},
	}
	for _, test := range tests {
		cmd := z.quote("IC-P1", "100.00")
		test.change(&cmd)
		z.refuses(
			test.name, test.wanted,
			call(z.insurance.QuotePolicy, cmd),
		)
	}
	closing := calendar.MustDate("2026-01-01")
	z.does(call(z.pools.OpenPool, coinsurance.OpenPool{
		Command: idempotency.By(clerk),
		Code:    "OE", Industry: coinsurance.Optoelectronics, Name: "光电子", Closes: closing,
	}))
	cmd := z.quote("OE-P1", "100.00")
	cmd.Pool = "OE"
	z.refuses("a closed pool", coinsurance.ErrPoolClosed, call(z.insurance.QuotePolicy, cmd))
}

func instalments(amounts ...string) func(*insurance.QuotePolicy) {
	return func(q *insurance.QuotePolicy) {
		for i, amount := range amounts {
			q.Instalments = append(q.Instalments, insurance.Instalment{
				Due: q.Starts.AddDays(30 * i), Amount: money.MustAmount(amount),
			})
		}
	}
}

// TestIssueOrder breaks every rule of an issue at once and mends one after the other: the refusals come in their order.
func TestIssueOrder(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	capital := money.MustAmount("1000000.00")
	z.does(call(z.members.RegisterMember, zone.RegisterMember{
		Command: idempotency.By(clerk), Code: "E", Name: "戊", Capital: &capital,
	}))
	z.refuses("no policy", insurance.ErrPolicyNotFound, z.issue(person("A"), "IC-PX"))
	z.refuses("no pool", insurance.ErrPolicyNotFound, z.issue(person("A"), "XX-PX"))
	z.refuses("no number", insurance.ErrPolicyNotFound, z.issue(person("A"), "PX"))
	cmd := z.quote("IC-P1", "100.00")
	value := money.MustAmount("1000000.01")
	cmd.EquipmentValue = &value
	z.quoted(cmd)
	z.refuses("a rule of the line", insurance.ErrProductRuleBroken, z.issue(person("A"), "IC-P1"))
	z.quoted(z.quote("IC-P2", "100.00"))
	z.refuses("no agreement", coinsurance.ErrNoAgreementInForce, z.issue(person("A"), "IC-P2"))
	authority := money.MustAmount("999999.99")
	z.agree(1, "2026-01-01", coinsurance.Terms{Authority: &authority}, "A", "50%", "B", "39%", "E", "11%")
	for who, by := range strangers {
		z.refuses(who, access.ErrForbidden, z.issue(by, "IC-P2"))
	}
	z.refuses("nobody was asked", coinsurance.ErrPlacementIncomplete, z.issue(person("A"), "IC-P2"))
	for _, follower := range []string{"B", "E"} {
		z.does(z.decide(person(follower), follower, true))
	}
	z.refuses("E would carry too much", coinsurance.ErrCapacityExceeded, z.issue(person("A"), "IC-P2"))
	z.agree(2, "2026-01-02", coinsurance.Terms{}, "A", "50%", "B", "40%", "E", "10%")
	z.refuses("nothing is paid", insurance.ErrPremiumNotReceived, z.issue(person("A"), "IC-P2"))
	z.receive("IC-P2", "105.99")
	z.refuses("a fen is missing", insurance.ErrPremiumNotReceived, z.issue(person("A"), "IC-P2"))
	z.receive("IC-P2", "0.01")
	z.does(z.issue(person("A"), "IC-P2"))
	z.refuses("a second issue", insurance.ErrPolicyNotQuoted, z.issue(person("A"), "IC-P2"))
	z.refuses("a decision after issue", insurance.ErrPolicyNotQuoted, z.decide(person("B"), "B", false))
	z.verified()
}

func TestDecideOrder(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.refuses("for another member", access.ErrForbidden, z.decide(person("A"), "B", true))
	z.refuses("no policy", insurance.ErrPolicyNotFound, z.decide(person("B"), "B", true))
	z.quoted(z.quote("IC-P2", "100.00"))
	z.refuses("no agreement", coinsurance.ErrNoAgreementInForce, z.decide(person("B"), "B", true))
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.refuses("a stranger", coinsurance.ErrNotAFollower, z.decide(person("C"), "C", true))
	z.refuses("the leader", coinsurance.ErrNotAFollower, z.decide(person("A"), "A", true))
	z.receive("IC-P2", "106.00")
	z.does(z.issue(person("A"), "IC-P2"))
	z.refuses("the leader, after issue", insurance.ErrPolicyNotQuoted, z.decide(person("A"), "A", true))
	told := z.decide(person("C"), "C", true)(t.Context())
	if told == nil || told.Error() != insurance.ErrPolicyNotQuoted.Error() {
		t.Errorf("a stranger is told %v: the rule, and nothing of the policy", told)
	}
}

func TestCashRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	receive := func(by access.Principal, number, amount string) act {
		return call(z.insurance.ReceivePremium, insurance.ReceivePremium{
			Command: idempotency.By(by), Policy: number, Amount: money.MustAmount(amount),
		})
	}
	z.refuses("no policy", insurance.ErrPolicyNotFound, receive(person("A"), "IC-PX", "1.00"))
	z.quoted(z.quote("IC-P1", "100.00"))
	z.refuses("no agreement", coinsurance.ErrNoAgreementInForce, receive(person("A"), "IC-P1", "1.00"))
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	for who, by := range strangers {
		z.refuses(who, access.ErrForbidden, receive(by, "IC-P1", "1.00"))
	}
	z.refuses("nothing", insurance.ErrAmountNotPositive, receive(person("A"), "IC-P1", "0.00"))
	z.does(receive(person("A"), "IC-P1", "10.00"))
	z.refuses("nothing back", insurance.ErrAmountNotPositive, z.refund("IC-P1", "0.00"))
	z.refuses("more back than was received", insurance.ErrRefundExceedsReceived, z.refund("IC-P1", "10.01"))
	z.does(z.refund("IC-P1", "10.00"))
	z.verified()
}

func TestChangeRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	cancel := z.cancel("IC-P1", "2026-07-01")
	reinstate := call(z.insurance.ReinstatePolicy, insurance.ReinstatePolicy{
		Command: idempotency.By(person("A")), Policy: "IC-P1",
	})
	z.refuses("a name that is none", insurance.ErrPolicyInvalid, z.endorse("IC-P1", "", "1.00", "2026-03-01"))
	z.refuses("no policy", insurance.ErrPolicyNotFound, z.endorse("IC-P1", "E1", "1.00", "2026-03-01"))
	z.quoted(z.quote("IC-P1", "100.00"))
	z.refuses("not issued", insurance.ErrPolicyNotInForce, z.endorse("IC-P1", "E1", "1.00", "2026-03-01"))
	z.refuses("not issued", insurance.ErrPolicyNotInForce, cancel)
	z.receive("IC-P1", "106.00")
	z.does(z.issue(person("A"), "IC-P1"))
	z.refuses("before the start", insurance.ErrOutsidePeriod, z.endorse("IC-P1", "E1", "-1000.00", "2026-01-01"))
	z.refuses("after the end", insurance.ErrOutsidePeriod, z.endorse("IC-P1", "E1", "1.00", "2027-01-01"))
	z.refuses("below zero", insurance.ErrPremiumNegative, z.endorse("IC-P1", "E1", "-100.01", "2026-03-01"))
	z.does(z.endorse("IC-P1", "E1", "5.00", "2026-03-01"))
	z.refuses("a second E1", insurance.ErrEndorsementExists, z.endorse("IC-P1", "E1", "5.00", "2026-03-01"))
	z.refuses("not cancelled", insurance.ErrPolicyNotCancelled, reinstate)
	z.does(cancel)
	z.refuses("cancelled", insurance.ErrPolicyNotInForce, z.endorse("IC-P1", "E2", "1.00", "2026-03-01"))
	z.refuses("cancelled", insurance.ErrPolicyNotInForce, cancel)
	z.does(reinstate)
	z.portion("IC-P1", ledger.NetPremium, "B", "42.00")
	z.verified()
}

// TestReversal takes a mistaken receipt back: the totals are what they would be without it.
func TestReversal(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.issued("IC-P1", "100.00", "106.00")
	var event uuid.UUID
	must(t, pg.Row(t.Context(), z.db, `SELECT id FROM event WHERE type = 'insurance.premium_received'`, nil, &event))
	reverse := func(event uuid.UUID, reason string) act {
		return call(z.insurance.ReversePremium, insurance.ReversePremium{
			Command: idempotency.By(person("A")), Policy: "IC-P1", Event: event, Reason: reason, Original: true,
		})
	}
	z.refuses("no reason", insurance.ErrPolicyInvalid, reverse(event, ""))
	z.refuses("no such receipt", insurance.ErrCashNotFound, reverse(uuid.New(), "错账"))
	z.owes("A", "B", "42.40")
	z.does(reverse(event, "错账"))
	z.owes("A", "B", "0.00")
	z.refuses("twice", ledger.ErrAlreadyReversed, reverse(event, "错账"))
	z.verified()
}

func TestCommissionPaid(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	cmd := z.quote("IC-P1", "100.00")
	cmd.Commission = money.MustRate("10%")
	z.quoted(cmd)
	pay := func(amount string) act {
		return call(z.insurance.PayCommission, insurance.PayCommission{
			Command: idempotency.By(person("A")), Policy: "IC-P1", Amount: money.MustAmount(amount),
		})
	}
	z.refuses("before issue", insurance.ErrPolicyNotInForce, pay("1.00"))
	z.receive("IC-P1", "106.00")
	z.does(z.issue(person("A"), "IC-P1"))
	z.refuses("nothing", insurance.ErrAmountNotPositive, pay("0.00"))
	z.does(pay("9.99"))
	z.refuses("more than has accrued", insurance.ErrCommissionExceedsAccrued, pay("0.02"))
	z.does(pay("0.01"))
	answer, err := ledger.BalanceOf(t.Context(), z.db, ledger.BalanceQuery{Book: "A", Account: ledger.CommissionPayable})
	if err != nil || !answer.Balance.IsZero() {
		t.Errorf("got %s, %v", answer.Balance, err)
	}
	z.verified()
}

// TestPolicyChanged: who looked at version 1 may not act on version 2 unseen.
func TestPolicyChanged(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.quoted(z.quote("IC-P1", "100.00"))
	receive := insurance.ReceivePremium{
		Command: idempotency.Command{By: person("A"), IfVersion: 1},
		Policy:  "IC-P1", Amount: money.MustAmount("106.00"),
	}
	z.does(call(z.insurance.ReceivePremium, receive))
	z.refuses("a receipt for version 1", insurance.ErrPolicyChanged, call(z.insurance.ReceivePremium, receive))
	receive.IfVersion = 2
	z.does(call(z.insurance.ReceivePremium, receive))
}
