package notice

import (
	"slices"

	"gongbao/claims/deadline"
	"gongbao/coinsurance"
	"gongbao/internal/money"
)

// Notices are those of one claim while a step of its life is made: which are sent, answered and lapse, each with its
// deadline.
type Notices struct {
	All []Notice

	agreement *coinsurance.Agreement
	deadlines *deadline.Deadlines
	changed   []int
}

// Of are the notices of a claim before anything happens to them. The list is copied.
func Of(all []Notice, agreement *coinsurance.Agreement, deadlines *deadline.Deadlines) *Notices {
	return &Notices{All: slices.Clone(all), agreement: agreement, deadlines: deadlines}
}

// ToAll is the list of members that a notice without amounts goes to.
func ToAll(members []string) map[string]money.Amount {
	amounts := make(map[string]money.Amount, len(members))
	for _, member := range members {
		amounts[member] = money.Amount{}
	}
	return amounts
}

// Send writes a notice to members and starts its deadline with each; each may have an amount of its own. It gives the
// notices that were sent, in the order of the share table.
func (n *Notices) Send(template Notice, amounts map[string]money.Amount) []Notice {
	var sent []Notice
	for _, member := range n.agreement.Members() {
		amount, receives := amounts[member]
		if !receives {
			continue
		}
		one := template
		one.Member, one.State, one.Sent = member, Sent, n.deadlines.Today
		if !amount.IsZero() {
			one.Amount = &amount
		}
		days := days(n.agreement, one.Kind)
		one.Due, _ = n.deadlines.WorkingDays(days)
		if name, runs := deadlines[one.Kind]; runs {
			n.deadlines.StartWorkingDays(name, member, one.Number, days)
		}
		n.All = append(n.All, one)
		n.Change(len(n.All) - 1)
		sent = append(sent, one)
	}
	return sent
}

// Find is the place of one member's notice; negative when it has none of that number.
func (n *Notices) Find(number int, member string) int {
	return slices.IndexFunc(n.All, func(one Notice) bool { return one.Number == number && one.Member == member })
}

// Answer notes what a member answered and meets the deadline.
func (n *Notices) Answer(at int, state State, note, by string) {
	one := &n.All[at]
	one.State, one.Note, one.Answerer, one.Answered = state, note, by, &n.deadlines.Now
	n.Change(at)
	n.Meet(at)
}

// Meet meets the deadline of the notice at this place.
func (n *Notices) Meet(at int) {
	if name, runs := deadlines[n.All[at].Kind]; runs {
		n.deadlines.Meet(name, n.All[at].Member, n.All[at].Number, "")
	}
}

// Lapse ends the notices of some kinds that nobody needs to answer any longer, and stops their deadlines.
func (n *Notices) Lapse(kinds ...Kind) {
	n.lapse(func(one *Notice) bool { return one.State == Sent && slices.Contains(kinds, one.Kind) })
}

// LapseSecondLead ends what was asked of the second lead, also when it has agreed.
func (n *Notices) LapseSecondLead() {
	n.lapse(func(one *Notice) bool { return one.Kind == SecondLead && (one.State == Sent || one.State == Agreed) })
}

func (n *Notices) lapse(which func(*Notice) bool) {
	for at := range n.All {
		if one := &n.All[at]; which(one) {
			one.State = Lapsed
			n.Change(at)
			n.deadlines.StopOne(deadlines[one.Kind], one.Member, one.Number)
		}
	}
}

// Change has the notice at this place written again.
func (n *Notices) Change(at int) {
	if !slices.Contains(n.changed, at) {
		n.changed = append(n.changed, at)
	}
}

// Tally is what the answers to a question for consent come to.
type Tally struct {
	Purpose string
	Amount  money.Amount // asked for, of a payment ex gratia
	Refused bool         // somebody objected
	Given   bool         // all have consented, or kept silent too long
}

// TallyConsent counts the answers to a question for consent: one objection ends it, all consents do. It is neither
// refused nor given while answers are missing, nor of a notice that is no such question.
func (n *Notices) TallyConsent(number int) Tally {
	var tally Tally
	waiting := 0
	for _, one := range n.All {
		if one.Number != number || one.Kind != AskForConsent {
			continue
		}
		tally.Purpose = one.Purpose
		if one.Amount != nil {
			tally.Amount = *one.Amount
		}
		switch one.State {
		case Objected:
			n.lapse(func(other *Notice) bool { return other.Number == number && other.State == Sent })
			tally.Refused = true
			return tally
		case Sent:
			waiting++
		default: // consented, deemed, or lapsed by an earlier objection
		}
	}
	tally.Given = tally.Purpose != "" && waiting == 0
	return tally
}
