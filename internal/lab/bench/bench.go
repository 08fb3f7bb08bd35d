package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"gongbao/internal/kafka"
)

// Options say where and how much is measured.
type Options struct {
	Database string                                          // address for a login that may make schemas
	Kafka    func(ctx context.Context) (kafka.Config, error) // asked by feed only
	Version  string                                          // of the program
	Size     Size
	Told     func(doing string, done, of int) // of the progress; may be nil
}

// Size says how much each bench does.
type Size struct {
	Callers  int `json:"callers"`  // at once
	Rounds   int `json:"rounds"`   // of floor and ours, in turn
	Issues   int `json:"issues"`   // policies issued in a round
	Claims   int `json:"claims"`   // claims taken from notice to payment in a round
	Rows     int `json:"rows"`     // policies of the imported file
	Postings int `json:"postings"` // in the book of verify, balance and growth, about
	Months   int `json:"months"`   // of that book that are closed
	Asked    int `json:"asked"`    // balances asked for in a round
	Events   int `json:"events"`   // that wait to be published
	Settled  int `json:"settled"`  // postings between members in the book of settle
	Commands int `json:"commands"` // sent at CommandRate while it is measured when their events can be read
}

// Sizes to choose from.
var (
	Usual = Size{
		Callers: 32, Rounds: 3, Issues: 3_000, Claims: 600, Rows: 100_000, Postings: 1_000_000, Months: 24, Asked: 2_000,
		Events: 20_000, Settled: 1_000_000, Commands: 5_000,
	}
	Long = Size{
		Callers: 32, Rounds: 3, Issues: 6_000, Claims: 1_500, Rows: 100_000, Postings: 10_000_000, Months: 24, Asked: 2_000,
		Events: 200_000, Settled: 10_000_000, Commands: 10_000,
	}
	Tiny = Size{
		Callers: 4, Rounds: 1, Issues: 8, Claims: 4, Rows: 60, Postings: 2_000, Months: 2, Asked: 20, Events: 200,
		Settled: 2_000, Commands: 30,
	}
)

// Names of the benches, in the order in which all of them run.
var Names = []string{"issue", "claims", "import", "feed", "verify", "balance", "growth", "settle"}

var benches = map[string]func(context.Context, *run) error{
	"issue": benchIssue, "claims": benchClaims, "import": benchImport, "feed": benchFeed, "verify": benchVerify,
	"balance": benchBalance, "growth": benchGrowth, "settle": benchSettle,
}

// Report is what a run found.
type Report struct {
	Version  string   `json:"version"`
	Cores    int      `json:"cores"`
	Postgres string   `json:"postgres"`
	Size     Size     `json:"size"`
	Lines    []Line   `json:"lines"`
	Memory   []Memory `json:"memory"`
}

// run is one run of some benches.
type run struct {
	Options

	report *Report
	long   *house // with the long book, made by the first bench that needs it
}

// Run runs the named benches one after the other. When one fails, the report has what was measured before it.
func Run(ctx context.Context, options Options, names ...string) (*Report, error) {
	r := &run{Options: options, report: &Report{
		Version: options.Version, Cores: runtime.GOMAXPROCS(0), Size: options.Size, Lines: []Line{}, Memory: []Memory{},
	}}
	if r.Told == nil {
		r.Told = func(string, int, int) {}
	}
	defer func() {
		if r.long != nil {
			r.long.close(context.WithoutCancel(ctx))
		}
	}()
	for _, name := range Names {
		if !slices.Contains(names, name) {
			continue
		}
		if err := benches[name](ctx, r); err != nil {
			return r.report, fmt.Errorf("bench %s: %w", name, err)
		}
	}
	return r.report, nil
}

// Missed are the lines that do not reach what they must.
func (r *Report) Missed() []string {
	var missed []string
	for _, l := range r.Lines {
		if l.Reached == missedMust {
			missed = append(missed, l.Bench+": "+l.What)
		}
	}
	return missed
}
