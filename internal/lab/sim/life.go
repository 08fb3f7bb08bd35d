package sim

import (
	"fmt"

	"gongbao/internal/lab/sim/auditor"
)

// life makes up what happens, one move after the other, knowing what the auditor knows.
type life struct {
	dice   dice
	book   *auditor.Auditor
	steps  int // how many moves to make
	made   int
	left   int // moves still to make today
	today  auditor.Day
	slow   map[string]auditor.Day // how many days after its month a pool closes it, this time
	pool   string                 // whose turn it is; "" before there are pools
	queue  []auditor.Move         // what happens next in any case
	number int                    // of the last policy or claim
	goal   int                    // settlements to make; 0 for a life of so many moves
	ending int                    // how far a life with a goal has come in settling all that is left
}

// The pools of a life, with their industries.
var pools = []struct{ code, industry string }{
	{"LH", "life_health"}, {"IC", "integrated_circuits"}, {"OE", "optoelectronics"},
}

// codes are the members of a life; every pool takes some of them.
var codes = []string{"A", "B", "C", "D", "E", "F", "G", "H"}

var firstDay = auditor.DayOf(2026, 1, 5)

func newLife(seed uint64, steps int, book *auditor.Auditor) *life {
	l := &life{dice: newDice(seed), book: book, steps: steps, today: firstDay, slow: map[string]auditor.Day{}}
	for _, code := range codes {
		register := auditor.Register{Code: code}
		if l.dice.chance(500) {
			register.Capital = 1_000_000_000 + l.dice.Int64N(3_000_000_000_000)
		}
		l.plan(register)
	}
	for i, pool := range pools {
		l.plan(auditor.Found{Pool: pool.code, Industry: pool.industry})
		if i < 2 { // the last pool has no agreement to begin with
			l.plan(l.agreement(pool.code, nil))
		}
	}
	return l
}

// on is a move of today in the pool whose turn it is.
func (l *life) on(act auditor.Act) auditor.Move {
	return auditor.Move{Day: l.today, Pool: l.pool, Act: act}
}

// plan has something happen next, today.
func (l *life) plan(acts ...auditor.Act) {
	for _, act := range acts {
		l.queue = append(l.queue, l.on(act))
	}
}

// next is the next move; false at the end of the life.
func (l *life) next() (auditor.Move, bool) {
	if l.made == l.steps {
		return auditor.Move{}, false
	}
	if len(l.queue) == 0 && l.goal > 0 && l.book.Settlements() >= l.goal && !l.windUp() {
		return auditor.Move{}, false
	}
	l.made++
	if len(l.queue) == 0 && l.left == 0 {
		l.dawn()
	}
	if len(l.queue) > 0 {
		move := l.queue[0]
		l.queue = l.queue[1:]
		return move, true
	}
	l.left--
	return l.decorate(l.some()), true
}

// dawn lets a day or a few pass. A long life grows busier, so that it has both many years and many cases.
func (l *life) dawn() {
	busy := 2
	for _, stage := range []struct{ from, busy int }{{300, 5}, {1500, 15}, {10_000, 60}, {50_000, 200}, {200_000, 400}} {
		if l.made > stage.from {
			busy = stage.busy
		}
	}
	if l.goal > 0 {
		busy = 10
	}
	l.left = 1 + l.dice.IntN(2*busy)
	l.today++
	if l.dice.chance(150) || l.goal > 0 {
		l.today += l.dice.days(1, 9)
	}
	for _, pool := range pools {
		month := l.book.Pools[pool.code].NextToClose()
		if month == 0 || month.Last()+l.slow[pool.code] >= l.today || !l.dice.chance(300) {
			continue
		}
		l.pool = pool.code
		l.plan(auditor.ClosePeriod{Pool: pool.code, Month: month})
		l.slow[pool.code] = among(l.dice, 0, 0, 0, l.dice.days(1, 30), l.dice.days(30, 150))
	}
}

// some decides what happens, and in which pool.
func (l *life) some() auditor.Move {
	pool := l.book.Pools[pools[l.dice.IntN(len(pools))].code]
	l.pool = pool.Code
	if len(pool.Agreements) == 0 && l.dice.chance(30) {
		return l.on(l.agreement(pool.Code, nil))
	}
	if l.goal > 0 && l.dice.chance(400) {
		return weighed(l.dice, []weight[func(*auditor.Pool) auditor.Move]{
			{15, l.drawing}, {90, l.settling}, {5, l.askSettled},
		})(pool)
	}
	return weighed(l.dice, []weight[func(*auditor.Pool) auditor.Move]{
		{5, l.amend}, {10, l.closing}, {95, l.quote}, {130, l.receive}, {110, l.issue}, {80, l.endorse}, {30, l.cancel},
		{30, l.reinstate}, {45, l.early}, {40, l.refund}, {25, l.decide}, {110, l.file}, {400, l.handle}, {60, l.expect},
		{25, l.drawing}, {130, l.settling}, {15, l.askSettled},
	})(pool)
}

// name makes up the name of a policy or claim.
func (l *life) name(letter string) string {
	l.number++
	return fmt.Sprintf("%s%d", letter, l.number)
}

// decorate sometimes dates a move on another day, and sometimes has somebody else make it.
func (l *life) decorate(move auditor.Move) auditor.Move {
	if auditor.Beyond(move.Act) { // it says who makes it, and was dated where it was made up
		return move
	}
	switch move.Act.(type) {
	case auditor.Expect, auditor.Register, auditor.Found:
		return move
	case auditor.Agree, auditor.ClosePeriod:
	case auditor.Quote: // a day changes nothing of a quotation, and is checked all the same
		if l.dice.chance(20) {
			move.Effective = l.written(l.book.Pools[l.pool], 0)
		}
	case auditor.Reinstate, auditor.MarkPaid: // dated where they were made up
	default:
		if move.Effective == 0 && l.dice.chance(150) {
			move.Effective = l.written(l.book.Pools[l.pool], l.onRisk(move.Act))
		}
	}
	if l.dice.chance(25) {
		move.As = among(l.dice, append([]string{"regulator", "operator"}, codes...)...)
		switch move.Act.(type) {
		case auditor.Draw, auditor.Settle, auditor.MarkPaid:
			if l.dice.chance(300) {
				move.As = "manager"
			}
		}
	}
	return move
}

// onRisk is the day from which the policy that an act is about is on risk; none when it is not, or there is none.
func (l *life) onRisk(act auditor.Act) auditor.Day {
	subject := auditor.Subject(act)
	policy := l.book.Policies[subject]
	if claim := l.book.Claims[subject]; claim != nil {
		policy = claim.On
	}
	if policy == nil {
		return 0
	}
	return policy.OnRisk
}

// written is a day that a person writes: mostly one that may be; now and then one before the pool's first agreement, or
// one that has not come. A day before the policy was on risk counts as that.
func (l *life) written(pool *auditor.Pool, onRisk auditor.Day) auditor.Day {
	first := pool.FirstDay()
	switch {
	case onRisk > first && first != 0 && l.dice.chance(100):
		return max(first, onRisk-l.dice.days(1, 20))
	case l.dice.chance(60):
		return max(1, first-l.dice.days(1, 400))
	case first == 0 || l.dice.chance(60):
		return l.today + l.dice.days(1, 30)
	default:
		return max(first, l.today-l.dice.days(0, 75))
	}
}

// known gives a name that is there or, rarely, one that is not.
func (l *life) known(name string) string {
	if l.dice.chance(8) {
		return name[:1] + "0"
	}
	return name
}
