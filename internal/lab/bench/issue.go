package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

const (
	policyPrefix = pool + "-P"
	claimPrefix  = pool + "-C"
	idemKeyIssue = "issue-"
	idemKeyQuote = "quote-"
)

var (
	premium = money.MustAmount("100000.00")
	vat     = money.MustRate("6%")
)

// benchIssue issues quoted, paid policies of six members.
func benchIssue(ctx context.Context, r *run) error {
	h, err := open(ctx, r)
	if err != nil {
		return err
	}
	defer h.close(ctx)
	size := r.Size
	total := size.Rounds*size.Issues + 1
	if err := h.preparePolicies(ctx, r, 0, total); err != nil {
		return err
	}
	one, err := call(ctx, h.address)
	if err != nil {
		return err
	}
	defer func() { _ = one.conn.Close() }()
	if err := one.do(h.issue(total - 1)); err != nil {
		return err
	}
	key := numbered(policyPrefix, total-1)
	rows, err := h.capture(ctx, "policy/"+key, key)
	if err != nil {
		return err
	}
	if err := h.settle(ctx, h.db.Schema); err != nil {
		return err
	}
	memory, done := r.watch("issue")
	var ours, floor []float64
	var cost, floorCost costs
	for round := range size.Rounds {
		r.Told("issue: rounds", round, size.Rounds)
		var took time.Duration
		err := h.weigh(ctx, new(peak), &floorCost, size.Issues, func() (err error) {
			took, err = h.floor.write(ctx, size.Callers, size.Issues, round*size.Issues, rows)
			return err
		})
		if err != nil {
			return err
		}
		floor = append(floor, perSecond(size.Issues, took))
		err = h.weigh(ctx, memory, &cost, size.Issues, func() (err error) {
			took, err = h.issueMany(ctx, size, round*size.Issues)
			return err
		})
		if err != nil {
			return err
		}
		ours = append(ours, perSecond(size.Issues, took))
	}
	done()
	r.add(Line{
		Bench: "issue", What: "issue of a paid policy, six members, over HTTP", Unit: "policies/s",
		Floor: fmt.Sprintf("the same %d rows, pipelined", rows.rows), Target: ratioAtLeast(0.35, 0.8),
	}.cost(cost, floorCost), ours, floor)
	return nil
}

// issue is the command that issues a policy.
func (h *house) issue(number int) request {
	policy := numbered(policyPrefix, number)
	return request{
		method: http.MethodPost, path: "/v1/policies/" + policy + "/issue", token: h.tokens[underwriter.Subject],
		key: idemKeyIssue + policy,
	}
}

// quote is the command that quotes such a policy.
func (h *house) quote(number int) request {
	policy, today := numbered(policyPrefix, number), calendar.DateOf(h.clock.Now())
	return request{
		method: http.MethodPost, path: "/v1/policies", token: h.tokens[underwriter.Subject], key: idemKeyQuote + policy,
		body: fmt.Sprintf(`{"pool":%q,"number":%q,"line":"pilot_test","insured":"武汉示例装备","start":%q,"end":%q,
			"premium":%q,"vat":%q,"commission":"5%%","limit":"5000000.00"}`, pool, policy, today.AddDays(-30),
			today.AddDays(334), premium, vat.Percent()),
	}
}

func (h *house) issueMany(ctx context.Context, size Size, first int) (time.Duration, error) {
	return h.callTogether(ctx, size.Callers, size.Issues, func(one *caller, piece int) error {
		return one.do(h.issue(first + piece))
	})
}

// preparePolicies quotes policies and takes their premium in; that is set-up.
func (h *house) preparePolicies(ctx context.Context, r *run, first, count int) error {
	today := calendar.DateOf(h.clock.Now())
	_, err := together(ctx, r.Size.Callers, count, func(context.Context) (struct{}, error) { return struct{}{}, nil },
		func(ctx context.Context, _ struct{}, piece int) error {
			number := numbered(policyPrefix, first+piece)
			_, err := h.insurance.QuotePolicy(ctx, insurance.QuotePolicy{
				Command: idempotency.Command{By: underwriter, IdempotencyKey: idemKeyQuote + number},
				Pool:    pool, Number: number, Contract: insurance.Contract{
					Line: "pilot_test", Insured: "武汉示例装备", Starts: today.AddDays(-30), Ends: today.AddDays(334),
					Premium: premium, VAT: vat, Commission: money.MustRate("5%"),
					SumInsured: money.MustAmount("5000000.00"),
				},
			})
			if err == nil {
				_, err = h.insurance.ReceivePremium(ctx, insurance.ReceivePremium{
					Command: idempotency.Command{By: underwriter, IdempotencyKey: "cash-" + number},
					Policy:  number, Amount: premium.Add(money.Apply(vat, premium)),
				})
			}
			return err
		}, func(done int) { r.Told("quote policies and take their premium", done, count) })
	return err
}
