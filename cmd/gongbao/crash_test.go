package main

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/crash"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/lab/tools/cluster"
	"gongbao/internal/lab/tools/volume"
	"gongbao/internal/launch"
	"gongbao/internal/relay"
)

// playVariable is set when the test binary plays the program.
const playVariable = "GONGBAO_TEST_PROGRAM"

var crashRounds = flag.Int("crash-rounds", 6, "how often something is killed; for a long run see gongbao crash")

func TestMain(m *testing.M) {
	if os.Getenv(playVariable) != "" {
		main()
	}
	flag.Parse()
	os.Exit(m.Run())
}

// playService is the test binary as the service that is killed.
func playService(arguments, environment []string) *exec.Cmd {
	command := exec.Command(os.Args[0], append([]string{"crash-service"}, arguments...)...)
	command.Env = append(append(os.Environ(), playVariable+"=1"), environment...)
	return command
}

// crashOptions are for a run on the Kafka that tests are on.
func crashOptions(t *testing.T) crash.Options {
	t.Helper()
	folder, err := os.MkdirTemp("", "gbcrash")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	options := crash.Options{
		Rounds: *crashRounds, Seed: rand.Uint64(), Kafka: crash.Embedded, Services: 1, Folder: folder, Foreign: true,
		Topic: fact.Topic, Service: playService, Open: opener(&launch.Config{Replicas: "0"}),
	}
	if testkafka.Real() {
		options.Kafka, options.Cluster = crash.Real, cluster.Options{Brokers: 1, Secure: testkafka.Secured()}
	}
	return options
}

// TestKilled kills the service, its Postgres and its Kafka at random moments of their work. The book verifies, nothing
// acknowledged is lost, and the topic has every position once, in order.
func TestKilled(t *testing.T) {
	t.Parallel()
	for name, services := range map[string]int{"OK alone": 1, "OK two on one database": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := crashOptions(t)
			options.Services = services
			report, err := crash.Run(t.Context(), options)
			var text strings.Builder
			_ = report.Write(&text)
			t.Logf("\n%s", text.String())
			if err != nil || !report.Proven {
				t.Errorf("not proven: %v", err)
			}
			if report.Commands == 0 || report.Committed == 0 || len(report.Kills) == 0 {
				t.Error("nothing was done or nothing killed: nothing is proven")
			}
			if testkafka.Real() && (report.Strangers == nil || report.Strangers.Records == 0) {
				t.Error("nobody else wrote into the topic")
			}
		})
	}
}

// TestOutlastsPostgres lets every fault of Postgres happen once to a service under load, and sets its clock back. A
// full disk is among them where the test may mount one: see TestOutages of the API for what is answered.
func TestOutlastsPostgres(t *testing.T) {
	t.Parallel()
	options := crashOptions(t)
	options.Faults = []string{
		crash.FaultPostgres, crash.FaultConnections, crash.FaultClock, crash.FaultSerialisation,
	}
	if volume.Possible() {
		options.Faults = append(options.Faults, crash.FaultDisk)
	}
	options.Rounds = len(options.Faults)
	report, err := crash.Run(t.Context(), options)
	var text strings.Builder
	_ = report.Write(&text)
	t.Logf("\n%s", text.String())
	if err != nil || !report.Proven {
		t.Errorf("not proven: %v", err)
	}
	if report.Commands == 0 || len(report.Kills) != options.Rounds || len(report.Refusals) == 0 || report.Final == 0 {
		t.Error("something did not happen: nothing is proven")
	}
}

// TestSettlementStruck strikes every step of settlement once while it is in flight. Whoever takes over sends the same
// commands again; nothing stands half at the end, and every answer is the one that was given first.
func TestSettlementStruck(t *testing.T) {
	t.Parallel()
	options := crashOptions(t)
	options.Faults, options.Rounds = []string{crash.FaultSettlement}, 5
	report, err := crash.Run(t.Context(), options)
	var text strings.Builder
	_ = report.Write(&text)
	t.Logf("\n%s", text.String())
	if err != nil || !report.Proven {
		t.Errorf("not proven: %v", err)
	}
	if done := report.Settlement; len(done.Struck) != 5 || done.Repeated == 0 || done.Largest <= 1000 {
		t.Errorf("not every step was struck, or nothing was sent again, or clearing was small: %+v", done)
	}
}

// A proof that cannot fail is none: what a run would find is spoiled on purpose.
func TestKilledIsFoundOut(t *testing.T) {
	t.Parallel()
	t.Run("Err a command was acknowledged and is not there", func(t *testing.T) {
		t.Parallel()
		options := crashOptions(t)
		options.Service = func(arguments, environment []string) *exec.Cmd {
			command := playService(arguments, environment)
			command.Args = append([]string{
				"sh", "-c", `echo acknowledged policy/LH-NOWHERE-1 1; exec "$0" "$@"`,
			}, command.Args...)
			command.Path = "/bin/sh"
			return command
		}
		mustFindOut(t, options, "policy/LH-NOWHERE-1 was acknowledged at version 1")
	})
	t.Run("Err a position is left out", func(t *testing.T) {
		t.Parallel()
		options := crashOptions(t)
		open := options.Open
		options.Open = func(ctx context.Context, settings crash.Settings) (*crash.House, error) {
			house, err := open(ctx, settings)
			if err != nil {
				return nil, err
			}
			publish := house.Publish
			house.Publish = func(ctx context.Context) (kafka.Config, error) {
				reached, err := publish(ctx)
				if err == nil {
					err = leaveOut(ctx, reached)
				}
				return reached, err
			}
			return house, nil
		}
		mustFindOut(t, options, "IC has position")
	})
}

// leaveOut writes the last fact of IC once more, two positions further.
func leaveOut(ctx context.Context, reached kafka.Config) error {
	client, err := reached.NewClient(kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		return err
	}
	defer client.Close()
	last, err := kafka.Last(ctx, reached, kafka.Topic{Name: fact.Topic})
	if err != nil {
		return err
	}
	for _, record := range last {
		fact, err := fact.ParseRecord(record)
		if err != nil || fact.Pool != "IC" {
			continue
		}
		for i := range record.Headers {
			if record.Headers[i].Key == "ce_position" {
				record.Headers[i].Value = strconv.AppendInt(nil, fact.Position+2, 10)
			}
		}
		wrong := &kgo.Record{
			Topic: record.Topic, Partition: record.Partition, Key: record.Key, Value: record.Value, Headers: record.Headers,
		}
		return client.ProduceSync(ctx, wrong).FirstErr()
	}
	return errors.New("IC has no facts")
}

// A command that was done by halves, a time that goes back and a final answer that changes are found out as well.
func TestOutlastsIsFoundOut(t *testing.T) {
	t.Parallel()
	mustFindSpoiled(t, crash.FaultClock, `
		DELETE FROM idempotency WHERE pool = 'LH' AND key LIKE '1-%';
		UPDATE event SET recorded = recorded - interval '1 day' WHERE pool = 'LH' AND subject_version = 2;
		UPDATE feed_position SET known = known + interval '1 day' WHERE pool = 'IC'`,
		"more or fewer versions than commands", "are before the one they follow", "IC had finally")
}

// An answer that is gone, an order that is paid by halves, a file with other bytes and a statement with fewer facts are
// found out as well.
func TestSettlementIsFoundOut(t *testing.T) {
	t.Parallel()
	mustFindSpoiled(t, crash.FaultSettlement, `
		DELETE FROM idempotency WHERE key LIKE 'settle-LH-%-issue';
		UPDATE payment_order SET state = 'part_paid' WHERE pool = 'LH' AND id =
			(SELECT min(id) FROM payment_order WHERE pool = 'LH');
		UPDATE payment_file SET content = content || '!' WHERE pool = 'LH' AND number = 1;
		UPDATE statement SET version = version + 1 WHERE pool = 'LH'`,
		"another answer or none is kept", "orders that are paid in part", "payment files with other bytes",
		"issued or cancelled and not told of", "more or fewer facts than keys")
}

// mustFindSpoiled runs one round of a fault, spoils the database, and wants to be told.
func mustFindSpoiled(t *testing.T, kind, statement string, words ...string) {
	t.Helper()
	options := crashOptions(t)
	options.Rounds, options.Faults = 1, []string{kind}
	open := options.Open
	options.Open = func(ctx context.Context, settings crash.Settings) (*crash.House, error) {
		house, err := open(ctx, settings)
		if err != nil {
			return nil, err
		}
		publish := house.Publish
		house.Publish = func(ctx context.Context) (kafka.Config, error) {
			reached, err := publish(ctx)
			if err == nil {
				err = spoil(ctx, house.OwnerAddress, statement)
			}
			return reached, err
		}
		return house, nil
	}
	report, err := crash.Run(t.Context(), options)
	for _, words := range words {
		if err == nil || report.Proven || !strings.Contains(strings.Join(report.Faults, "\n"), words) {
			t.Errorf("%q was not found out: %v %+v", words, err, report)
		}
	}
}

func spoil(ctx context.Context, owner, statement string) error {
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

func mustFindOut(t *testing.T, options crash.Options, words string) {
	t.Helper()
	options.Rounds, options.Steps = 1, []string{relay.StepPublishCommitted}
	report, err := crash.Run(t.Context(), options)
	if err == nil || report.Proven || !strings.Contains(strings.Join(report.Faults, "\n"), words) {
		t.Errorf("%q was not found out: %v %+v", words, err, report)
	}
}
