package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gongbao/internal/lab/scenario"
	"gongbao/internal/launch"
)

type scenarioFlags struct {
	keep, twice, asJSON, quiet bool
}

func newScenarioCommand(c *launch.Config) *cobra.Command {
	var flags scenarioFlags
	command := &cobra.Command{
		Use:   "scenario FILE...",
		Short: "Play scenario files, each against a fresh, empty ledger",
		Long: `Plays each file against a fresh, empty ledger in a scratch schema and prints one line per statement: ok, or
what was wanted and what was got. The exit status is 0 if all hold, 1 if any does not, 2 if a file cannot be read.`,
		Example: "  gongbao scenario internal/lab/scenario/cases/03-thirds-never-drift.txt\n" +
			"  gongbao scenario --twice --quiet internal/lab/scenario/cases/*.txt",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return launch.Misused(errors.New("name at least one scenario file"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runScenarios(cmd, c, flags, args) },
	}
	command.Flags().BoolVar(&flags.keep, "keep", false, "leave the ledger for a look and print its schema")
	command.Flags().BoolVar(&flags.twice, "twice", false, "play each file again and compare the hash of the whole book")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print JSON")
	command.Flags().BoolVar(&flags.quiet, "quiet", false, "print only what does not hold")
	return command
}

func runScenarios(cmd *cobra.Command, c *launch.Config, flags scenarioFlags, names []string) error {
	files := make([]scenario.File, 0, len(names))
	for _, name := range names { // all are read before any is played
		source, err := os.ReadFile(name)
		if err != nil {
			return launch.Misused(err)
		}
		file, err := scenario.Parse(name, source)
		if err != nil {
			return launch.Misused(err)
		}
		files = append(files, file)
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
	out := cmd.OutOrStdout()
	all := true
	runs := make([]scenario.Run, 0, len(files))
	for _, file := range files {
		run, err := playTwice(cmd, flags, owner, file)
		if err != nil {
			return err
		}
		held, failed := scenario.Tally(run.Results)
		all = all && failed == 0
		runs = append(runs, run)
		if !flags.asJSON {
			printRun(out, run, flags.quiet, held, failed)
		}
	}
	if flags.asJSON {
		if err := printJSON(out, runs); err != nil {
			return err
		}
	}
	if !all {
		return errors.New("not every statement holds")
	}
	return nil
}

// playTwice plays a file, and with --twice again; a second book that differs is a failure.
func playTwice(cmd *cobra.Command, flags scenarioFlags, address string, file scenario.File) (scenario.Run, error) {
	options := scenario.Options{URL: address, Keep: flags.keep}
	run, err := scenario.PlayFile(cmd.Context(), options, file)
	if err != nil || !flags.twice {
		return run, err
	}
	again, err := scenario.PlayFile(cmd.Context(), scenario.Options{URL: address}, file)
	if err == nil && again.Hash != run.Hash {
		run.Results = append(run.Results, scenario.Result{
			File: file.Name, Text: "played again", Wanted: "the book " + run.Hash, Got: "the book " + again.Hash,
		})
	}
	return run, err
}

func printRun(out io.Writer, run scenario.Run, quiet bool, held, failed int) {
	for _, result := range run.Results {
		if !quiet || !result.OK {
			fmt.Fprintln(out, result)
		}
	}
	fmt.Fprintf(out, "%s: %d hold, %d fail; book %s\n", run.File, held, failed, run.Hash)
	if run.Schema != "" {
		fmt.Fprintf(out, "kept in schema %s\n", run.Schema)
	}
}
