package kafka_test

import (
	"context"
	"errors"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
)

// TestMarks asks the topic what became of transactions, one after the other with one reader, as a relay does.
func TestMarks(t *testing.T) {
	t.Parallel()
	config, topic := testkafka.Open(t), testkafka.NewTopic(t)
	if err := kafka.EnsureTopic(t.Context(), client(t, config), kafka.Topic{Name: topic, Partitions: 1}); err != nil {
		t.Fatal(err)
	}
	producers := make([]*kgo.Client, 2)
	for i, name := range []string{"ours", "others"} {
		producer, err := config.NewProducer("gongbao.relay." + topic + "." + name)
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		producers[i] = producer
	}
	marks := config.NewMarks(topic, 0)
	defer marks.Close()
	from := int64(0) // where the transaction begins: its records lie before its mark, and are passed over
	for _, test := range []struct {
		name     string
		producer int
		records  int
		end      kgo.TransactionEndTry
	}{
		{"committed", 0, 3, kgo.TryCommit}, {"rolled back", 0, 2, kgo.TryAbort}, {"another's", 1, 4, kgo.TryCommit},
		{"committed behind another's", 0, 1, kgo.TryCommit},
	} {
		transaction(t, producers[test.producer], topic, 0, test.name, test.records, test.end)
		if test.producer != 0 {
			continue // ours begins where theirs did, and their mark is not ours
		}
		id, _, err := producers[0].ProducerID(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		committed, err := marks.Committed(t.Context(), id, from)
		if err != nil || committed != bool(test.end) {
			t.Errorf("%s: committed %t, %v", test.name, committed, err)
		}
		from += int64(test.records) + 1
	}
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := marks.Committed(waiting, 1, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
}
