package feed

import (
	"context"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
)

// Reader reads the facts of a topic as whoever is outside does: committed records only, and every hash is checked.
type Reader struct {
	Kafka kafka.Config
	Topic string
	// After is the last position of each partition that the reader has already: its facts are given from the next one on.
	// Of a partition that is not named here, Follow gives nothing and Read everything; without any, both give everything.
	After map[int32]int64
}

// Each takes the next record of a partition with the fact that it carries. A failure says why it carries none: then
// somebody else wrote it.
type Each func(raw *kgo.Record, read fact.Record, failure error) error

// Read gives every record up to the present end of the topic, and then returns. It does not wait for the transactions
// of others; see kafka.Read.
func (r Reader) Read(ctx context.Context, each Each) error {
	return kafka.Read(ctx, r.Kafka, r.Topic, r.After, r.parsed(each))
}

// Follow gives every record and goes on with those that come, until each or the context ends it. Where somebody else's
// transaction is open it waits, as every reader of committed records does; see kafka.Follow.
func (r Reader) Follow(ctx context.Context, each Each) error {
	return kafka.Follow(ctx, r.Kafka, r.Topic, r.After, r.parsed(each))
}

// parsed reads a record and passes over the facts that the reader has. A position is at most one more than its record's
// offset, so all others are found when the last position is taken for the first offset.
func (r Reader) parsed(each Each) func(*kgo.Record) error {
	return func(raw *kgo.Record) error {
		read, failure := fact.ParseFact(raw)
		if failure == nil && read.Position <= r.After[raw.Partition] {
			return nil
		}
		return each(raw, read, failure)
	}
}

// Newest gives the last facts of every partition, at most so many of each, in the order of partitions and positions.
// Others' records are passed over.
func (r Reader) Newest(ctx context.Context, most int) ([]fact.Record, error) {
	client, err := r.Kafka.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bounds, err := kafka.Offsets(ctx, client, kafka.Topic{Name: r.Topic})
	if err != nil {
		return nil, err
	}
	found := map[int32]map[int64]fact.Record{} // by partition and position
	search := kafka.Search{
		Topic: r.Topic, Bounds: bounds,
		Each: r.parsed(func(raw *kgo.Record, read fact.Record, failure error) error {
			if failure != nil {
				return nil
			}
			if found[raw.Partition] == nil {
				found[raw.Partition] = map[int64]fact.Record{}
			}
			found[raw.Partition][read.Position] = read
			return nil
		}),
		Enough: func(_ context.Context, partition int32, _ kafka.Window) (bool, error) {
			return len(found[partition]) >= most, nil
		},
	}
	if err := search.Run(ctx, r.Kafka); err != nil {
		return nil, err
	}
	var newest []fact.Record
	for _, partition := range slices.Sorted(maps.Keys(found)) {
		positions := slices.Sorted(maps.Keys(found[partition]))
		for _, position := range positions[max(0, len(positions)-most):] {
			newest = append(newest, found[partition][position])
		}
	}
	return newest, nil
}
