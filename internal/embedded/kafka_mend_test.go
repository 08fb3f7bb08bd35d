package embedded_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/embedded"
	"gongbao/internal/kafka"
)

// A broker that is killed in the middle of a transaction is read to its end when it is back, and what is committed then
// is read too.
func TestABrokerKilledInATransaction(t *testing.T) {
	t.Parallel()
	const topic = "facts"
	folder := t.TempDir()
	broker, err := embedded.StartKafka(t.Context(), embedded.KafkaOptions{Dir: folder, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Stop)
	config := kafka.Config{Brokers: broker.Brokers()}
	producer := produce(t, config, topic, "one", true)
	if err := producer.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		send(t, producer, topic, fmt.Sprint("lost ", i))
	}

	image := filepath.Join(t.TempDir(), "image") // of the folder as a kill leaves it
	if err := os.CopyFS(filepath.Join(image, "log"), os.DirFS(filepath.Join(folder, "log"))); err != nil {
		t.Fatal(err)
	}
	producer.Close()
	back, err := embedded.StartKafka(t.Context(), embedded.KafkaOptions{Dir: image, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(back.Stop)
	config = kafka.Config{Brokers: back.Brokers()}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	last, err := kafka.Last(ctx, config, kafka.Topic{Name: topic, Partitions: 1})
	if err != nil || string(last[0].Value) != "one" {
		t.Fatalf("the last committed record: %v %v", last, err)
	}
	produce(t, config, topic, "two", false).Close()
	var read []string
	err = kafka.Read(ctx, config, topic, nil, func(record *kgo.Record) error {
		read = append(read, string(record.Value))
		return nil
	})
	if err != nil || fmt.Sprint(read) != "[one two]" {
		t.Errorf("committed is %v (%v)", read, err)
	}
}

// produce commits one record, in a topic that is made first.
func produce(t *testing.T, config kafka.Config, topic, value string, made bool) *kgo.Client {
	t.Helper()
	producer, err := config.NewProducer("test")
	if err != nil {
		t.Fatal(err)
	}
	if made {
		err := kafka.EnsureTopic(t.Context(), producer, kafka.Topic{Name: topic, Partitions: 1, Replicas: 1})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := producer.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	send(t, producer, topic, value)
	if err := producer.EndTransaction(t.Context(), kgo.TryCommit); err != nil {
		t.Fatal(err)
	}
	return producer
}

func send(t *testing.T, producer *kgo.Client, topic, value string) {
	t.Helper()
	record := &kgo.Record{Topic: topic, Partition: 0, Value: []byte(value)}
	if err := producer.ProduceSync(t.Context(), record).FirstErr(); err != nil {
		t.Fatal(err)
	}
}
