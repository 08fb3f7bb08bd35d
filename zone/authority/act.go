package authority

import "slices"

// Control is what an act that moves money asks for.
type Control string

// The closed list of controls.
const (
	// ByAmount holds an act to the limit of whoever does it. Above it, a second person has agreed.
	ByAmount Control = "amount"
	// TwoPersons is an act of which one person made the proposal and another one approved it.
	TwoPersons Control = "two persons"
	// Decided carries out, or ends, what was decided behind the gate before, and no more than that.
	Decided Control = "decided before"
	// TakenIn records money that came in from outside. To take that back is held to a limit.
	TakenIn Control = "taken in"
	// Estimated moves reserves and no others: nobody is paid and nobody owes by an estimate.
	Estimated Control = "estimate"
	// Calendar follows by the calendar from what was decided.
	Calendar Control = "calendar"
)

// Act is one way in which money moves 资金行为: a command, or something that the day's own work does.
type Act struct {
	Command string // as its idempotency key names it
	Control Control
	Counts  string   // what is held to the limit, always to date; or why the act needs none
	Events  []string // whose journals it may post
}

// Pass is the gate's word that an act may post 放行. The zero pass lets nothing through.
type Pass struct{ act *Act }

// Pass lets an act through whose control is no amount: its own decision has seen to the control. An act by amount is
// let through by Decide alone.
func (a *Act) Pass() Pass {
	if a.Control == ByAmount {
		return Pass{}
	}
	return Pass{a}
}

// Covers says that a journal of the event may be posted with the pass.
func (p Pass) Covers(event string) bool { return p.act != nil && slices.Contains(p.act.Events, event) }

// OnlyReserves says that the pass is good for reserves and nothing else.
func (p Pass) OnlyReserves() bool { return p.act != nil && p.act.Control == Estimated }
