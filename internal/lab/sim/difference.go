package sim

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"gongbao/internal/lab/sim/auditor"
)

// Difference is where the ledger says one thing and the auditor another.
type Difference struct {
	Step     int    `json:"step"`              // after which it was seen, from 1
	Line     string `json:"line"`              // the statement of that step
	Kind     string `json:"kind"`              // what was compared
	Pool     string `json:"pool"`              // "" for all
	Subject  string `json:"subject,omitempty"` // policy, claim or month
	Figure   string `json:"figure,omitempty"`  // which figure of it
	Foretold string `json:"foretold"`          // by the auditor
	Found    string `json:"found"`             // in the ledger
	Fails    string `json:"fails,omitempty"`   // the scenario's line that fails
	Since    int    `json:"since"`             // the last step after which all of this kind agreed
	figure   figure // what Figure says, in parts
	late     bool   // it was not seen right after a step, but when everything was compared
}

// Kinds of differences besides those of a subject's figures.
const (
	kindOutcome = "outcome" // of a statement
	kindFailure = "failure" // of the machine
	kindTotal   = "total"   // of an account of a pool
	kindDated   = "dated"   // of what an account of a pool moved by on a day
	kindCount   = "count"   // of a pool's events
	kindKept    = "kept"    // balance at a close
	kindVerify  = "verify"  // a finding of the proof
)

// String is the difference in one line.
func (d *Difference) String() string {
	what := d.Kind
	for _, word := range []string{d.Pool, d.Subject, d.Figure} {
		if word != "" {
			what += " " + word
		}
	}
	return fmt.Sprintf("step %d, %s: the auditor foretold %s, the ledger says %s", d.Step, what, d.Foretold, d.Found)
}

// same says that two differences are of the same figure, or outcomes of the same verb, whatever the amounts. What the
// proof finds has a name of its own in every ledger.
func (d *Difference) same(other *Difference) bool {
	return other != nil && d.Kind == other.Kind && d.Pool == other.Pool && d.figure == other.figure &&
		(d.Subject == other.Subject || d.Kind == kindVerify) && (d.Kind != kindOutcome || d.Figure == other.Figure)
}

// compare gives the first figure, in a fixed order, that is not as foretold; nil when all are. Only kinds that were
// asked for are compared.
func compare(pool, subject string, expected, seen figures, kinds ...string) *Difference {
	var wrong []figure
	for key, value := range expected {
		if slices.Contains(kinds, key.kind) && seen[key] != value {
			wrong = append(wrong, key)
		}
	}
	for key := range seen {
		if _, there := expected[key]; !there && slices.Contains(kinds, key.kind) {
			wrong = append(wrong, key)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	first := slices.MinFunc(wrong, func(a, b figure) int {
		return slices.Compare(
			[]string{strconv.Itoa(slices.Index(kinds, a.kind)), a.a, a.b, a.c},
			[]string{strconv.Itoa(slices.Index(kinds, b.kind)), b.a, b.b, b.c},
		)
	})
	return &Difference{
		Kind: first.kind, Pool: pool, Subject: subject, Figure: joined(first), figure: first,
		Foretold: shown(first, expected), Found: shown(first, seen),
	}
}

func joined(f figure) string {
	text := f.a
	for _, word := range []string{f.b, f.c} {
		if word != "" {
			text += " " + word
		}
	}
	return text
}

// shown is a figure for people: amounts in yuan, debits above zero.
func shown(f figure, in figures) string {
	value, there := in[f]
	switch {
	case !there && f.kind == kindFact:
		return "nothing"
	case !there:
		value = "0"
	}
	if f.kind == kindPortion || f.kind == kindBalance {
		if fen, err := strconv.ParseInt(value, 10, 64); err == nil {
			return auditor.Yuan(fen)
		}
	}
	return value
}

// totals puts balances into figures.
func totals(balances map[auditor.Account]int64) figures {
	f := figures{}
	for key, amount := range balances {
		f.add(kindBalance, key.Name, key.Book, key.With, strconv.FormatInt(amount, 10))
	}
	return f
}

// dated puts what accounts moved by on each day into figures; the day stands before the other member.
func dated(moved map[auditor.Dated]int64) figures {
	f := figures{}
	for key, amount := range moved {
		f.add(kindBalance, key.Name, key.Book, key.Effective.String()+" "+key.With, strconv.FormatInt(amount, 10))
	}
	return f
}

// counts puts counts of events into figures.
func counts(events map[string]int) figures {
	f := figures{}
	for _, kind := range slices.Sorted(maps.Keys(events)) {
		f.add(kindEvent, kind, "", "", strconv.Itoa(events[kind]))
	}
	return f
}
