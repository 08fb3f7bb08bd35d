package crash

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"gongbao/internal/lab/tools/volume"
	"gongbao/internal/relay"
)

// The kinds of faults. Those of Postgres come to one that the run owns, and services reach by a wire that can be cut.
const (
	FaultService       = "service"       // killed at random moments and at the relay's steps, frozen
	FaultKafka         = "kafka"         // brokers killed, frozen, killed together with a service
	FaultKafkaDisk     = "kafka-disk"    // a broker's disk is full
	FaultPostgres      = "postgres"      // killed with all its processes, frozen
	FaultConnections   = "connections"   // cut, silent, ended by the server, cut around a commit
	FaultSerialisation = "serialisation" // rivals change the same rows, and lock them the other way round
	FaultDisk          = "disk"          // the database's disk is full
	FaultClock         = "clock"         // a service's clock is set back
	FaultSettlement    = "settlement"    // a step of settlement is struck while it is in flight; services settle then
)

// Faults are all kinds.
var Faults = []string{
	FaultService, FaultKafka, FaultKafkaDisk, FaultPostgres, FaultConnections, FaultSerialisation, FaultDisk, FaultClock,
	FaultSettlement,
}

var errNoKafka = errors.New("faults of a broker take --kafka real")

// checkFaults says what of the faults cannot be done here.
func (o *Options) checkFaults() error {
	for _, kind := range o.Faults {
		switch {
		case !slices.Contains(Faults, kind):
			return fmt.Errorf("there is no fault %q: %s", kind, strings.Join(Faults, ", "))
		case (kind == FaultKafka || kind == FaultKafkaDisk) && o.Kafka != Real:
			return errNoKafka
		case (kind == FaultDisk || kind == FaultKafkaDisk) && !volume.Possible():
			return fmt.Errorf("%s: %w", kind, volume.ErrDenied)
		case (kind == FaultPostgres || kind == FaultSettlement) && runtime.GOOS != "linux":
			return fmt.Errorf("%s: the processes of Postgres are found on Linux only", kind)
		}
	}
	return nil
}

func (o *Options) has(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(o.Faults, kind) })
}

// owns says that the run owns Postgres, and not the service that is killed.
func (o *Options) owns() bool {
	return o.Services > 1 || o.has(FaultPostgres, FaultConnections, FaultSerialisation, FaultDisk, FaultClock,
		FaultSettlement)
}

// deeds are what may happen in a round, a kind as often as another.
func (r *run) deeds() [][]func(context.Context) error {
	service := []func(context.Context) error{
		r.killService, r.killService,
		func(ctx context.Context) error {
			return r.killAtStep(ctx, relay.Steps[r.dice.IntN(len(relay.Steps))])
		},
	}
	if canFreeze && r.options.Services > 1 {
		service = append(service, r.freezeService)
	}
	brokers := []func(context.Context) error{r.killBrokers, r.killBoth, r.killBoth}
	if canFreeze {
		brokers = append(brokers, r.freezeBrokers)
	}
	if len(r.options.Faults) == 0 {
		if r.cluster != nil {
			service = append(service, brokers...)
		}
		return [][]func(context.Context) error{service}
	}
	if r.options.Away > 0 {
		brokers = brokers[:1]
	}
	all := map[string][]func(context.Context) error{
		FaultService: service, FaultKafka: brokers, FaultKafkaDisk: {r.fillBroker},
		FaultPostgres:    {r.killPostgres, r.killPostgres, r.freezePostgres},
		FaultConnections: {r.cutCommit, r.cutCommit, r.cutConnections, r.silence, r.terminate},
		// a storm in which a command is given up, and one of circles in which somebody has to give way
		FaultSerialisation: {r.storm, r.entangle},
		FaultDisk:          {r.fillPostgres, r.fillPostgresLog}, FaultClock: {r.setClockBack},
		FaultSettlement: {r.strikeSettlement},
	}
	var chosen [][]func(context.Context) error
	for _, kind := range r.options.Faults {
		chosen = append(chosen, all[kind])
	}
	return chosen
}

// under lets something happen to services at work, and wants every one of them to go on by itself.
func (r *run) under(ctx context.Context, name string, deed func(context.Context) error) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	r.report.Kills[name]++
	if err := deed(ctx); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := r.recover(ctx); err != nil {
		return fmt.Errorf("after: %s: %w", name, err)
	}
	return nil
}

// recover waits until every service has acknowledged something more, and one of them has published.
func (r *run) recover(ctx context.Context) error {
	for _, s := range r.services {
		if err := s.awaitMore(ctx, "acknowledged", func() int64 { return s.commands }); err != nil {
			return err
		}
	}
	return r.awaitPublished(ctx)
}

// moment is a random time up to the longest.
func (r *run) moment(longest time.Duration) time.Duration {
	return time.Duration(r.dice.Int64N(int64(longest)))
}
