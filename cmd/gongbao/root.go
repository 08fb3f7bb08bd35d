package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gongbao/internal/clock"
)

func newRoot() *cobra.Command {
	c := &config{}
	root := &cobra.Command{
		Use:   "gongbao",
		Short: "The co-insurance and claims ledger of a science-insurance zone 科技保险共保台账",
		Long: `Gongbao issues innovation policies, splits every premium among the members of a pool, keeps the money in a
double-entry book and streams every fact to Kafka.

Without DATABASE_URL and KAFKA_BROKERS it starts a private Postgres and an embedded Kafka.`,
		SilenceUsage: true, SilenceErrors: true,
	}
	c.bind(root.PersistentFlags())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misused(err) })
	root.AddCommand(
		newDemoCommand(c), newServeCommand(c), newTokenCommand(c), newScenarioCommand(c),
		newImportCommand(c), newExportCommand(c),
		newTrialBalanceCommand(c), newVerifyCommand(c), newMigrateCommand(c), newConfigCommand(c),
	)
	return root
}

// logger writes to standard error, so that figures on standard output can be piped.
func (c *config) logger() (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(c.logLevel)
	if err != nil {
		return zerolog.Nop(), misused(fmt.Errorf("LOG_LEVEL: %q is none of debug, info, warn, error", c.logLevel))
	}
	var target io.Writer = os.Stderr
	switch c.logFormat {
	case "text":
		target = zerolog.ConsoleWriter{Out: os.Stderr, TimeFormat: "15:04:05"}
	case "json":
	default:
		return zerolog.Nop(), misused(fmt.Errorf("LOG_FORMAT: %q is neither text nor json", c.logFormat))
	}
	stamp := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Time(zerolog.TimestampFieldName, clock.System{}.Now())
	})
	return zerolog.New(target).Level(level).Hook(stamp), nil
}

func printJSON(target io.Writer, value any) error {
	encoder := json.NewEncoder(target)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
