package crash

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/tools/cluster"
	"gongbao/internal/lab/tools/volume"
	"gongbao/internal/lab/tools/wire"
)

// run is one run at work.
type run struct {
	options      Options
	dice         *rand.Rand
	settings     Settings
	environment  []string // of the services
	cluster      *cluster.Cluster
	services     []*service
	atWork       bool // a service has published
	acknowledged *acknowledged
	count        int            // of rounds that have begun
	held         *House         // the run's own, nil when Postgres is the service's
	wire         *wire.Wire     // from services to it
	disk         *volume.Volume // that it lies on, nil for the machine's own
	final        []answer       // that were said to be final
	reader       *reader        // nil when the Kafka has to end with the service
	strangers    *strangers     // nil when nobody else writes into the topic
	report       *Report
}

// Run kills so often, and proves. The report says what was done and found, also when the proof fails; an error says
// that the run itself could not be carried through.
func Run(ctx context.Context, options Options) (*Report, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	begun := clock.Stopwatch()
	r := &run{
		options: options, dice: rand.New(rand.NewPCG(options.Seed, 0)), //nolint:gosec // a seed that can be told
		settings: Settings{Folder: options.Folder, Topic: options.Topic, Hold: options.Services > 1},
		acknowledged: &acknowledged{
			versions: map[string]int64{}, refusals: map[string]int64{}, answers: newAnswers(),
		},
		report: &Report{
			Seed: options.Seed, Rounds: options.Rounds, Kafka: options.Kafka, Services: options.Services,
			Kills: map[string]int{},
		},
	}
	defer func() { r.report.Seconds = int(clock.Since(begun).Seconds()) }()
	if options.has(FaultSettlement) {
		r.settings.Settle = calendar.DateOf(begun).Month().Next() // everything that counts by now is in it
		r.report.Settlement = &Settlement{Struck: map[string]int{}}
	}
	if err := r.openKafka(ctx); err != nil {
		return r.report, err
	}
	if r.cluster != nil {
		defer r.cluster.Close()
	}
	err := r.killAndProve(ctx)
	for _, s := range r.services {
		s.kill()
	}
	return r.report, err
}

// openKafka starts Kafka when the run has one of its own, and makes the environment of the services.
func (r *run) openKafka(ctx context.Context) error {
	switch r.options.Kafka {
	case Real:
		if r.options.has(FaultKafkaDisk) {
			r.options.Cluster.Small = brokerBytes
		}
		started, err := cluster.Start(ctx, r.options.Cluster)
		if err != nil {
			return err
		}
		r.cluster, r.settings.Kafka = started, started.Config()
		r.report.Brokers, r.report.Secure = len(started.Brokers()), r.options.Cluster.Secure
		r.environment = started.Environment()
	case Embedded:
		r.environment = []string{"KAFKA_BROKERS="}
	}
	r.environment = append(r.environment, "GONGBAO_DATA="+r.options.Folder, "DATABASE_URL=", "MIGRATE_DATABASE_URL=")
	// of two variables of one name the last one counts: see openPostgres
	return nil
}

func (r *run) killAndProve(ctx context.Context) error {
	if r.options.owns() { // whoever owns Postgres must not die: the other services would lose it
		release, err := r.openPostgres(ctx)
		if err != nil {
			return err
		}
		defer release()
	}
	if r.options.Foreign && r.options.Kafka == Real {
		r.strangers = startStrangers(ctx, r.settings.Kafka, r.options.Topic, r.options.Seed)
		defer r.strangers.stop()
	}
	if r.options.Kafka != Embedded {
		r.reader = startReader(ctx, r.settings.Kafka, r.options.Topic, r.strangers)
		defer r.reader.stop()
	}
	for round := range r.options.Rounds {
		if err := r.round(ctx); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
		if r.options.Progress != nil {
			r.options.Progress(round+1, r.options.Rounds)
		}
	}
	if err := r.dismiss(); err != nil {
		return err
	}
	for _, s := range r.services {
		if err := s.stop(ctx); err != nil {
			return err
		}
	}
	r.strangers.stop()
	return r.prove(ctx)
}
