package insurance_test

import (
	"context"
	"errors"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// act is a command with what it is sent to: it is done, or it is refused.
type act func(context.Context) error

// call is a command to a use case.
func call[C, A any](useCase func(context.Context, C) (A, error), cmd C) act {
	return func(ctx context.Context) error {
		_, err := useCase(ctx, cmd)
		return err
	}
}

// does fails the test when an act is refused.
func (z *fixture) does(sent act) {
	z.Helper()
	must(z, sent(z.Context()))
}

// counts are what a refusal must not change.
func (z *fixture) counts() (counts [3]int) {
	z.Helper()
	must(z, pg.Row(z.Context(), z.db, `SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM posting),
		(SELECT coalesce(sum(version), 0) FROM policy)`, nil, &counts[0], &counts[1], &counts[2]))
	return counts
}

// refuses wants the refusal, and that it changed nothing.
func (z *fixture) refuses(what string, wanted error, sent act) {
	z.Helper()
	before := z.counts()
	if err := sent(z.Context()); !errors.Is(err, wanted) {
		z.Errorf("%s: got %v, wanted %v", what, err, wanted)
	}
	if after := z.counts(); after != before {
		z.Errorf("%s: a refusal changed %v to %v", what, before, after)
	}
}

// issue brings a policy into force.
func (z *fixture) issue(by access.Principal, number string) act {
	return call(z.insurance.IssuePolicy, insurance.IssuePolicy{Command: idempotency.By(by), Policy: number})
}

// decide is a follower's word on IC-P2.
func (z *fixture) decide(by access.Principal, member string, accept bool) act {
	return z.decideOn("IC-P2", by, member, accept)
}

// decideOn is a follower's word on a policy.
func (z *fixture) decideOn(number string, by access.Principal, member string, accept bool) act {
	return call(z.insurance.DecideRisk, insurance.DecideRisk{
		Command: idempotency.By(by), Policy: number, Member: member, Accept: accept,
	})
}

// refund pays premium back, by A.
func (z *fixture) refund(number, amount string) act {
	return call(z.insurance.RefundPremium, insurance.RefundPremium{
		Command: idempotency.By(person("A")), Policy: number, Amount: money.MustAmount(amount),
	})
}

// endorse changes the premium from a day on, by A.
func (z *fixture) endorse(number, name, premium, day string) act {
	return call(z.insurance.EndorsePolicy, insurance.EndorsePolicy{
		Command: idempotency.Command{By: person("A"), Effective: calendar.MustDate(day)},
		Policy:  number, Endorsement: name, Premium: money.MustAmount(premium),
	})
}

// cancel cancels a policy from a day on, by A.
func (z *fixture) cancel(number, day string) act {
	return call(z.insurance.CancelPolicy, insurance.CancelPolicy{
		Command: idempotency.Command{By: person("A"), Effective: calendar.MustDate(day)}, Policy: number,
	})
}
