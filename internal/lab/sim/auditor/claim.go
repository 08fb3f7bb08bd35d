package auditor

// States of a claim.
const (
	Filed     = "filed"
	Assessed  = "assessed"
	Approved  = "approved"
	Paid      = "paid"
	Refused   = "refused"
	Withdrawn = "withdrawn"
	Closed    = "closed"
	Reopened  = "reopened"
)

// majorFrom makes a claim a major one: fifty million yuan.
const majorFrom = 5_000_000_000

// Claim is what the auditor keeps of a claim: figures at 100 %, and the days from which clocks run.
type Claim struct {
	File

	On    *Policy
	State string
	Worth *int64 // the assessed loss; nil before

	EstimateIndemnity, EstimateExpense int64
	ApprovedIndemnity, ApprovedExpense int64
	PaidIndemnity, PaidExpense         int64
	Recovery, Salvage                  int64

	FiledOn, ApprovedOn, RefusedOn, MajorOn Day
	Noticed, Called                         bool

	calls   map[string]*call
	cleared map[Account]int64
	events  events
}

// call is what a member paid towards the claim's cash calls, and how the last end of the claim left it.
type call struct {
	paid                             int64
	endPaid, endPortion, endUsed, up int64 // up: what was left over at the end, and given up
}

// Ended says that the claim is closed, refused or withdrawn.
func (c *Claim) Ended() bool { return c.State == Closed || c.State == Refused || c.State == Withdrawn }

// Calls are what each member paid towards cash calls.
func (c *Claim) Calls() map[string]int64 {
	paid := map[string]int64{}
	for member, call := range c.calls {
		paid[member] = call.paid
	}
	return paid
}

// Payable is the most indemnity the policy pays for the assessed loss: above the deductible, within what the policy's
// other claims leave of its limit. Nothing is payable before an assessment.
func (c *Claim) Payable() (amount int64, assessed bool) {
	if c.Worth == nil {
		return 0, false
	}
	left := c.On.Limit - (c.On.Used() - max(c.ApprovedIndemnity, c.PaidIndemnity))
	return min(left, max(0, *c.Worth-c.On.Deductible)), true
}

// exceedsPayable says that an indemnity is above what is payable.
func (c *Claim) exceedsPayable(indemnity int64) bool {
	payable, assessed := c.Payable()
	return !assessed || indemnity > payable
}

// used is how much of a call is used against what the member owes, and how much was given up at the claim's end. A
// reopening does not call back what was used, but counts afresh.
func (k *call) used(portion int64, ended bool) (against, up int64) {
	against = k.endUsed + min(k.paid-k.endPaid, max(0, portion-k.endPortion))
	if ended {
		return against, k.paid - against
	}
	return against, k.up
}

// outstanding is what an estimate leaves to be paid.
func (c *Claim) outstanding(estimate, paid int64) int64 {
	if c.Ended() {
		return 0
	}
	return max(0, estimate-paid)
}

// sheet is what the claim comes to.
func (c *Claim) sheet() Sheet {
	s := newSheet()
	g := c.On.Terms
	open := [2]int64{
		c.outstanding(c.EstimateIndemnity, c.PaidIndemnity), c.outstanding(c.EstimateExpense, c.PaidExpense),
	}
	indemnity, expense := g.split(c.PaidIndemnity), g.split(c.PaidExpense)
	recovery, salvage := g.split(c.Recovery), g.split(c.Salvage)
	estimates := [2][]int64{g.split(c.EstimateIndemnity), g.split(c.EstimateExpense)}
	opens := [2][]int64{g.split(open[0]), g.split(open[1])}
	for i, share := range g.Shares {
		member := share.Member
		s.portion("indemnity", member, indemnity[i])
		s.portion("expense", member, expense[i])
		s.portion("recovery", member, recovery[i])
		s.portion("salvage", member, salvage[i])
		s.portion("reserve_indemnity", member, estimates[0][i])
		s.portion("reserve_expense", member, estimates[1][i])
		s.portion("outstanding_indemnity", member, opens[0][i])
		s.portion("outstanding_expense", member, opens[1][i])

		s.debit(member, "claims_paid", "", indemnity[i])
		s.debit(member, "claim_expense", "", expense[i])
		s.credit(member, "claims_recovered", "", recovery[i])
		s.credit(member, "salvage_recovered", "", salvage[i])
		s.credit(member, "outstanding_claims_reserve", "", opens[0][i]+opens[1][i])
		s.debit(member, "change_in_outstanding_claims", "", opens[0][i]+opens[1][i])
		out, in := indemnity[i]+expense[i], recovery[i]+salvage[i]
		if g.Claims == Each || member == g.Servicer {
			s.debit(member, "cash", "", in-out)
			continue
		}
		s.debit(g.Servicer, "cash", "", in-out)
		c.owed(s, member, out, in)
	}
	s.settled(c.cleared)
	return s
}

// owed is what stands between a member and the servicer: its portion of what was paid, its portion of what came back,
// and its cash towards calls.
func (c *Claim) owed(s Sheet, member string, out, in int64) {
	servicer := c.On.Terms.Servicer
	advance := int64(0)
	if call := c.calls[member]; call != nil {
		against, up := call.used(out, c.Ended())
		s.debit(member, "cash", "", -call.paid)
		s.debit(servicer, "cash", "", call.paid)
		advance = call.paid - against - up
		out -= against
		in += up
	}
	s.owe(OfClaims, member, servicer, out)
	s.owe(OfClaims, servicer, member, in)
	s.debit(member, "claim_advance_paid", servicer, advance)
	s.credit(servicer, "claim_advance_received", member, advance)
}

// Clock is the day a legal clock shows, none when it has not started.
func (c *Claim) Clock(name string) Day {
	after := func(start Day, days Day) Day {
		if start == 0 {
			return 0
		}
		return start + days
	}
	switch name {
	case "decide_due":
		return after(c.Papers, 30)
	case "pay_due":
		return after(c.ApprovedOn, 10)
	case "refuse_due":
		return after(c.RefusedOn, 3)
	case "advance_due":
		return after(c.Papers, 60)
	default:
		if c.MajorOn == 0 {
			return 0
		}
		return c.MajorOn.afterWorkdays(5)
	}
}
