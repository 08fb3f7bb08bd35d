package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/coinsurance"
	"gongbao/internal/embedded"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/relay"
)

// embeddedKafkaPort is tried first for the embedded broker.
const embeddedKafkaPort = 29092

// drainTime is how long the demo waits for the feed to catch up.
const drainTime = 2 * time.Minute

// lastEvents are shown of every pool.
const lastEvents = 3

// pipe is the relays at work and the Kafka it publishes to.
type pipe struct {
	config kafka.Config
	topic  string
	relays []*relay.Relay // one for each database
}

func (f *pipe) wake() {
	for _, relay := range f.relays {
		relay.Wake()
	}
}

func (f *pipe) status() relay.Status {
	statuses := make([]relay.Status, len(f.relays))
	for i, relay := range f.relays {
		statuses[i] = relay.Status()
	}
	return relay.Together(statuses)
}

// drain waits until everything is published.
func (f *pipe) drain(ctx context.Context) error {
	for _, relay := range f.relays {
		if err := relay.Drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// feedFigures are what the demo shows of the feed.
type feedFigures struct {
	Topic     string           `json:"topic"`
	Brokers   []string         `json:"brokers"`
	Published map[string]int64 `json:"published"` // last position by pool
	Last      []lastEvent      `json:"last"`
}

type lastEvent struct {
	Pool     string `json:"pool"`
	Position int64  `json:"position"`
	Type     string `json:"type"`
	Subject  string `json:"subject"`
	Sections int    `json:"sections"` // members that have one
	Sound    bool   `json:"sound"`    // every part hashes to its line of the manifest
}

// openFeed starts or finds Kafka and lets relays work until the house is closed.
func (c *config) openFeed(
	ctx context.Context, log zerolog.Logger, h *house, change ...func(*relay.Options),
) (*pipe, error) {
	settings, err := c.kafka(ctx, log, h)
	if err != nil {
		return nil, err
	}
	replicas, err := strconv.Atoi(c.replicas)
	if err != nil || replicas < 0 {
		return nil, misused(fmt.Errorf("KAFKA_REPLICAS: %q is no whole number", c.replicas))
	}
	f := &pipe{config: settings}
	working, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	for _, db := range h.db.All() {
		options := relay.Options{
			DB: db, Kafka: settings, Topic: fact.Topic, Clock: c.time(), Log: log, Replicas: replicas,
			Partitions: func(ctx context.Context) (map[string]int32, error) { return coinsurance.Partitions(ctx, db) },
		}
		for _, one := range change {
			one(&options)
		}
		relay := relay.New(options)
		f.topic, f.relays = options.Topic, append(f.relays, relay)
		group.Go(func() {
			if err := relay.Keep(working); err != nil && !errors.Is(err, context.Canceled) {
				log.Error().Err(err).Str("database", db.Name).Msg("the relay stopped")
			}
		})
	}
	h.stops = append(h.stops, func() {
		stop()
		group.Wait()
	})
	return f, nil
}

// kafka gives the settings by which Kafka is reached; an embedded broker is started when no brokers are named.
func (c *config) kafka(ctx context.Context, log zerolog.Logger, h *house) (kafka.Config, error) {
	settings := kafka.Config{
		TLS: c.kafkaTLS == "true", CAFile: c.kafkaCA, CertFile: c.kafkaCert, KeyFile: c.kafkaKey,
		SASL: c.kafkaSASL, User: c.kafkaUser, Password: c.kafkaSecret, Log: log.Level(zerolog.WarnLevel),
	}
	if c.brokers != "" {
		settings.Brokers = strings.Split(c.brokers, ",")
		h.started = append(h.started, "Kafka: as KAFKA_BROKERS says")
		return settings, nil
	}
	folder, err := c.folder()
	if err != nil {
		return settings, err
	}
	broker, err := embedded.StartKafka(ctx, embedded.KafkaOptions{
		Dir: filepath.Join(folder, "kafka"), Port: embeddedKafkaPort,
	})
	if err != nil {
		return settings, err
	}
	h.stops = append(h.stops, broker.Stop)
	found := "started"
	if broker.Joined() {
		found = "joined"
	}
	settings.Brokers = broker.Brokers()
	h.started = append(h.started, fmt.Sprintf("Kafka: embedded (not for production), %s, on %s", found,
		strings.Join(settings.Brokers, ",")))
	return settings, nil
}

// reach sets how Kafka is reached, as if the environment had said so.
func (c *config) reach(settings kafka.Config) {
	c.brokers, c.kafkaTLS = strings.Join(settings.Brokers, ","), strconv.FormatBool(settings.TLS)
	c.kafkaCA, c.kafkaCert, c.kafkaKey = settings.CAFile, settings.CertFile, settings.KeyFile
	c.kafkaSASL, c.kafkaUser, c.kafkaSecret = settings.SASL, settings.User, settings.Password
}

// demoFeed waits until everything is published, reads it back, and shows the last events.
func (f *pipe) demoFeed(ctx context.Context, out io.Writer, figures *demoFigures) error {
	waiting, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if err := f.drain(waiting); err != nil {
		return fmt.Errorf("wait for the feed: %w", err)
	}
	status := f.status()
	if status.Topic != "" {
		f.topic = status.Topic // of the feed's present generation
	}
	shown := feedFigures{Topic: f.topic, Brokers: f.config.Brokers, Published: status.Published}
	last, err := f.readBack(ctx)
	if err != nil {
		return err
	}
	shown.Last = last
	figures.Feed = shown
	var positions []string
	for _, pool := range slices.Sorted(maps.Keys(shown.Published)) {
		positions = append(positions, fmt.Sprintf("%s %d", pool, shown.Published[pool]))
	}
	fmt.Fprintf(out, "\nThe feed, as read back from topic %s (last positions %s):\n", shown.Topic,
		strings.Join(positions, ", "))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  pool\tposition\ttype\tsubject\tsections\thashes")
	for _, event := range last {
		sound := "agree"
		if !event.Sound {
			sound = "DO NOT AGREE"
		}
		fmt.Fprintf(table, "  %s\t%d\t%s\t%s\t%d\t%s\n", event.Pool, event.Position, event.Type, event.Subject,
			event.Sections, sound)
	}
	return table.Flush()
}

// readBack reads the last events of every partition from the topic and checks every hash. Others' records are passed
// over.
func (f *pipe) readBack(ctx context.Context) ([]lastEvent, error) {
	client, err := f.config.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bounds, err := kafka.Offsets(ctx, client, kafka.Topic{Name: f.topic})
	if err != nil {
		return nil, err
	}
	facts := map[int32]map[int64]lastEvent{} // by partition and position
	search := kafka.Search{
		Topic: f.topic, Bounds: bounds,
		Each: func(raw *kgo.Record) error {
			record, err := fact.ParseFact(raw)
			if err != nil {
				return nil //nolint:nilerr // not the relay's
			}
			envelope, err := fact.DecodeEnvelope(record.Value)
			if err != nil {
				return err
			}
			if facts[raw.Partition] == nil {
				facts[raw.Partition] = map[int64]lastEvent{}
			}
			facts[raw.Partition][record.Position] = lastEvent{
				Pool: record.Pool, Position: record.Position, Type: record.Type, Subject: record.Subject,
				Sections: len(envelope.Sections), Sound: true,
			}
			return nil
		},
		Enough: func(_ context.Context, partition int32, _ kafka.Window) (bool, error) {
			return len(facts[partition]) >= lastEvents, nil
		},
	}
	if err := search.Run(ctx, f.config); err != nil {
		return nil, err
	}
	var events []lastEvent
	for _, partition := range slices.Sorted(maps.Keys(facts)) {
		positions := slices.Sorted(maps.Keys(facts[partition]))
		for _, position := range positions[max(0, len(positions)-lastEvents):] {
			events = append(events, facts[partition][position])
		}
	}
	return events, nil
}

// kcat is the command that shows the last events.
func (f *pipe) kcat() string {
	return fmt.Sprintf("kcat -b %s -t %s -C -e -o -3 -f '%%p %%h %%s\\n'", f.config.Brokers[0], f.topic)
}
