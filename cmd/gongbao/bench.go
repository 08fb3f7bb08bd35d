package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/bench"
	"gongbao/internal/launch"
)

// errSlow says that something is slower than it must be. No build fails on it.
var errSlow = errors.New("a must is missed")

type benchFlags struct {
	size             bench.Size
	long             bool
	against          string
	asJSON, markdown bool
}

func newBenchCommand(c *launch.Config) *cobra.Command {
	f := benchFlags{size: bench.Usual}
	command := &cobra.Command{
		Use:   "bench NAME...",
		Short: "Measure the service beside the floor under it",
		Long: `Measures issue, claims, import, feed, verify, balance, growth and settle, or all of them, each beside its
floor in the same run: the least that this machine, this Postgres and the same rows allow. It works in a scratch
schema of the database, and a topic of its own, and takes both away at the end. --long is a book of 10 million
postings, as many between members, and two hundred thousand events. Only ratios mean something on a machine that
others use as well. The exit status is 1 if a must is missed.

Beside rates stands what one operation costs: processor time of this process (service, callers, embedded Kafka) and of
Postgres with all its workers, and the bytes that Postgres logs. The time is known on Linux, of a server on this
machine, and shown as "–" elsewhere. A Kafka outside is never counted.

--against runs another build of the program and this one in turn, --rounds times each, and prints both with the ratio
of every round and its median. Figures that the other build does not give are shown as "–".`,
		Example: "  gongbao bench issue claims\n  gongbao bench all --markdown\n  gongbao bench all --long --markdown\n" +
			"  gongbao bench import --rows 20000 --json\n  gongbao bench issue --against ./gongbao-before --rounds 5",
		ValidArgs: append([]string{"all"}, bench.Names...),
		Args:      cobra.MatchAll(cobra.MinimumNArgs(1), cobra.OnlyValidArgs),
		RunE:      func(cmd *cobra.Command, args []string) error { return runBench(cmd, c, f, args) },
	}
	flags := command.Flags()
	flags.BoolVar(&f.long, "long", false, "the long run; sizes given besides still count")
	flags.IntVar(&f.size.Callers, "callers", f.size.Callers, "callers at once")
	flags.IntVar(&f.size.Rounds, "rounds", f.size.Rounds, "rounds of floor and ours, in turn; at least 3 mean something")
	flags.IntVar(&f.size.Issues, "issues", f.size.Issues, "policies issued in a round")
	flags.IntVar(&f.size.Claims, "claims", f.size.Claims, "claims taken from notice to payment in a round")
	flags.IntVar(&f.size.Rows, "rows", f.size.Rows, "policies of the imported file")
	flags.IntVar(&f.size.Postings, "postings", f.size.Postings, "in the book of verify, balance and growth")
	flags.IntVar(&f.size.Asked, "asked", f.size.Asked, "balances asked for in a round")
	flags.IntVar(&f.size.Events, "events", f.size.Events, "events that wait to be published")
	flags.IntVar(&f.size.Settled, "settled", f.size.Settled, "postings between members in the book of settle")
	flags.IntVar(&f.size.Commands, "commands", f.size.Commands, "commands sent while the feed's latency is measured")
	flags.StringVar(&f.against, "against", "", "file of another build of this program, measured in turn with this one")
	flags.BoolVar(&f.asJSON, "json", false, "print JSON")
	flags.BoolVar(&f.markdown, "markdown", false, "print the tables as they stand in the documentation")
	return command
}

func runBench(cmd *cobra.Command, c *launch.Config, f benchFlags, names []string) error {
	ctx := cmd.Context()
	if f.long {
		f.size = longSize(cmd, f.size)
	}
	if slices.Contains(names, "all") {
		names = bench.Names
	}
	if f.against != "" {
		return runAgainst(cmd, c, f, names)
	}
	log, err := c.Logger()
	if err != nil {
		return err
	}
	h := &launch.House{}
	defer h.Close()
	owner, _, err := c.Postgres(ctx, log, h)
	if err != nil {
		return err
	}
	report, cut := bench.Run(ctx, bench.Options{
		Database: owner, Version: launch.Version(), Size: f.size, Told: benchProgress(cmd),
		Kafka: func(ctx context.Context) (kafka.Config, error) { return c.Kafka(ctx, log, h) },
	}, names...)
	if cut != nil && len(report.Lines) == 0 {
		return cut
	}
	err = f.print(cmd.OutOrStdout(), report) // what was measured is shown, also when the rest could not be
	if cut != nil {
		return cut
	}
	if missed := report.Missed(); err == nil && len(missed) > 0 {
		return fmt.Errorf("%w: %s", errSlow, strings.Join(missed, ", "))
	}
	return err
}

// tables are what a bench found.
type tables interface {
	WriteText(out io.Writer) error
	WriteMarkdown(out io.Writer) error
}

// print writes what was found as it was asked for.
func (f benchFlags) print(out io.Writer, found tables) error {
	switch {
	case f.asJSON:
		return printJSON(out, found)
	case f.markdown:
		return found.WriteMarkdown(out)
	default:
		return found.WriteText(out)
	}
}

// runAgainst measures this build and another in turn. Both are told what this one was told, but for the folder of what
// is embedded: each has one of its own, and nothing is left of it.
func runAgainst(cmd *cobra.Command, c *launch.Config, f benchFlags, names []string) error {
	this, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	other, err := exec.LookPath(f.against)
	if err != nil {
		return launch.Misused(fmt.Errorf("--against: %w", err))
	}
	folder, err := os.MkdirTemp("", "gongbao-against-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.Chmod(folder, 0o711); err != nil { //nolint:gosec // the servers may be another user's; theirs are closed
		return err
	}
	environment := os.Environ()
	for _, s := range c.Settings() {
		environment = append(environment, s.Env+"="+*s.Value)
	}
	compared, err := bench.Against(cmd.Context(), bench.AgainstOptions{
		This: this, Other: other, Environment: environment, Dir: folder, Size: f.size, Told: benchProgress(cmd),
	}, names...)
	if err != nil {
		return err
	}
	return f.print(cmd.OutOrStdout(), compared)
}

// longSize is the long run's, but for what was asked for.
func longSize(cmd *cobra.Command, given bench.Size) bench.Size {
	long := bench.Long
	for name, places := range map[string][2]*int{
		"callers": {&long.Callers, &given.Callers}, "rounds": {&long.Rounds, &given.Rounds},
		"issues": {&long.Issues, &given.Issues}, "claims": {&long.Claims, &given.Claims},
		"rows": {&long.Rows, &given.Rows}, "postings": {&long.Postings, &given.Postings},
		"asked": {&long.Asked, &given.Asked}, "events": {&long.Events, &given.Events},
		"settled": {&long.Settled, &given.Settled}, "commands": {&long.Commands, &given.Commands},
	} {
		if cmd.Flags().Changed(name) {
			*places[0] = *places[1]
		}
	}
	return long
}

// benchProgress says what is being done: as a bar on a terminal, elsewhere as a line whenever that changes.
func benchProgress(cmd *cobra.Command) func(doing string, done, of int) {
	target := cmd.ErrOrStderr()
	if launch.IsTerminal(target) {
		var bar *progressbar.ProgressBar
		return func(doing string, done, of int) {
			if bar == nil {
				bar = launch.NewBar(target, int64(of), doing)
			}
			bar.ChangeMax(of)
			bar.Describe(doing)
			_ = bar.Set(done)
		}
	}
	var said string
	return func(doing string, _, of int) {
		if doing != said {
			said = doing
			fmt.Fprintf(target, "%s (%d)\n", doing, of)
		}
	}
}
