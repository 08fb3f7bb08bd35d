package sim

import (
	"math/rand/v2"

	"gongbao/internal/lab/sim/auditor"
)

// dice are the one source of chance of a life.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 1))} }

// chance is true so many times in a thousand.
func (d dice) chance(thousandths int) bool { return d.IntN(1000) < thousandths }

// between is a whole number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

func (d dice) days(low, high int) auditor.Day { return auditor.Day(d.between(low, high)) } //nolint:gosec // a few years

// among picks one of a few.
func among[A any](d dice, choices ...A) A { return choices[d.IntN(len(choices))] }

// amount is some fen, of all sizes: a few fen, where rounding is most of it, up to billions of yuan.
func (d dice) amount() int64 {
	switch d.IntN(10) {
	case 0, 1:
		return 1 + d.Int64N(999)
	case 2, 3, 4, 5:
		return 1 + d.Int64N(10_000_000)
	case 6, 7, 8:
		return 1 + d.Int64N(1_000_000_000)
	default:
		return 1 + d.Int64N(300_000_000_000)
	}
}

// part is some of an amount above zero: now and then all of it, none, or a fen too much.
func (d dice) part(all int64) int64 {
	switch {
	case all <= 0:
		return 1 + d.Int64N(1000)
	case d.chance(350):
		return all
	case d.chance(40):
		return all + 1
	case d.chance(20):
		return 0
	default:
		return 1 + d.Int64N(all)
	}
}

// fraction is a rate below a bound, in hundred-millionths, often a round one.
func (d dice) fraction(below int64) int64 {
	switch d.IntN(4) {
	case 0:
		return 0
	case 1:
		return d.Int64N(below/1_000_000+1) * 1_000_000
	case 2:
		return d.Int64N(below/10_000+1) * 10_000
	default:
		return d.Int64N(below)
	}
}

// recent picks a place in a list that grows at its end: mostly one of the last, sometimes any.
func (d dice) recent(length int) int {
	window := length
	switch d.IntN(10) {
	case 0, 1, 2, 3, 4:
		window = min(length, 40)
	case 5, 6, 7:
		window = min(length, 400)
	}
	return length - 1 - d.IntN(window)
}

// weighed picks one of several things by weight.
func weighed[A any](d dice, choices []weight[A]) A {
	sum := 0
	for _, choice := range choices {
		sum += choice.weight
	}
	left := d.IntN(sum)
	for _, choice := range choices {
		if left -= choice.weight; left < 0 {
			return choice.what
		}
	}
	panic("sim: the weights do not add up")
}

type weight[A any] struct {
	weight int
	what   A
}
