package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// followedAge is how old a follower's knowledge of the topic may be: a partition that is added is read so soon.
const followedAge = time.Second

// Follow calls each for every committed record from the given offsets on, and goes on with those that come, until each
// or the context ends it. Without offsets it reads all partitions from their beginning, also those that are added, and
// waits for a topic that is not made yet. Where a transaction is open, whoever's it is, nothing that lies behind is
// given until it ends.
//
// What fails at the brokers is tried again by the client itself, because a follower outlives them. Only records that
// are gone end it, with ErrUnavailable: they are a failure, not a reason to skip. After a broker came back the client
// may go on from an offset before: markers of transactions count as lost where the broker's epochs part, and what does
// come again, or is missing, shows by the positions of the facts.
func Follow(
	ctx context.Context, config Config, topic string, from map[int32]int64, each func(*kgo.Record) error,
) error {
	options := []kgo.Opt{
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NoResetOffset().AtStart()),
		kgo.UnknownTopicRetries(-1), kgo.MetadataMaxAge(followedAge),
	}
	if len(from) == 0 {
		options = append(options, kgo.ConsumeTopics(topic))
	} else {
		starts := map[int32]kgo.Offset{}
		for partition, offset := range from {
			starts[partition] = kgo.NewOffset().At(offset)
		}
		options = append(options, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: starts}))
	}
	client, err := config.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	for {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for records := fetches.RecordIter(); !records.Done(); {
			if err := each(records.Next()); err != nil {
				return err
			}
		}
		for _, failed := range fetches.Errors() {
			if errors.Is(failed.Err, kerr.OffsetOutOfRange) {
				return ErrUnavailable.With("records of %s/%d are gone", topic, failed.Partition).From(failed.Err)
			}
		}
	}
}
