package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// claimStep is one command in the life of a claim.
type claimStep struct{ name, path, body string }

// claimLife is a claim from first notice to payment. The loss is assessed in between: nothing can be approved before.
var claimLife = []claimStep{
	{"notice", "", ""}, // its body names policy and claim
	{"reserve", "/estimates", `{"indemnity":"50000.00","expense":"2000.00"}`},
	{"assess", "/assessments", `{"loss":"50000.00"}`},
	{"approve", "/approvals", `{"indemnity":"48000.00","expense":"2000.00"}`},
	{"pay", "/payments", `{"indemnity":"48000.00","expense":"2000.00"}`},
}

// claimsPerPolicy bounds how many claims are made on one policy of the set-up; no two callers work on one policy.
const claimsPerPolicy = 4

// benchClaims takes claims through their lives, each caller one claim after the other.
func benchClaims(ctx context.Context, r *run) error {
	h, err := open(ctx, r)
	if err != nil {
		return err
	}
	defer h.close(ctx)
	size := r.Size
	total := size.Rounds*size.Claims + 1
	if err := h.prepareInsured(ctx, r, total/claimsPerPolicy+1); err != nil {
		return err
	}
	life, rows, err := h.captureLife(ctx, total-1)
	if err != nil {
		return err
	}
	if err := h.settle(ctx, h.db.Schema); err != nil {
		return err
	}
	memory, done := r.watch("claims")
	var ours, floor []float64
	var cost, floorCost costs
	for round := range size.Rounds {
		r.Told("claims: rounds", round, size.Rounds)
		var took time.Duration
		err := h.weigh(ctx, new(peak), &floorCost, size.Claims*len(life), func() (err error) {
			took, err = h.floor.write(ctx, size.Callers, size.Claims, round*size.Claims, life...)
			return err
		})
		if err != nil {
			return err
		}
		floor = append(floor, perSecond(size.Claims*len(life), took))
		err = h.weigh(ctx, memory, &cost, size.Claims*len(life), func() (err error) {
			took, err = h.claimMany(ctx, size, round*size.Claims)
			return err
		})
		if err != nil {
			return err
		}
		ours = append(ours, perSecond(size.Claims*len(life), took))
	}
	done()
	r.add(Line{
		Bench: "claims", What: "notice, reserve, assess, approve, pay, over HTTP", Unit: "commands/s",
		Floor:  fmt.Sprintf("the same %d rows in %d transactions, pipelined", rows, len(life)),
		Target: ratioAtLeast(0.35, 0.8),
	}.cost(cost, floorCost), ours, floor)
	return nil
}

// prepareInsured makes policies in force, ready for claims.
func (h *house) prepareInsured(ctx context.Context, r *run, count int) error {
	if err := h.preparePolicies(ctx, r, 0, count); err != nil {
		return err
	}
	r.Told("issue policies", 0, count)
	_, err := h.callTogether(ctx, r.Size.Callers, count, func(one *caller, piece int) error {
		return one.do(h.issue(piece))
	})
	return err
}

// captureLife plays one claim and keeps what each of its commands wrote.
func (h *house) captureLife(ctx context.Context, number int) (life []*written, rows int, err error) {
	one, err := call(ctx, h.address)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = one.conn.Close() }()
	key := numbered(claimPrefix, number)
	for step := range claimLife {
		if err := one.do(h.claim(step, number)); err != nil {
			return nil, 0, err
		}
		wrote, err := h.capture(ctx, "claim/"+key, key)
		if err != nil {
			return nil, 0, err
		}
		life = append(life, wrote)
		rows += wrote.rows
	}
	return life, rows, nil
}

// claim is one command of a claim's life.
func (h *house) claim(step, number int) request {
	claim, s := numbered(claimPrefix, number), claimLife[step]
	command := request{
		method: http.MethodPost, path: "/v1/claims", token: h.tokens[handler.Subject], key: s.name + "-" + claim,
		body: s.body,
	}
	if s.path == "" {
		command.body = fmt.Sprintf(`{"policy":"%s","number":"%s","loss_day":"%s"}`,
			numbered(policyPrefix, number/claimsPerPolicy), claim, h.lossDay)
	} else {
		command.path += "/" + claim + s.path
	}
	return command
}

// claimMany lets every caller take claims through their lives. Claims on one policy wait for each other, so a caller
// takes all those of a policy.
func (h *house) claimMany(ctx context.Context, size Size, first int) (time.Duration, error) {
	last := first + size.Claims
	groups := (last-1)/claimsPerPolicy - first/claimsPerPolicy + 1
	return h.callTogether(ctx, size.Callers, groups, func(one *caller, group int) error {
		from := (first/claimsPerPolicy + group) * claimsPerPolicy
		for number := max(from, first); number < min(from+claimsPerPolicy, last); number++ {
			for step := range claimLife {
				if err := one.do(h.claim(step, number)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
