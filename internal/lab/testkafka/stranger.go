package testkafka

import (
	"context"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
)

// strangerTimeout is how long a broker lets a stranger's transaction stay open.
const strangerTimeout = 10 * time.Minute

// Stranger is somebody else who may write to a topic, in transactions of its own.
type Stranger struct {
	client *kgo.Client
	topic  string
	id     int64
}

// NewStranger opens one; several have names. Its transactional id is one that access lists for the topic allow.
func NewStranger(t testing.TB, config kafka.Config, topic, name string) *Stranger {
	t.Helper()
	client, err := config.NewClient(
		kgo.TransactionalID("gongbao.relay."+topic+"."+name), kgo.TransactionTimeout(strangerTimeout),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	s := &Stranger{client: client, topic: topic}
	if s.id, _, err = client.ProducerID(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Producer is the stranger's number to Kafka, which its records carry.
func (s *Stranger) Producer() int64 { return s.id }

// Open begins a transaction with these records and leaves it open.
func (s *Stranger) Open(t testing.TB, records ...*kgo.Record) {
	t.Helper()
	if err := s.client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	s.Write(t, records...)
}

// Write adds records to the open transaction. They are copied, so one record may be written again and again.
func (s *Stranger) Write(t testing.TB, records ...*kgo.Record) {
	t.Helper()
	own := make([]*kgo.Record, len(records))
	for i, record := range records {
		own[i] = &kgo.Record{
			Topic: s.topic, Partition: record.Partition, Key: record.Key, Value: record.Value, Headers: record.Headers,
		}
	}
	if err := s.client.ProduceSync(context.Background(), own...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// End commits the open transaction, or rolls it back.
func (s *Stranger) End(t testing.TB, how kgo.TransactionEndTry) {
	t.Helper()
	if err := s.client.EndTransaction(context.Background(), how); err != nil {
		t.Fatal(err)
	}
}

// Commit writes records in a transaction of their own.
func (s *Stranger) Commit(t testing.TB, records ...*kgo.Record) {
	t.Helper()
	s.Open(t, records...)
	s.End(t, kgo.TryCommit)
}
