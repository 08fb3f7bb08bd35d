//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const topic = "facts"

func in(folder string) KafkaOptions { return KafkaOptions{Dir: folder, Log: quiet} }

// playProduce starts the broker, makes the topic, and sends records until it is killed, naming each that was
// acknowledged.
func playProduce(ctx context.Context, folder string, said io.Writer) error {
	broker, err := StartKafka(ctx, in(folder))
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Brokers()...))
	if err != nil {
		return err
	}
	if err := makeTopic(ctx, client); err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
		return err
	}
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, topic)
	if err != nil {
		return err
	}
	end, _ := ends.Lookup(topic, 0)
	for n := end.Offset; ; n++ {
		if err := send(ctx, client, strconv.FormatInt(n, 10)); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(said, n)
	}
}

func makeTopic(ctx context.Context, client *kgo.Client) error {
	_, err := kadm.NewClient(client).CreateTopic(ctx, 1, 1, nil, topic)
	return err
}

func send(ctx context.Context, client *kgo.Client, value string) error {
	return client.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte(value)}).FirstErr()
}

func connect(t *testing.T, broker *Kafka, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(broker.Brokers()...))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func broker(t *testing.T, options KafkaOptions) *Kafka {
	t.Helper()
	started, err := StartKafka(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(started.Stop)
	return started
}

// mustHold wants all numbers from 0 to the last, each at least once and none before its predecessor.
func mustHold(t *testing.T, broker *Kafka, last string) {
	t.Helper()
	want, err := strconv.Atoi(last)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client := connect(t, broker, kgo.ConsumeTopics(topic))
	for next := 0; next <= want; {
		fetched := client.PollFetches(ctx)
		if err := fetched.Err(); err != nil {
			t.Fatalf("after %d of %d records: %v", next, want+1, err)
		}
		fetched.EachRecord(func(record *kgo.Record) {
			n, err := strconv.Atoi(string(record.Value))
			if err != nil || n > next {
				t.Errorf("record %q where %d was expected", record.Value, next)
			}
			next = max(next, n+1)
		})
	}
}

func TestKafka(t *testing.T) {
	t.Parallel()
	t.Run("OK in memory, on loopback only", func(t *testing.T) {
		t.Parallel()
		started := broker(t, in(""))
		for _, address := range started.Brokers() {
			if host, _, err := net.SplitHostPort(address); err != nil || host != "127.0.0.1" {
				t.Errorf("it listens on %s", address)
			}
		}
		client := connect(t, started)
		if err := makeTopic(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if err := send(t.Context(), client, "0"); err != nil {
			t.Fatal(err)
		}
		mustHold(t, started, "0")
	})
	t.Run("OK another port than one that is taken", func(t *testing.T) {
		t.Parallel()
		_, port, _ := net.SplitHostPort(broker(t, in("")).Brokers()[0])
		options := in("")
		options.Port, _ = strconv.Atoi(port)
		other := broker(t, options)
		if host, got, _ := net.SplitHostPort(other.Brokers()[0]); host != "127.0.0.1" || got == port {
			t.Errorf("it listens on %s", other.Brokers()[0])
		}
		if err := connect(t, other).Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("Err a topic is not made by sending to it", func(t *testing.T) {
		t.Parallel()
		client := connect(t, broker(t, in("")), kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(0))
		if err := send(t.Context(), client, "0"); !errors.Is(err, kerr.UnknownTopicOrPartition) {
			t.Errorf("got %v, want %v", err, kerr.UnknownTopicOrPartition)
		}
	})
}

func TestKafkaFolder(t *testing.T) {
	t.Parallel()
	t.Run("OK records outlast a stop, and the port can be kept", func(t *testing.T) {
		t.Parallel()
		options := in(filepath.Join(temporary(t), "kafka"))
		first := broker(t, options)
		client := connect(t, first)
		if err := makeTopic(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		for n := range 10 {
			if err := send(t.Context(), client, strconv.Itoa(n)); err != nil {
				t.Fatal(err)
			}
		}
		_, port, _ := net.SplitHostPort(first.Brokers()[0])
		client.Close()
		first.Stop()
		first.Stop()
		options.Port, _ = strconv.Atoi(port)
		mustHold(t, broker(t, options), "9")
	})
	t.Run("OK acknowledged records outlast kill -9, three times", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "kafka")
		for range 3 {
			killed := start(t, "produce", folder, 0)
			killed.hear(50)
			last := killed.kill()
			started := broker(t, in(folder))
			mustHold(t, started, last)
			started.Stop()
		}
	})
	t.Run("OK a second joins, and does not end what it joined", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "kafka")
		owner := broker(t, in(folder))
		joined := broker(t, in(folder))
		if owner.Joined() || !joined.Joined() || joined.Brokers()[0] != owner.Brokers()[0] {
			t.Errorf("owner %v %v, joined %v %v", owner.Joined(), owner.Brokers(), joined.Joined(), joined.Brokers())
		}
		joined.Stop()
		if err := connect(t, owner).Ping(t.Context()); err != nil {
			t.Error(err)
		}
		owner.Stop()
		if next := broker(t, in(folder)); next.Joined() {
			t.Error("joined a broker that was stopped")
		}
	})
}

func TestKafkaFolderThatCannotBeReadBack(t *testing.T) {
	t.Parallel()
	options := in(filepath.Join(temporary(t), "kafka"))
	log := filepath.Join(options.Dir, "log")
	if err := os.MkdirAll(options.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := StartKafka(t.Context(), options); err == nil {
		t.Fatal("it keeps its log in a file that is no folder")
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	broker(t, options) // the lock was given back
}
