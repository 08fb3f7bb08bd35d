package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gongbao/coinsurance"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/launch"
	"gongbao/internal/pg"
)

// errForked says that a person must decide.
var errForked = errors.New("feed_forked: the topic holds what the database does not know")

// newFeedCommand holds what the API's commands on the feed do not do; those are added to it.
func newFeedCommand(c *launch.Config) *cobra.Command {
	command := &cobra.Command{Use: "feed", Short: "Facts in the feed's order 事件"}
	command.AddCommand(newFeedRecoverCommand(c))
	return command
}

// recovery is what feed recover was asked for.
type recovery struct {
	export, confirm, reason string
	proceed, asJSON         bool
}

func newFeedRecoverCommand(c *launch.Config) *cobra.Command {
	var asked recovery
	command := &cobra.Command{
		Use:   "recover",
		Short: "Look at a forked feed, save the facts that only the topic knows, or go on in another topic",
		Long: `A feed has forked when the topic holds facts that the database does not know: it was restored from an older
backup. Without a flag the whole topic is held against the database and the choices are shown; nothing is
changed, and the exit status is 1 if the feed has forked. --export writes the differing records to a file, as
evidence and to be entered again. --continue lets the feed go on in a topic of its own, which gets the
database's whole history; the old topic is left as it is. Then every forked pool is typed with its last common
position. Both are for the operator, and are written down.`,
		Example: "  gongbao feed recover\n" +
			"  gongbao feed recover --export lost.jsonl --as ops@operator:administrator --reason 'disk lost'\n" +
			"  gongbao feed recover --continue --confirm IC@118 --as ops@operator:administrator --reason 'disk lost'",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return recoverFeed(c, cmd, asked) },
	}
	flags := command.Flags()
	flags.StringVar(&asked.export, "export", "", "write the differing records to this file, one JSON document a line")
	flags.BoolVar(&asked.proceed, "continue", false, "go on in a topic of its own")
	flags.StringVar(&asked.confirm, "confirm", "", "with --continue: POOL@POSITION of every forked pool, by commas")
	flags.StringVar(&asked.reason, "reason", "", "why; it is written down")
	flags.BoolVar(&asked.asJSON, "json", false, "print JSON")
	return command
}

func recoverFeed(c *launch.Config, cmd *cobra.Command, asked recovery) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	command := &feed.Continue{Reason: asked.reason, Clock: clock.System{}}
	var err error
	if asked.export != "" && asked.proceed {
		return launch.Misused(errors.New("one at a time: --export first, then --continue"))
	}
	if asked.export != "" || asked.proceed {
		if command.By, err = operator(c, asked.reason); err != nil {
			return err
		}
	}
	if asked.proceed {
		if command.Confirm, err = feed.ParseConfirmed(asked.confirm); err != nil {
			return err
		}
	}
	h, options, err := openCompared(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	command.CompareOptions = options
	bar := launch.NewBar(cmd.ErrOrStderr(), -1, "records compared")
	command.Progress = func(records int64) { _ = bar.Set64(records) }
	switch {
	case asked.proceed:
		begun, err := command.Run(ctx)
		if err != nil {
			return err
		}
		if asked.asJSON {
			return printJSON(out, begun)
		}
		fmt.Fprintf(out, "The feed goes on in %s, generation %d; services take it up by themselves.\n", begun.Topic,
			begun.Generation)
		return nil
	case asked.export != "":
		return exportLost(ctx, out, h, command, asked)
	default:
		return showComparison(ctx, out, h, options, asked.asJSON)
	}
}

// openCompared opens the house and reaches Kafka, and lets no relay work.
func openCompared(ctx context.Context, c *launch.Config) (*launch.House, feed.CompareOptions, error) {
	if err := c.Single(); err != nil {
		return nil, feed.CompareOptions{}, err
	}
	log, err := c.Logger()
	if err != nil {
		return nil, feed.CompareOptions{}, err
	}
	if log.GetLevel() == zerolog.InfoLevel {
		log = log.Level(zerolog.WarnLevel)
	}
	h, err := c.Open(ctx, log)
	if err != nil {
		return nil, feed.CompareOptions{}, err
	}
	options := feed.CompareOptions{DB: h.DB, Topic: fact.Topic}
	if options.Kafka, err = c.Kafka(ctx, log, h); err == nil {
		options.Partitions, err = coinsurance.Partitions(ctx, h.DB)
	}
	if err != nil {
		h.Close()
		return nil, options, err
	}
	return h, options, nil
}

// exportLost writes the records to a file that only its owner may read, whole or not at all.
func exportLost(
	ctx context.Context, out io.Writer, h *launch.House, command *feed.Continue, asked recovery,
) error {
	if _, err := os.Lstat(asked.export); err == nil {
		return fmt.Errorf("%s is there; nothing is replaced", asked.export)
	}
	draft := asked.export + ".unfinished"
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close(); _ = os.Remove(draft) }() // it is gone when it was renamed
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false) // the envelope's bytes are proved by their hash
	records := 0
	command.Each = func(difference feed.Difference) error { records++; return encoder.Encode(difference) }
	found, err := feed.Compare(ctx, command.CompareOptions)
	if err != nil {
		return err
	}
	if records == 0 {
		return feed.ErrFeedNotForked
	}
	if err := errors.Join(file.Sync(), file.Close(), os.Rename(draft, asked.export)); err != nil {
		return err
	}
	err = pg.InTx(ctx, h.DB, func(ctx context.Context, tx *pg.Tx) error {
		return feed.RecordStep(ctx, tx, feed.RecoveryStep{
			Step: feed.RecoveryExported, Person: command.By.Subject, Reason: asked.reason, Finding: found,
			Recorded: clock.System{}.Now(),
		})
	})
	if err != nil {
		return err
	}
	if asked.asJSON {
		return printJSON(out, map[string]any{"file": asked.export, "records": records, "compared": found})
	}
	fmt.Fprintf(out, "%d records in %s; it holds personal data\n", records, asked.export)
	return nil
}

// showComparison shows what differs and what can be done.
func showComparison(
	ctx context.Context, out io.Writer, h *launch.House, options feed.CompareOptions, asJSON bool,
) error {
	found, err := feed.Compare(ctx, options)
	if err != nil {
		return err
	}
	steps, err := feed.History(ctx, h.DB)
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(out, map[string]any{"compared": found, "history": steps, "forked": len(found.Forked()) > 0})
	} else {
		err = printComparison(out, found, steps)
	}
	if err == nil && len(found.Forked()) > 0 {
		return errForked
	}
	return err
}

func printComparison(out io.Writer, found *feed.Comparison, steps []feed.RecoveryStep) error {
	for _, step := range steps {
		fmt.Fprintf(out, "%s  %s by %s: %s\n", step.Recorded.In(clock.Zone).Format("2006-01-02 15:04:05 MST"), step.Step,
			step.Person, step.Reason)
	}
	fmt.Fprintf(out, "Topic %s, generation %d:\n", found.Topic, found.Generation)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  pool\tboth up to\ttopic ends at\tdatabase ends at\tlost\tmoved\tforeign\tcopies\t")
	var confirm []string
	for _, pool := range found.Pools {
		word := "agrees"
		if pool.Forked {
			word = "FORKED"
			confirm = append(confirm, pool.Pool+"@"+strconv.FormatInt(pool.Common, 10))
		}
		fmt.Fprintf(table, "  %s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\t%s\n", pool.Pool, pool.Common, at(pool.Topic),
			at(pool.Database), pool.Lost, pool.Moved, pool.Foreign, pool.Copies, word)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	printForeign(out, found)
	if len(confirm) == 0 {
		return nil
	}
	fmt.Fprintf(out, `
The relay stands still, and the service takes commands. The choices, best first:
  1. a newer backup, or the archived log of Postgres up to the topic's end, if there is one: restore it instead
  2. save the facts that only the topic knows, so that they can be entered again:
       gongbao feed recover --export lost.jsonl --as NAME@operator:administrator --reason WHY
  3. then go on in a topic of its own, with the database's whole history; the old topic is left as it is:
       gongbao feed recover --continue --confirm %s --as NAME@operator:administrator --reason WHY
`, strings.Join(confirm, ","))
	return nil
}

// printForeign says what others have put into the topic, and how an open transaction of theirs is ended.
func printForeign(out io.Writer, found *feed.Comparison) {
	for _, pool := range found.Pools {
		if pool.Foreign+pool.Copies > 0 {
			fmt.Fprintf(out, "Others have written into the partition of %s: readers pass over what is no fact, and over "+
				"copies.\n", pool.Pool)
		}
	}
	for _, open := range found.Open {
		fmt.Fprintf(out, "A transaction is open in partition %d from offset %d, of producer %d epoch %d (%s). If it stays "+
			"open, readers see nothing behind it; Kafka's own tool ends it:\n"+
			"  kafka-transactions.sh --bootstrap-server BROKER abort --topic %s --partition %d --start-offset %d\n",
			open.Partition, open.From, open.ProducerID, open.Epoch, cmp.Or(open.TransactionalID, "of a name we may not see"),
			found.Topic, open.Partition, open.From)
	}
}

// at is a fact's position, time and id, as a person compares them.
func at(fact *feed.FactAt) string {
	if fact == nil {
		return "nothing"
	}
	return fmt.Sprintf("%d %s %s", fact.Position, fact.Recorded.In(clock.Zone).Format(time.RFC3339), fact.ID)
}
