package sim

import (
	"maps"
	"slices"
)

// Report is what came of a life, or of several.
type Report struct {
	Seed     uint64         `json:"seed"`
	Books    int            `json:"books"` // each of a life of its own, by the seeds from Seed on
	Steps    int            `json:"steps"`
	From     string         `json:"from"` // first and last day
	To       string         `json:"to"`
	Moves    map[string]int `json:"moves"`    // by verb
	Refusals map[string]int `json:"refusals"` // foretold and got, by code
	Policies int            `json:"policies"`
	Claims   int            `json:"claims"`
	Months   int            `json:"months_closed"`

	Statements  int              `json:"statements"`
	Items       int64            `json:"items"` // on statements
	Settlements int              `json:"settlements"`
	Orders      int64            `json:"orders"`     // of payment
	Open        int64            `json:"open"`       // accounts between members, and of clearing, that are not at zero
	Kinds       map[string]int   `json:"kinds"`      // how often what is particular to settlement happened
	Missing     []string         `json:"missing"`    // of the kinds that a large run must reach
	Properties  map[string]int64 `json:"properties"` // how many things each was asked of
	Standing    map[string]int64 `json:"standing"`   // postings between members, by where they stand
	Repeated    int64            `json:"repeated"`   // commands sent a second time with their key

	Journals   int64       `json:"journals"`
	Postings   int64       `json:"postings"`
	Compared   int         `json:"compared"` // policies and claims looked at after a step
	Whole      int         `json:"whole"`    // times that all accounts were compared
	Verified   int         `json:"verified"` // times that every subject was compared and the ledger proved itself
	Seconds    int         `json:"seconds"`
	Schema     string      `json:"schema,omitempty"` // where the ledger was kept
	Difference *Difference `json:"difference,omitempty"`
	Shortest   *Shortest   `json:"shortest,omitempty"`
}

func newReport(seed uint64) *Report {
	return &Report{
		Seed: seed, Books: 1, Moves: map[string]int{}, Refusals: map[string]int{}, Kinds: map[string]int{},
		Properties: map[string]int64{}, Standing: map[string]int64{},
	}
}

// add adds what came of another life.
func (r *Report) add(of *Report) {
	for _, counts := range []struct{ to, from *int }{
		{&r.Books, &of.Books}, {&r.Steps, &of.Steps}, {&r.Policies, &of.Policies}, {&r.Claims, &of.Claims},
		{&r.Months, &of.Months}, {&r.Statements, &of.Statements}, {&r.Settlements, &of.Settlements},
		{&r.Compared, &of.Compared}, {&r.Whole, &of.Whole}, {&r.Verified, &of.Verified},
	} {
		*counts.to += *counts.from
	}
	for _, counts := range []struct{ to, from *int64 }{
		{&r.Items, &of.Items}, {&r.Orders, &of.Orders}, {&r.Open, &of.Open}, {&r.Repeated, &of.Repeated},
		{&r.Journals, &of.Journals}, {&r.Postings, &of.Postings},
	} {
		*counts.to += *counts.from
	}
	addUp(r.Moves, of.Moves)
	addUp(r.Refusals, of.Refusals)
	addUp(r.Kinds, of.Kinds)
	addUp(r.Properties, of.Properties)
	addUp(r.Standing, of.Standing)
	if r.From == "" || of.From < r.From {
		r.From = of.From
	}
	r.To = max(r.To, of.To)
	if r.Difference == nil && of.Difference != nil { // whoever plays that life alone sees it
		r.Seed, r.Difference, r.Shortest = of.Seed, of.Difference, of.Shortest
	}
}

func addUp[N int | int64](to, from map[string]N) {
	for name, count := range from {
		to[name] += count
	}
}

// kindsLarge are those that a large run must reach, each at least once.
var kindsLarge = []string{
	"netting none", "netting bilateral", "netting multilateral", "statement that leaves what counts later", "query",
	"cancelled statement", "statement drawn again", "proposal", "withdrawn proposal",
	"approval of what was disputed meanwhile", "settlement of what is confirmed only",
	"settlement that leaves out as held",
	"settlement that leaves out as not confirmed", "late item, left out as held", "late item, left out as not confirmed",
	"ring fence line", "ring fence year", "ring fence line_year", "settlement with orders of several rings",
	"confirmation by silence", "payment in part", "rejected payment", "accepted payment", "return", "late interest",
	"late interest taken back", "settled item of interest", "answer of the other party", "answer of the manager",
	"escalation", "escalation by time", "unwinding, none", "unwinding, bilateral", "unwinding, multilateral",
	"unwound settlement", "unwinding that lapses", "withdrawn unwinding", "return while unwinding",
	"return of what gives back", "return of what is given back", "late item, left out as unwound",
}

// large is from how many settlements on a run is large.
const large = 1000

// judge notes which kinds a large run never reached.
func (r *Report) judge(settlements int) {
	for _, kind := range kindsLarge {
		if settlements >= large && r.Kinds[kind] == 0 {
			r.Missing = append(r.Missing, kind)
		}
	}
	slices.Sort(r.Missing)
}

// Refused is how many moves were refused, as foretold.
func (r *Report) Refused() int {
	sum := 0
	for count := range maps.Values(r.Refusals) {
		sum += count
	}
	return sum
}

func (r *Report) note(one *step) {
	r.Steps++
	r.Moves[verbOf(one.move.Act)]++
	if one.verdict.Refusal != "" {
		r.Refusals[one.verdict.Refusal]++
	}
	if one.looked() {
		r.Compared++
	}
	if one.verdict.Kept != nil {
		r.Months++
	}
	if r.From == "" {
		r.From = one.move.Day.String()
	}
	r.To = one.move.Day.String()
}
