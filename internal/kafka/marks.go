package kafka

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Marks reads what became of transactions in one partition: the mark that the broker puts behind their records. A
// producer's word that a transaction is committed is not enough, because a client may have rolled it back and call that
// done.
type Marks struct {
	config    Config
	topic     string
	partition int32
	client    *kgo.Client // nil before the first question
}

// NewMarks is a reader for a partition; Close ends it.
func (c Config) NewMarks(topic string, partition int32) *Marks {
	return &Marks{config: c, topic: topic, partition: partition}
}

// Close ends the reader.
func (m *Marks) Close() {
	if m.client != nil {
		m.client.Close()
	}
}

// Committed waits for the first mark of a producer from an offset on, and says whether it commits. With the offset
// behind a transaction's last record nothing else is read, unless somebody else writes there too.
func (m *Marks) Committed(ctx context.Context, producer, from int64) (bool, error) {
	if err := m.seek(from); err != nil {
		return false, err
	}
	defer m.client.PauseFetchPartitions(map[string][]int32{m.topic: {m.partition}})
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

// seek goes to an offset. Only the first time it asks who leads the partition. Between two questions the reader pauses:
// a request that is cut off while it is written costs the connection, and with it a quarter of a second.
func (m *Marks) seek(to int64) (err error) {
	if m.client == nil {
		at := map[int32]kgo.Offset{m.partition: kgo.NewOffset().At(to)}
		m.client, err = m.config.NewClient(
			kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{m.topic: at}),
			kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.FetchIsolationLevel(kgo.ReadUncommitted()),
			kgo.KeepControlRecords(),
		)
		return err
	}
	at := map[int32]kgo.EpochOffset{m.partition: {Epoch: -1, Offset: to}}
	m.client.SetOffsets(map[string]map[int32]kgo.EpochOffset{m.topic: at})
	m.client.ResumeFetchPartitions(map[string][]int32{m.topic: {m.partition}})
	return nil
}

// Mark is how a transaction ended in a partition.
type Mark struct {
	Partition  int32
	ProducerID int64
	Epoch      int16
	Commits    bool
}

// ReadMarks calls each for the marks of all transactions that have ended by the present end of the topic.
func ReadMarks(ctx context.Context, config Config, topic string, each func(Mark)) error {
	windows, err := wholeTopic(ctx, config, topic)
	if err != nil {
		return err
	}
	return read(ctx, config, topic, windows, kgo.ReadUncommitted(), func(record *kgo.Record) error {
		if record.Attrs.IsControl() {
			each(Mark{record.Partition, record.ProducerID, record.ProducerEpoch, commits(record)})
		}
		return nil
	})
}
