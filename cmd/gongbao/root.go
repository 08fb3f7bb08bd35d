package main

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gongbao/internal/apicli"
	"gongbao/internal/launch"
)

// usage is how every command shows its help.
//
//go:embed usage.tmpl
var usage string

func newRoot() *cobra.Command {
	c := &launch.Config{}
	root := &cobra.Command{
		Use:   "gongbao",
		Short: "The co-insurance and claims ledger of a science-insurance zone 科技保险共保台账",
		Long: `Gongbao issues innovation policies, splits every premium among the members of a pool, keeps the money in a
double-entry book and streams every fact to Kafka.

Without DATABASE_URL and KAFKA_BROKERS it starts a private Postgres and an embedded Kafka. The commands of the API
(policy, pool, book, …) ask the service at GONGBAO_SERVER or, without one, do the work themselves.`,
		SilenceUsage: true, SilenceErrors: true, Version: launch.Version(),
	}
	root.SetVersionTemplate("gongbao {{.Version}}\n")
	c.Bind(root.PersistentFlags())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return launch.Misused(err) })
	root.AddCommand(
		newDemoCommand(c), newServeCommand(c), newTokenCommand(c), newScenarioCommand(c), newSimCommand(c),
		newBankCommand(c),
		newImportCommand(c), newExportCommand(c),
		newTrialBalanceCommand(c), newVerifyCommand(c), newMigrateCommand(c), newConfigCommand(c),
		newBackupCommand(c), newRestoreCommand(c), newFeedCommand(c),
		newCrashCommand(c), newCrashServiceCommand(c), newBenchCommand(c),
	)
	arrange(root, c.APIOptions())
	understand(root)
	return root
}

// Groups of commands in the help.
const (
	groupRun  = "run"
	groupAPI  = "api"
	groupKeep = "keep"
)

// arrange adds the API's commands and sorts all into groups; below the first screen, help is kept to what a command has
// of its own.
func arrange(root *cobra.Command, api apicli.Options) {
	root.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Run it:"},
		&cobra.Group{ID: groupAPI, Title: "Work with it, as --as says, in this process or at --server:"},
		&cobra.Group{ID: groupKeep, Title: "Keep it:"},
	)
	for _, command := range root.Commands() {
		command.GroupID = groupKeep
		if slices.Contains([]string{"demo", "serve", "token", "scenario", "sim", "bank"}, command.Name()) {
			command.GroupID = groupRun
		}
		if command.Name() == "feed" {
			command.GroupID = groupAPI // all but one of its commands are the API's
		}
	}
	apicli.Add(root, api)
	for _, command := range root.Commands() {
		if command.GroupID == "" {
			command.GroupID = groupAPI
		}
	}
	root.SetHelpCommandGroupID(groupKeep)
	root.SetCompletionCommandGroupID(groupKeep)
	root.SetUsageTemplate(usage)
}

// understand makes a word too many or too few, at any command, the caller's mistake: exit status 2. The library would
// show help for an unknown verb and be content.
func understand(command *cobra.Command) {
	check := command.Args
	if check == nil {
		check = cobra.ArbitraryArgs
	}
	command.Args = func(cmd *cobra.Command, args []string) error { return launch.Misused(check(cmd, args)) }
	if !command.Runnable() {
		command.Args = cobra.ArbitraryArgs
		command.SuggestionsMinimumDistance = 2
		command.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			message := fmt.Sprintf("%s has no command %q", cmd.CommandPath(), args[0])
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				message += "; did you mean " + strings.Join(near, " or ") + "?"
			}
			return launch.Misused(errors.New(message + " (--help lists them)"))
		}
	}
	for _, child := range command.Commands() {
		understand(child)
	}
}
