package kafka

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kgo"
)

// lookBack is how far before a partition's end the search for its last record begins; each further step is eightfold.
const lookBack = 64

// Last gives the last committed record of every partition that has one. The topic has the given number of partitions at
// least, and a broker that does not know all of them gives ErrUnavailable: whoever asks goes on from the answer, and
// must not take "not heard of yet" for "empty". With 0 partitions a topic that does not exist has no records.
//
// A partition ends with the marks of transactions and with what was rolled back, so the search walks backwards in
// growing steps until it meets a record.
func Last(ctx context.Context, config Config, topic Topic) (map[int32]*kgo.Record, error) {
	client, err := config.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ranges, err := offsets(ctx, client, topic)
	if err != nil {
		return nil, err
	}
	found := map[int32]*kgo.Record{}
	for step := int64(lookBack); len(ranges) > 0; step *= 8 {
		windows := map[int32][2]int64{}
		for partition, bounds := range ranges {
			windows[partition] = [2]int64{max(bounds[0], bounds[1]-step), bounds[1]}
		}
		if err := read(ctx, config, topic.Name, windows, func(record *kgo.Record) error {
			found[record.Partition] = record
			return nil
		}); err != nil {
			return nil, err
		}
		for partition, window := range windows {
			if found[partition] != nil || window[0] == ranges[partition][0] {
				delete(ranges, partition)
			}
		}
	}
	return found, nil
}

// Read calls each for every committed record between the given first offsets (0 where none is given) and the present
// end, in the order of each partition, and returns when all were read. A topic that does not exist has no records.
func Read(
	ctx context.Context, config Config, topic string, from map[int32]int64, each func(*kgo.Record) error,
) error {
	client, err := config.NewClient()
	if err != nil {
		return err
	}
	defer client.Close()
	ranges, err := offsets(ctx, client, Topic{Name: topic})
	if err != nil {
		return err
	}
	for partition, bounds := range ranges {
		ranges[partition] = [2]int64{min(max(bounds[0], from[partition]), bounds[1]), bounds[1]}
	}
	return read(ctx, config, topic, ranges, each)
}

// read reads the windows of offsets. Marks of transactions are asked for, because a window may end with one.
func read(
	ctx context.Context, config Config, topic string, windows map[int32][2]int64, each func(*kgo.Record) error,
) error {
	starts, open := map[int32]kgo.Offset{}, map[int32]int64{}
	for partition, window := range windows {
		if window[0] < window[1] {
			starts[partition], open[partition] = kgo.NewOffset().At(window[0]), window[1]
		}
	}
	if len(open) == 0 {
		return nil
	}
	client, err := config.NewClient(
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: starts}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(),
	)
	if err != nil {
		return err
	}
	defer client.Close()
	for len(open) > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
				return err
			}
			return ErrUnavailable.From(err)
		}
		for records := fetches.RecordIter(); !records.Done(); {
			record := records.Next()
			end, wanted := open[record.Partition]
			if !wanted || record.Offset >= end {
				delete(open, record.Partition)
				continue
			}
			if !record.Attrs.IsControl() {
				if err := each(record); err != nil {
					return err
				}
			}
			if record.Offset == end-1 {
				delete(open, record.Partition)
			}
		}
	}
	return nil
}
