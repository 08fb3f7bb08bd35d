package launch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"gongbao/coinsurance"
	"gongbao/internal/embedded"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/relay"
)

// embeddedKafkaPort is tried first for the embedded broker.
const embeddedKafkaPort = 29092

// DrainTime is how long the demo waits for the feed to catch up.
const DrainTime = 2 * time.Minute

// Pipe is the relays at work and the Kafka it publishes to.
type Pipe struct {
	Config kafka.Config
	Topic  string
	Relays []*relay.Relay // one for each database
}

func (f *Pipe) wake() {
	for _, relay := range f.Relays {
		relay.Wake()
	}
}

// Status is that of all relays together.
func (f *Pipe) Status() relay.Status {
	statuses := make([]relay.Status, len(f.Relays))
	for i, relay := range f.Relays {
		statuses[i] = relay.Status()
	}
	return relay.Together(statuses)
}

// Drain waits until everything is published.
func (f *Pipe) Drain(ctx context.Context) error {
	for _, relay := range f.Relays {
		if err := relay.Drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// OpenFeed starts or finds Kafka and lets relays work until the house is closed.
func (c *Config) OpenFeed(
	ctx context.Context, log zerolog.Logger, h *House, change ...func(*relay.Options),
) (*Pipe, error) {
	settings, err := c.Kafka(ctx, log, h)
	if err != nil {
		return nil, err
	}
	replicas, err := strconv.Atoi(c.Replicas)
	if err != nil || replicas < 0 {
		return nil, Misused(fmt.Errorf("KAFKA_REPLICAS: %q is no whole number", c.Replicas))
	}
	f := &Pipe{Config: settings}
	working, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	for _, db := range h.DB.All() {
		options := relay.Options{
			DB: db, Kafka: settings, Topic: fact.Topic, Clock: c.Time(), Log: log, Replicas: replicas,
			Partitions: func(ctx context.Context) (map[string]int32, error) { return coinsurance.Partitions(ctx, db) },
		}
		for _, one := range change {
			one(&options)
		}
		relay := relay.New(options)
		f.Topic, f.Relays = options.Topic, append(f.Relays, relay)
		group.Go(func() {
			if err := relay.Run(working); err != nil && !errors.Is(err, context.Canceled) {
				log.Error().Err(err).Str("database", db.Name).Msg("the relay stopped")
			}
		})
	}
	h.Stops = append(h.Stops, func() {
		stop()
		group.Wait()
	})
	return f, nil
}

// Kafka gives the settings by which Kafka is reached; an embedded broker is started when no brokers are named.
func (c *Config) Kafka(ctx context.Context, log zerolog.Logger, h *House) (kafka.Config, error) {
	settings := kafka.Config{
		TLS: c.kafkaTLS == "true", CAFile: c.kafkaCA, CertFile: c.kafkaCert, KeyFile: c.kafkaKey,
		SASL: c.kafkaSASL, User: c.kafkaUser, Password: c.kafkaSecret, Log: log.Level(zerolog.WarnLevel),
	}
	if c.Brokers != "" {
		settings.Brokers = strings.Split(c.Brokers, ",")
		h.Started = append(h.Started, "Kafka: as KAFKA_BROKERS says")
		return settings, nil
	}
	folder, err := c.Folder()
	if err != nil {
		return settings, err
	}
	broker, err := embedded.StartKafka(ctx, embedded.KafkaOptions{
		Dir: filepath.Join(folder, "kafka"), Port: embeddedKafkaPort,
	})
	if err != nil {
		return settings, err
	}
	h.Stops = append(h.Stops, broker.Stop)
	found := "started"
	if broker.Joined() {
		found = "joined"
	}
	settings.Brokers = broker.Brokers()
	h.Started = append(h.Started, fmt.Sprintf("Kafka: embedded (not for production), %s, on %s", found,
		strings.Join(settings.Brokers, ",")))
	return settings, nil
}

// Reach sets how Kafka is reached, as if the environment had said so.
func (c *Config) Reach(settings kafka.Config) {
	c.Brokers, c.kafkaTLS = strings.Join(settings.Brokers, ","), strconv.FormatBool(settings.TLS)
	c.kafkaCA, c.kafkaCert, c.kafkaKey = settings.CAFile, settings.CertFile, settings.KeyFile
	c.kafkaSASL, c.kafkaUser, c.kafkaSecret = settings.SASL, settings.User, settings.Password
}

// Kcat is the command that shows the last events.
func (f *Pipe) Kcat() string {
	return fmt.Sprintf("kcat -b %s -t %s -C -e -o -3 -f '%%p %%h %%s\\n'", f.Config.Brokers[0], f.Topic)
}
