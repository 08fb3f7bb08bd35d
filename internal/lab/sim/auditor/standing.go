package auditor

import "strconv"

// Standing is all that can be seen of a policy or claim: what it comes to, what it has announced, and the facts of its
// row.
type Standing struct {
	Pool, Policy, Claim string // no claim when it is the policy's own
	Sheet               Sheet
	Events              map[string]int
	Facts               []Fact
}

// Fact is one thing that is kept of a policy or claim, by name.
type Fact struct{ Name, Value string }

func (a *Auditor) policyStanding(p *Policy) *Standing {
	if p == nil {
		return nil
	}
	version := 0
	if p.Terms != nil {
		version = p.Terms.Version
	}
	return &Standing{
		Pool: p.Pool, Policy: p.Policy, Sheet: p.sheet(), Events: p.events.counts,
		Facts: []Fact{
			{"state", p.State}, {"net_premium", count(p.Net)}, {"vat_due", count(p.VATDue)}, {"received", count(p.Received)},
			{"returned", count(p.Returned)}, {"collector", p.Collector}, {"agreement_version", count(version)},
			{"version", count(p.events.all)}, {"cancelled", p.From.String()}, {"on_risk", p.OnRisk.String()},
		},
	}
}

func (a *Auditor) claimStanding(c *Claim) *Standing {
	if c == nil {
		return nil
	}
	loss := "none"
	if c.Worth != nil {
		loss = count(*c.Worth)
	}
	return &Standing{
		Pool: c.On.Pool, Policy: c.On.Policy, Claim: c.Claim, Sheet: c.sheet(), Events: c.events.counts,
		Facts: []Fact{
			{"state", c.State}, {"loss_day", c.Loss.String()}, {"filed", c.FiledOn.String()},
			{"papers", c.Papers.String()}, {"loss", loss},
			{"estimate_indemnity", count(c.EstimateIndemnity)}, {"estimate_expense", count(c.EstimateExpense)},
			{"approved_indemnity", count(c.ApprovedIndemnity)}, {"approved_expense", count(c.ApprovedExpense)},
			{"paid_indemnity", count(c.PaidIndemnity)}, {"paid_expense", count(c.PaidExpense)},
			{"recovery", count(c.Recovery)}, {"salvage", count(c.Salvage)},
			{"approved", c.ApprovedOn.String()}, {"refused", c.RefusedOn.String()}, {"major", c.MajorOn.String()},
			{"noticed", strconv.FormatBool(c.Noticed)}, {"called", strconv.FormatBool(c.Called)},
		},
	}
}

func count[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// Name is that of the policy or claim.
func (s *Standing) Name() string {
	if s.Claim != "" {
		return s.Claim
	}
	return s.Policy
}

// Standing is that of the policy or claim of a name; nil when there is none.
func (a *Auditor) Standing(name string) *Standing {
	if claim := a.Claims[name]; claim != nil {
		return a.claimStanding(claim)
	}
	return a.policyStanding(a.Policies[name])
}

// Question asks for a balance, as an expectation does; what is left out does not count. Days go with a whole pool only.
type Question struct {
	Book, Account             string
	Pool, Policy, Claim, With string
	Effective, Known          Day
}

// Balance is the answer, positive on the account's normal side.
func (a *Auditor) Balance(q Question) int64 {
	sum := int64(0)
	matches := func(key Account) bool {
		return key.Book == q.Book && key.Name == q.Account && (q.With == "" || q.With == key.With)
	}
	add := func(s Sheet) {
		for key, balance := range s.Balances {
			if matches(key) {
				sum += balance
			}
		}
	}
	switch {
	case q.Claim != "":
		add(a.Claims[q.Claim].sheet())
	case q.Policy != "":
		policy := a.Policies[q.Policy]
		add(policy.sheet())
		for _, claim := range policy.Claims {
			add(claim.sheet())
		}
	default:
		for code, pool := range a.Pools {
			if q.Pool != "" && q.Pool != code {
				continue
			}
			for key, kept := range pool.accounts {
				if matches(key) {
					sum += kept.by(q.Effective, q.Known)
				}
			}
		}
	}
	return Normal(q.Account, sum)
}

// Owes is what one member owes another, net of what the other owes it.
func (a *Auditor) Owes(debtor, creditor, pool string, effective, known Day) int64 {
	sum := int64(0)
	for name, sign := range map[string]int64{
		"due_to_coinsurer": 1, "due_from_coinsurer": -1, "claim_advance_paid": -1, "claim_advance_received": 1,
	} {
		sum += sign * a.Balance(Question{
			Book: debtor, Account: name, With: creditor, Pool: pool, Effective: effective, Known: known,
		})
	}
	return sum
}

// Portion is a member's portion of a stream of a policy or claim.
func (a *Auditor) Portion(subject, stream, member string) int64 {
	if claim := a.Claims[subject]; claim != nil {
		return claim.sheet().Portions[Portion{stream, member}]
	}
	return a.Policies[subject].sheet().Portions[Portion{stream, member}]
}
