package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gongbao/internal/lab/sim"
	"gongbao/internal/launch"
	"gongbao/ledger"
)

type simFlags struct {
	seed                    uint64
	steps, settlements      int
	progress, asJSON, keep  bool
	journal, totals, folder string
}

const (
	simSteps   = 10_000
	storyShown = 60  // lines of a story that are printed; the file has all
	gcPercent  = 400 // a life makes much that is forgotten at once; memory is not what it is short of
)

func newSimCommand(c *launch.Config) *cobra.Command {
	var flags simFlags
	command := &cobra.Command{
		Use:   "sim",
		Short: "Live a random life of three pools and compare every figure with an independent auditor",
		Long: `Makes up members, agreements, policies, premium, claims, statements, settlements and closes of months from a
seed, plays them as statements of the scenario language in a scratch schema, and compares outcomes, portions, balances,
items, payment orders, states, clocks and events with what a little auditor foretells who shares no code with the
ledger.

With --settlements the life is mostly about settlement. It goes on until so many were made, and then settles and pays
all that is left, so that nothing stands between members.

A difference stops the life. The shortest beginning that shows it, and as few of its statements as are needed, are
written as scenarios whose last line fails; gongbao scenario plays them. The exit status is 0 if everything agrees and
1 if there is a difference.`,
		Example: "  gongbao sim --seed 7 --steps 20000 --journal book.journal --totals months.csv\n" +
			"  hledger -f book.journal balance --monthly --depth 2\n" +
			"  gongbao sim --steps 1000000 --progress\n" +
			"  gongbao sim --settlements 10000 --progress",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSim(cmd, c, flags) },
	}
	command.Flags().Uint64Var(&flags.seed, "seed", 0, "which life; one is drawn when left out")
	command.Flags().IntVar(&flags.steps, "steps", simSteps, "how many statements")
	command.Flags().IntVar(&flags.settlements, "settlements", 0, "go on until so many settlements were made")
	command.MarkFlagsMutuallyExclusive("steps", "settlements")
	command.Flags().BoolVar(&flags.progress, "progress", false, "show the progress by lines where there is no terminal")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print JSON")
	command.Flags().BoolVar(&flags.keep, "keep", false, "leave the ledger for a look and print its schema")
	command.Flags().StringVar(&flags.journal, "journal", "", "write the books as an hledger journal")
	command.Flags().StringVar(&flags.totals, "totals", "", "write what every account moved by in every month as CSV")
	command.Flags().StringVar(&flags.folder, "stories", ".", "the folder for scenarios that show a difference")
	return command
}

func runSim(cmd *cobra.Command, c *launch.Config, flags simFlags) error {
	switch {
	case flags.steps < 1:
		return launch.Misused(errors.New("--steps: a life has at least one step"))
	case flags.settlements < 0, cmd.Flags().Changed("settlements") && flags.settlements == 0:
		return launch.Misused(errors.New("--settlements: a life that is about them has at least one"))
	}
	for !cmd.Flags().Changed("seed") && flags.seed == 0 {
		flags.seed = rand.Uint64() //nolint:gosec // it is printed
	}
	log, err := c.Logger()
	if err != nil {
		return err
	}
	h := &launch.House{}
	defer h.Close()
	owner, _, err := c.Postgres(cmd.Context(), log, h)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	fmt.Fprintf(cmd.ErrOrStderr(), "seed %d, %s\n", flags.seed, flags.length())
	report, err := sim.Run(cmd.Context(), sim.Options{
		URL: owner, Seed: flags.seed, Steps: flags.steps, Settlements: flags.settlements, Keep: flags.keep,
		Progress: simProgress(cmd.ErrOrStderr(), flags), Books: flags.writeBooks,
		Differs: func(seed uint64, difference *sim.Difference) {
			fmt.Fprintf(cmd.ErrOrStderr(), "seed %d: %s\n%s\n", seed, difference.Line, difference)
		},
	})
	if err != nil {
		return fmt.Errorf("seed %d: %w", flags.seed, err)
	}
	written, err := flags.writeStories(report)
	if err != nil {
		return err
	}
	if flags.asJSON {
		err = printJSON(cmd.OutOrStdout(), report)
	} else {
		printLife(cmd.OutOrStdout(), report, written)
	}
	switch {
	case err != nil:
		return err
	case report.Difference != nil:
		return fmt.Errorf("the ledger and the auditor differ; seed %d", report.Seed)
	case len(report.Missing) > 0:
		return fmt.Errorf("never happened: %s", strings.Join(report.Missing, "; "))
	}
	return nil
}

// length says how long the life will be.
func (f *simFlags) length() string {
	if f.settlements > 0 {
		return fmt.Sprintf("%d settlements", f.settlements)
	}
	return fmt.Sprintf("%d steps", f.steps)
}

// writeBooks writes the journal and the months that were asked for.
func (f *simFlags) writeBooks(ctx context.Context, books sim.Books) error {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{f.journal, func(target io.Writer) error {
			_, err := ledger.Export(ctx, books.Handle, ledger.Hledger, target)
			return err
		}},
		{f.totals, func(target io.Writer) error { return sim.WriteTotals(ctx, books.Handle, target) }},
	} {
		if file.name == "" {
			continue
		}
		if err := writeFile(file.name, file.write); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return launch.Misused(err)
	}
	buffered := bufio.NewWriter(file)
	return errors.Join(write(buffered), buffered.Flush(), file.Close())
}

// story is a scenario that was written.
type story struct {
	name  string
	what  string
	lines []string
}

// writeStories writes the scenarios that show a difference.
func (f *simFlags) writeStories(report *sim.Report) ([]story, error) {
	if report.Shortest == nil || report.Shortest.Beginning == nil {
		return nil, nil
	}
	written := []story{
		{fmt.Sprintf("sim-%d-beginning.txt", report.Seed), "the shortest beginning", report.Shortest.Beginning.Lines},
		{fmt.Sprintf("sim-%d-needed.txt", report.Seed), "what is needed of it", report.Shortest.Needed.Lines},
	}
	for i := range written {
		written[i].name = filepath.Join(f.folder, written[i].name)
		err := writeFile(written[i].name, func(target io.Writer) error {
			_, err := fmt.Fprintf(target, "# seed %d, %s: the last line fails\n%s\n", report.Seed, written[i].what,
				strings.Join(written[i].lines, "\n"))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return written, nil
}

// simProgress shows a bar on a terminal, lines where they are asked for, and nothing elsewhere.
func simProgress(target io.Writer, flags simFlags) func(what string, done, of int) {
	if !launch.IsTerminal(target) && flags.progress {
		shown := ""
		return func(what string, done, of int) {
			line := fmt.Sprintf("%s, %d %% of %d", what, 100*done/max(of, 1), of)
			if line != shown && what != "compare" {
				shown = line
				fmt.Fprintln(target, line)
			}
		}
	}
	bar := launch.NewBar(target, int64(cmp.Or(flags.settlements, flags.steps)), "live")
	return func(what string, done, of int) {
		if what == "shorten" {
			bar.Describe(fmt.Sprintf("shorten: play %d, of %d statements", done, of))
			return
		}
		bar.Describe(what)
		_ = bar.Set(done)
	}
}

// printSettled says what was particular to settlement, and what holds of it.
func printSettled(out io.Writer, report *sim.Report) {
	if report.Settlements == 0 {
		return
	}
	for _, kind := range slices.Sorted(maps.Keys(report.Kinds)) {
		fmt.Fprintf(out, "  %6d %s\n", report.Kinds[kind], kind)
	}
	fmt.Fprintln(out, "holds:")
	for _, property := range sim.Properties {
		fmt.Fprintf(out, "  %s: %s (asked of %d)\n", property.Name, property.Sentence, report.Properties[property.Name])
	}
	fmt.Fprintf(out, "  repetition: %d commands sent a second time with their key, and every refusal, changed nothing\n",
		report.Repeated)
	for _, where := range slices.Sorted(maps.Keys(report.Standing)) {
		fmt.Fprintf(out, "  %8d postings between members on a statement: %s\n", report.Standing[where], where)
	}
}

func printLife(out io.Writer, report *sim.Report, written []story) {
	fmt.Fprintf(out, "%d statements from %s to %s in %d s; %d were refused, as foretold\n", report.Steps, report.From,
		report.To, report.Seconds, report.Refused())
	if report.Books > 1 {
		fmt.Fprintf(out, "%d books, by the seeds from %d on\n", report.Books, report.Seed)
	}
	fmt.Fprintf(out, "%d policies, %d claims, %d months closed, %d journals, %d postings\n", report.Policies,
		report.Claims, report.Months, report.Journals, report.Postings)
	fmt.Fprintf(out, "%d periods drawn with %d items, %d settlements, %d orders; %d accounts between members open\n",
		report.Statements, report.Items, report.Settlements, report.Orders, report.Open)
	printSettled(out, report)
	fmt.Fprintf(out, "compared: a policy or claim after %d steps, all accounts %d times, everything %d times\n",
		report.Compared, report.Whole, report.Verified)
	for _, code := range slices.Sorted(maps.Keys(report.Refusals)) {
		fmt.Fprintf(out, "  %6d %s\n", report.Refusals[code], code)
	}
	if report.Schema != "" {
		fmt.Fprintf(out, "kept in schema %s\n", report.Schema)
	}
	if report.Difference == nil {
		fmt.Fprintf(out, "seed %d: everything agrees\n", report.Seed)
		return
	}
	fmt.Fprintf(out, "seed %d: %s\n%s\n", report.Seed, report.Difference.Line, report.Difference)
	if len(written) == 0 {
		fmt.Fprintln(out, "no fresh ledger shows it: it depends on more than the statements")
	}
	for _, one := range written {
		fmt.Fprintf(out, "\n%s, %d statements: gongbao scenario %s\n", one.what, len(one.lines), one.name)
		if len(one.lines) <= storyShown {
			fmt.Fprintln(out, strings.Join(one.lines, "\n"))
		} else {
			fmt.Fprintln(out, "… "+one.lines[len(one.lines)-1])
		}
	}
}
