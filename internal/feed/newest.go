package feed

import (
	"context"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
)

// Newest reads the last facts of every partition of a topic, at most so many of each, in the order of partitions and
// positions, and checks every hash. Others' records are passed over.
func Newest(ctx context.Context, config kafka.Config, topic string, most int) ([]fact.Record, error) {
	client, err := config.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	bounds, err := kafka.Offsets(ctx, client, kafka.Topic{Name: topic})
	if err != nil {
		return nil, err
	}
	found := map[int32]map[int64]fact.Record{} // by partition and position
	search := kafka.Search{
		Topic: topic, Bounds: bounds,
		Each: func(raw *kgo.Record) error {
			record, err := fact.ParseFact(raw)
			if err != nil {
				return nil //nolint:nilerr // not the relay's
			}
			if found[raw.Partition] == nil {
				found[raw.Partition] = map[int64]fact.Record{}
			}
			found[raw.Partition][record.Position] = record
			return nil
		},
		Enough: func(_ context.Context, partition int32, _ kafka.Window) (bool, error) {
			return len(found[partition]) >= most, nil
		},
	}
	if err := search.Run(ctx, config); err != nil {
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
