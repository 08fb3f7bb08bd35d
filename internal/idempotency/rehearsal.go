package idempotency

import (
	"gongbao/internal/pg"
)

// Rehearsal is what a command would do. Whoever wants to know sends the command with an empty one; Once runs the
// command in full, with the same permissions and refusals, takes everything back, and fills the rehearsal. No key is
// kept and nothing is announced.
type Rehearsal struct {
	Answer  any          // the one that the command would give; for a key that is known, the first answer
	Written []pg.Written // rows, in the order of writing
	Told    []any        // journals, facts and splits, in the order of making; see Told
}

// Told are the things of one type that the command would make: Told[fact.Fact](rehearsal) are the facts.
func Told[T any](r *Rehearsal) []T {
	var all []T
	for _, what := range r.Told {
		if one, is := what.(T); is {
			all = append(all, one)
		}
	}
	return all
}
