package kafka

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Marks reads what became of transactions in one partition: the mark that the broker puts behind their records. A
// producer's word that a transaction is committed is not enough, because a client may have rolled it back and call that
// done.
type Marks struct {
	client    *kgo.Client
	topic     string
	partition int32
}

// NewMarks opens a reader for a partition; Close ends it.
func (c Config) NewMarks(topic string, partition int32) (*Marks, error) {
	client, err := c.NewClient(
		kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.FetchIsolationLevel(kgo.ReadUncommitted()), kgo.KeepControlRecords(),
	)
	if err != nil {
		return nil, err
	}
	return &Marks{client: client, topic: topic, partition: partition}, nil
}

// Close ends the reader.
func (m *Marks) Close() { m.client.Close() }

// Committed waits for the first mark of a producer from an offset on, and says whether it commits. With the offset
// behind a transaction's last record nothing else is read, unless somebody else writes there too.
func (m *Marks) Committed(ctx context.Context, producer, from int64) (bool, error) {
	m.client.AddConsumePartitions(map[string]map[int32]kgo.Offset{m.topic: {m.partition: kgo.NewOffset().At(from)}})
	defer m.client.RemoveConsumePartitions(map[string][]int32{m.topic: {m.partition}})
	for {
		fetches, err := poll(ctx, m.client, m.topic)
		if err != nil {
			return false, err
		}
		for records := fetches.RecordIter(); !records.Done(); {
			record := records.Next()
			if record.Offset >= from && record.Attrs.IsControl() && record.ProducerID == producer {
				return commits(record), nil
			}
		}
	}
}
