package crash

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// Report is what a run did and found.
type Report struct {
	Seed     uint64         `json:"seed"`
	Rounds   int            `json:"rounds"`
	Kafka    string         `json:"kafka"`
	Brokers  int            `json:"brokers,omitempty"`
	Secure   bool           `json:"secure,omitempty"`
	Services int            `json:"services"`
	Starts   int            `json:"starts"` // of a service
	Kills    map[string]int `json:"kills"`
	Seconds  int            `json:"seconds"`

	Commands int64 `json:"commands"` // acknowledged
	Subjects int   `json:"subjects"` // policies and claims they were for
	Lost     int   `json:"lost"`     // subjects of which something acknowledged is not there

	Refusals  map[string]int64 `json:"refusals,omitempty"`  // answers that told the caller to come back, by code
	Cleared   int64            `json:"cleared"`             // commands in doubt that a repeat with the same key cleared
	Twice     int64            `json:"twice"`               // commands that were done twice, or by halves
	Meanwhile int64            `json:"meanwhile,omitempty"` // commands acknowledged while Kafka was away for long
	Final     int64            `json:"final"`               // answers that were final, asked again at the end
	Backwards int64            `json:"backwards"`           // times that go back, final answers that changed

	Deadlines      int64 `json:"clocks"`       // of claims
	Missed         int64 `json:"missed"`       // of them, as they should be
	DeadlinesWrong int64 `json:"clocks_wrong"` // forgotten, or announced twice

	Journals int64 `json:"journals"`
	Postings int64 `json:"postings"`
	Findings int   `json:"findings"` // of verify

	Events    int64 `json:"events"`    // in the database
	Records   int64 `json:"records"`   // committed, in the topic
	Repeats   int64 `json:"repeats"`   // of a position, with the same bytes
	Wrong     int64 `json:"wrong"`     // gaps, disorder, other bytes
	Seen      int64 `json:"seen"`      // records that the reader saw who was there all the while
	Committed int   `json:"committed"` // Kafka transactions
	Undone    int   `json:"undone"`    // Kafka transactions that were cut off

	Settlement *Settlement `json:"settlement,omitempty"`

	Strangers *Strangers `json:"strangers,omitempty"` // others in the same topic; not counted above

	Proven bool     `json:"proven"`           // the run came to its end, and what was promised holds
	Faults []string `json:"faults,omitempty"` // the first of them
}

// holds says that what was promised holds. Only the embedded Kafka may repeat a record, because it is killed with the
// service and does not remember what it had.
func (r *Report) holds() bool {
	kept := r.Lost == 0 && r.Twice == 0 && r.Backwards == 0 && (r.Settlement == nil || r.Settlement.holds())
	return kept && r.DeadlinesWrong == 0 && r.Findings == 0 && r.Wrong == 0 && (r.Repeats == 0 || r.Kafka == Embedded)
}

func (r *Report) fault(format string, args ...any) {
	if len(r.Faults) < faultsMax {
		r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	}
}

func (r *Report) adopt(read *sequence, who string) {
	r.Wrong += read.wrong
	for _, fault := range read.faults {
		r.fault("%s%s", who, fault)
	}
}

// killed is how often anything was killed, or frozen for a while.
func (r *Report) killed() (total int) {
	for _, count := range r.Kills {
		total += count
	}
	return total
}

// printed takes a line of the report.
type printed func(name string, value any)

// Write prints the report for people.
func (r *Report) Write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(name string, value any) { fmt.Fprintf(table, "%s\t%v\n", name, value) }
	r.writeRun(line)
	r.writeCommands(line)
	r.writeSettlement(line)
	r.writeBook(line)
	r.writeTopic(line)
	verdict := "NOT PROVEN"
	if r.Proven {
		verdict = "proven"
	}
	line("verdict", verdict)
	for _, fault := range r.Faults {
		line("fault", fault)
	}
	return table.Flush()
}

func (r *Report) writeRun(line printed) {
	where := r.Kafka
	if r.Brokers > 0 {
		where = fmt.Sprintf("Apache Kafka, %d broker(s)", r.Brokers)
	}
	if r.Secure {
		where += ", SASL over TLS, access lists"
	}
	line("Kafka", where)
	line("services at once", r.Services)
	line("seed", r.Seed)
	line("rounds", r.Rounds)
	line("seconds", r.Seconds)
	line("service started", r.Starts)
	line("killed or frozen", r.killed())
	for _, what := range slices.Sorted(maps.Keys(r.Kills)) {
		line("  "+what, r.Kills[what])
	}
}

func (r *Report) writeCommands(line printed) {
	line("commands acknowledged", r.Commands)
	line("  policies and claims", r.Subjects)
	line("  lost", r.Lost)
	line("  done twice or by halves", r.Twice)
	for _, code := range slices.Sorted(maps.Keys(r.Refusals)) {
		line("  refused for now: "+code, r.Refusals[code])
	}
	line("  in doubt, and cleared by a repeat", r.Cleared)
	if r.Meanwhile > 0 {
		line("  acknowledged while Kafka was away", r.Meanwhile)
	}
	line("final answers asked again", r.Final)
	line("  changed, or times that go back", r.Backwards)
}

func (r *Report) writeSettlement(line printed) {
	done := r.Settlement
	if done == nil {
		return
	}
	for _, step := range aims {
		line("struck in the midst of: "+step, done.Struck[step])
	}
	line("  too late, and struck again", done.Missed)
	line("  found after a kill: undone", done.FoundUndone)
	line("  found after a kill: cut, not drawn", done.FoundCut)
	line("  found after a kill: done, not answered", done.FoundDone)
	line("commands of settlement answered", done.Answered)
	line("  lost", done.Lost)
	line("  answered again, the same", done.Repeated)
	line("  answered again, otherwise", done.Changed)
	line("statements", done.Statements)
	line("runs", done.Runs)
	line("runs unwound", done.Unwound)
	line("payment orders", done.Orders)
	line("payment files", done.Files)
	line("entries of accounts", done.Entries)
	line("postings of clearing", done.Clearing)
	line("  most in one transaction", done.Largest)
	line("half drawn, half paid, half written", done.Half)
}

func (r *Report) writeBook(line printed) {
	line("deadlines of claims", r.Deadlines)
	line("  over, and announced as missed", r.Missed)
	line("  forgotten, or announced twice", r.DeadlinesWrong)
	line("journals", r.Journals)
	line("postings", r.Postings)
	line("  findings of verify", r.Findings)
	line("events", r.Events)
}

func (r *Report) writeTopic(line printed) {
	line("records in the topic", r.Records)
	line("  repeats", r.Repeats)
	line("  gaps, disorder, other bytes", r.Wrong)
	line("transactions committed", r.Committed)
	line("  cut off and undone", r.Undone)
	if others := r.Strangers; others != nil {
		line("others' transactions committed", others.Committed)
		line("  rolled back", others.Undone)
		line("  left open, for the broker to end", others.Left)
		line("  their records in the topic", others.Records)
	}
	if r.Kafka != Embedded {
		line("records seen by a reader", r.Seen)
	}
}
