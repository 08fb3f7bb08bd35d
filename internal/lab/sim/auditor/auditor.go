package auditor

import (
	"maps"
	"math/bits"
)

// Auditor is the second bookkeeper.
type Auditor struct {
	Today    Day
	Members  map[string]*Register
	Pools    map[string]*Pool
	Policies map[string]*Policy // by their names in the scenario
	Claims   map[string]*Claim
	Misread  func(Move) Move // has the auditor take a move for another, to try whether that shows; nil mostly

	Tally map[string]int // how often what is worth counting happened

	settlements int
	awaited     map[Day][]*Policy // on these days something falls due
	toBegin     map[Day][]*Policy // on these days a policy issued ahead goes on risk
	overdue     []*Policy         // issued or reinstated after their end, and not yet announced as expired
}

// New is an auditor with an empty notebook.
func New() *Auditor {
	return &Auditor{
		Members: map[string]*Register{}, Pools: map[string]*Pool{}, Policies: map[string]*Policy{},
		Claims: map[string]*Claim{}, awaited: map[Day][]*Policy{}, toBegin: map[Day][]*Policy{},
		Tally: map[string]int{},
	}
}

// events are how many events of each type a policy or claim has announced.
type events struct {
	counts map[string]int
	all    int
}

// announce counts an event. The map is made anew, so that what was handed out stays as it was.
func (a *Auditor) announce(pool *Pool, e *events, kind string) {
	counts := make(map[string]int, len(e.counts)+1)
	maps.Copy(counts, e.counts)
	counts[kind]++
	e.counts = counts
	e.all++
	pool.events[kind]++
}

// Verdict is what the auditor expects to come of a move.
type Verdict struct {
	Line     string    // the move as a line of a scenario, with what is expected of it; "" when it is about nothing
	Refusal  string    // code of the refusal; "" for none
	OneOf    []string  // any refusal of this set, where the page does not say which comes first
	Standing *Standing // of the policy or claim that it was about; nil for none
	Kept     *Kept     // what a close keeps; nil for other moves
	Paper    *Paper    // the statement that it was about; nil for none
}

// Play notes a move and says what should come of it. The day must have come.
func (a *Auditor) Play(m Move) Verdict {
	if expect, is := m.Act.(Expect); is {
		if expect.Subject != "" && a.Policies[expect.Subject] == nil && a.Claims[expect.Subject] == nil {
			return Verdict{}
		}
		asked := expect.Ask(a)
		if asked == "" {
			return Verdict{}
		}
		return Verdict{Line: m.Text("") + " " + asked}
	}
	read := m
	if a.Misread != nil {
		read = a.Misread(m)
	}
	verdict := a.verdict(read)
	verdict.Line = m.Text(verdict.Refusal)
	return verdict
}

func (a *Auditor) verdict(m Move) Verdict {
	switch act := m.Act.(type) {
	case Register:
		return Verdict{Refusal: a.register(act, m.As)}
	case Found:
		return Verdict{Refusal: a.found(act, m.As)}
	case Agree:
		return Verdict{Refusal: a.agree(act, m.As)}
	case ClosePeriod:
		kept, refusal := a.closePeriod(act, m.As)
		return Verdict{Refusal: refusal, Kept: kept}
	case Quote:
		policy, refusal, oneOf := a.quote(act, m.As, m.Effective)
		return Verdict{Refusal: refusal, OneOf: oneOf, Standing: a.policyStanding(policy)}
	}
	if refusal, oneOf, paper := a.playStatement(m); paper != nil || refusal != "" {
		return Verdict{Refusal: refusal, OneOf: oneOf, Paper: paper}
	}
	if policy, refusal, is := a.playPolicy(m); is {
		return Verdict{Refusal: refusal, Standing: a.policyStanding(policy)}
	}
	claim, refusal := a.playClaim(m)
	return Verdict{Refusal: refusal, Standing: a.claimStanding(claim)}
}

func (a *Auditor) playPolicy(m Move) (policy *Policy, refusal string, is bool) {
	switch act := m.Act.(type) {
	case Decide:
		policy, refusal = a.decide(act, m.As, m.Effective)
	case Receive:
		policy, refusal = a.receive(act, m.As, m.Effective)
	case Refund:
		policy, refusal = a.refund(act, m.As, m.Effective)
	case Issue:
		policy, refusal = a.issue(act, m.As, m.Effective)
	case Endorse:
		policy, refusal = a.endorse(act, m.As, m.Effective)
	case Cancel:
		policy, refusal = a.cancel(act, m.As, m.Effective)
	case Reinstate:
		policy, refusal = a.reinstate(act, m.As, m.Effective)
	default:
		return nil, "", false
	}
	return policy, refusal, true
}

func (a *Auditor) playClaim(m Move) (*Claim, string) {
	switch act := m.Act.(type) {
	case File:
		return a.file(act, m.As, m.Effective)
	case Reserve:
		return a.reserve(act, m.As, m.Effective)
	case Assess:
		return a.assess(act, m.As, m.Effective)
	case Approve:
		return a.approve(act, m.As, m.Effective)
	case Advance:
		return a.advance(act, m.As, m.Effective)
	case Pay:
		return a.pay(act, m.As, m.Effective)
	case Recover:
		return a.recover(act, m.As, m.Effective)
	case PayCall:
		return a.payCall(act, m.As, m.Effective)
	case End:
		return a.end(act, m.As, m.Effective)
	case Reopen:
		return a.reopen(act, m.As, m.Effective)
	default:
		return nil, ""
	}
}

func (a *Auditor) register(act Register, as string) string {
	switch {
	case as != "":
		return Forbidden
	case a.Members[act.Code] != nil:
		return "coinsurance.member_exists"
	}
	a.Members[act.Code] = &act
	return ""
}

func (a *Auditor) found(act Found, as string) string {
	switch {
	case as != "":
		return Forbidden
	case a.Pools[act.Pool] != nil:
		return "coinsurance.pool_exists"
	}
	a.Pools[act.Pool] = &Pool{
		Code: act.Pool, accounts: map[Account]*account{}, waiting: map[loose]int64{}, paid: map[string]int64{},
		booked: map[lateness]int64{}, cancelled: map[Period]bool{},
		events: map[string]int{"coinsurance.pool_opened": 1},
	}
	return ""
}

// beyondTenth says that a share of a limit is more than a tenth of a member's capital, exactly.
func beyondTenth(share, limit, capital int64) bool {
	carriedHigh, carriedLow := bits.Mul64(uint64(share)*10, uint64(limit)) //nolint:gosec // neither is negative
	mayHigh, mayLow := bits.Mul64(uint64(capital), Whole)                  //nolint:gosec // it is above zero
	return carriedHigh > mayHigh || carriedHigh == mayHigh && carriedLow > mayLow
}
