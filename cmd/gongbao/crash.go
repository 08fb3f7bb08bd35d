package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/crash"
	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
	"gongbao/internal/relay"
)

// errCrashed says that something promised does not hold.
var errCrashed = errors.New("the proof failed")

func newCrashCommand(c *launch.Config) *cobra.Command {
	options := crash.Options{Topic: fact.Topic}
	var asJSON bool
	command := &cobra.Command{
		Use:   "crash",
		Short: "Kill the service and its Kafka again and again, and prove that nothing is lost",
		Long: `Starts the service under load in a folder of its own and kills it, its Kafka, or both, at random moments and at
every step of the relay. At the end every acknowledged command must be in the book, the book must verify, and the topic
must have every event once, in order. With --kafka real an Apache Kafka is fetched by Maven and started; with
KAFKA_BROKERS set only the service is killed, and the topic has a name of its own.

Faults of Postgres come to one that the run owns. Callers then repeat what is refused for now, with the same key, and
every command must have been done exactly once.`,
		Example: "  gongbao crash --rounds 20\n  gongbao crash --rounds 200 --kafka real --json\n" +
			"  gongbao crash --rounds 50 --kafka real --brokers 3 --secure --services 2\n" +
			"  gongbao crash --rounds 20 --at publish.produced --at publish.committed --kafka real\n" +
			"  gongbao crash --rounds 40 --faults postgres,connections,serialisation,clock,disk\n" +
			"  gongbao crash --rounds 1 --faults kafka --kafka real --away 3m",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runCrash(cmd, c, options, asJSON) },
	}
	flags := command.Flags()
	flags.IntVar(&options.Rounds, "rounds", 20, "how often something is killed, at least")
	flags.Uint64Var(&options.Seed, "seed", 0, "repeats the choices of another run; drawn when 0")
	flags.StringVar(&options.Kafka, "kafka", crash.Embedded, "embedded or real")
	flags.IntVar(&options.Cluster.Brokers, "brokers", 1, "brokers of a real Kafka: 1 or 3")
	flags.BoolVar(&options.Cluster.Secure, "secure", false, "a real Kafka with SASL over TLS and access lists")
	flags.IntVar(&options.Services, "services", 1, "services at once on the database")
	flags.StringSliceVar(&options.Steps, "at", nil, "kill at this step of the relay only; may be given again")
	flags.StringSliceVar(&options.Faults, "faults", nil,
		"what happens, in turn: "+strings.Join(crash.Faults, ", ")+"; service and kafka by chance when left out")
	flags.DurationVar(&options.Away, "away", 0, "how long a real Kafka stays away that was killed; a moment when 0")
	flags.BoolVar(&options.Foreign, "foreign", true,
		"let others open, commit, roll back and leave transactions in the topic of a real Kafka")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return command
}

func runCrash(cmd *cobra.Command, c *launch.Config, options crash.Options, asJSON bool) error {
	ctx := cmd.Context()
	if c.Database != "" {
		return launch.Misused(errors.New("crash has a Postgres of its own: unset DATABASE_URL"))
	}
	if options.Seed == 0 {
		options.Seed = rand.Uint64() //nolint:gosec // it is printed
	}
	if c.Brokers != "" && options.Kafka == crash.Embedded {
		options.Kafka, options.Topic = crash.External, fmt.Sprintf("gongbao.crash.%d", options.Seed)
	}
	folder, err := os.MkdirTemp("", "gongbao-crash-")
	if err != nil {
		return err
	}
	options.Folder, options.Service, options.Open = folder, crashService, opener(c)
	bar := launch.NewBar(cmd.ErrOrStderr(), int64(options.Rounds), "killed")
	options.Progress = func(done, _ int) { _ = bar.Set(done) }
	report, err := crash.Run(ctx, options)
	if report == nil {
		_ = os.RemoveAll(folder)
		return launch.Misused(err)
	}
	if asJSON {
		err = errors.Join(err, printJSON(cmd.OutOrStdout(), report))
	} else {
		err = errors.Join(err, report.Write(cmd.OutOrStdout()))
	}
	if err != nil {
		return fmt.Errorf("%w: %w; what is left lies in %s", errCrashed, err, folder)
	}
	return os.RemoveAll(folder)
}

// crashService is this program once more, as the service that is killed.
func crashService(arguments, environment []string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	command := exec.Command(self, append([]string{"crash-service"}, arguments...)...) //nolint:gosec,noctx // ourselves
	command.Env = append(os.Environ(), environment...)
	return command
}

// newCrashServiceCommand is the service that is killed. Nobody types it.
func newCrashServiceCommand(c *launch.Config) *cobra.Command {
	var name, fault, topic, settle string
	command := &cobra.Command{
		Use: "crash-service", Short: "The service under load, for crash to kill", Hidden: true, Args: cobra.NoArgs,
		Example: "  gongbao crash-service --name s1 --fault publish.produced:3",
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, _ := crash.ParseFault(fault)
			first, _ := calendar.ParseMonth(settle) // none: nothing is settled
			return serveUntilKilled(c, cmd, crash.Load{Name: name, Settling: crash.Settling{First: first}}, topic, at)
		},
	}
	command.Flags().StringVar(&name, "name", "s0", "in the numbers of its policies")
	command.Flags().StringVar(&fault, "fault", "", "STEP:TIMES of the relay at which it ends itself")
	command.Flags().StringVar(&settle, "settle", "", "the first month that it settles; nothing is settled when empty")
	command.Flags().StringVar(&topic, "topic", fact.Topic, "the topic it publishes to")
	return command
}

// serveUntilKilled says every command once it is acknowledged. A relay that was killed must not keep the next one
// waiting for long, so its lease is short.
func serveUntilKilled(
	c *launch.Config, cmd *cobra.Command, load crash.Load, topic string, fault crash.Fault,
) error {
	ctx := cmd.Context()
	told := &crash.Clock{}
	c.Clock = told
	go told.Follow(cmd.InOrStdin())
	h, err := c.Open(ctx, zerolog.New(os.Stderr).Level(zerolog.ErrorLevel))
	if err != nil {
		return err
	}
	defer h.Close()
	if _, err := sample.Found(ctx, h.DB, h.Clock); err != nil {
		return err
	}
	f, err := c.OpenFeed(ctx, zerolog.Nop(), h, func(options *relay.Options) {
		options.Topic, options.Lease, options.Fault = topic, crash.Lease, fault.Hook()
	})
	if err != nil {
		return err
	}
	load.Settling = settling(h, load.First)
	load.Insurance, load.Claims, load.Relay, load.Out = h.Insurance, h.Claims, f.Relays[0], cmd.OutOrStdout()
	load.Insistent = c.Database != ""
	return load.Run(ctx)
}

// settling is what a house settles with, from a month on.
func settling(h *launch.House, first calendar.Month) crash.Settling {
	return crash.Settling{
		DB: h.DB, Zone: h.Zone, Coinsurance: h.Coinsurance, Settlement: h.Settlement, Periods: h.Periods, First: first,
	}
}

// opener lets a run open what it kills, by a configuration of its own.
func opener(c *launch.Config) func(context.Context, crash.Settings) (*crash.House, error) {
	return func(ctx context.Context, settings crash.Settings) (*crash.House, error) {
		return openCrashed(ctx, c, settings)
	}
}

// openCrashed opens what killed services have left, or what services that will be killed share.
func openCrashed(ctx context.Context, c *launch.Config, settings crash.Settings) (*crash.House, error) {
	own := *c
	own.Data = settings.Folder
	if reached := settings.Kafka; len(reached.Brokers) > 0 {
		own.Reach(reached)
	}
	log := zerolog.New(os.Stderr).Level(zerolog.ErrorLevel)
	h, err := own.Open(ctx, log)
	if err != nil {
		return nil, err
	}
	if settings.Hold {
		if _, err := own.Kafka(ctx, log, h); err != nil {
			h.Close()
			return nil, err
		}
	}
	return &crash.House{
		DB: h.DB, Checks: launch.Checks(h.Store), Close: h.Close, Address: h.Address, OwnerAddress: h.Owner,
		AdvanceDeadlines: func(ctx context.Context) error {
			_, err := h.Claims.RunDeadlines(ctx, launch.Scheduler)
			return err
		},
		Settle: func(ctx context.Context, out io.Writer) error {
			return crash.Load{
				Settling: settling(h, settings.Settle), Insurance: h.Insurance, Out: out,
			}.Finish(ctx)
		},
		Publish: func(ctx context.Context) (kafka.Config, error) {
			f, err := own.OpenFeed(ctx, log, h, func(options *relay.Options) {
				options.Topic, options.Lease = settings.Topic, crash.Lease
			})
			if err != nil {
				return kafka.Config{}, err
			}
			waiting, cancel := context.WithTimeout(ctx, launch.DrainTime)
			defer cancel()
			return f.Config, f.Drain(waiting)
		},
	}, nil
}
