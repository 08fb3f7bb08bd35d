package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// replicasMax is how many copies a topic has when nothing else is said and the cluster is large enough.
const replicasMax = 3

// Topic is a topic as it must be: kept for ever, nothing compacted away.
type Topic struct {
	Name       string
	Partitions int // at least so many; a topic that has fewer grows, one that has more stays
	Replicas   int // of a new topic; 0 is 3, or the number of brokers when there are fewer
}

// EnsureTopic makes the topic, or gives it the partitions it lacks. Kafka must never make it by itself: it would have the
// wrong retention, and the embedded broker would lose it in a crash.
func EnsureTopic(ctx context.Context, client *kgo.Client, topic Topic) error {
	admin := kadm.NewClient(client)
	known, err := admin.ListTopics(ctx, topic.Name)
	if err != nil {
		return ErrUnavailable.From(err)
	}
	if !known.Has(topic.Name) {
		return create(ctx, admin, topic)
	}
	if have := len(known[topic.Name].Partitions); have >= topic.Partitions {
		return nil
	}
	grown, err := admin.UpdatePartitions(ctx, topic.Partitions, topic.Name)
	if err == nil {
		err = grown.Error()
	}
	if err != nil {
		return ErrUnavailable.With("grow %s to %d partitions", topic.Name, topic.Partitions).From(err)
	}
	return nil
}

func create(ctx context.Context, admin *kadm.Client, topic Topic) error {
	replicas := topic.Replicas
	if replicas == 0 {
		cluster, err := admin.BrokerMetadata(ctx)
		if err != nil {
			return ErrUnavailable.From(err)
		}
		replicas = max(1, min(replicasMax, len(cluster.Brokers)))
	}
	forever, remove := "-1", "delete"
	settings := map[string]*string{"retention.ms": &forever, "retention.bytes": &forever, "cleanup.policy": &remove}
	_, err := admin.CreateTopic(ctx, int32(topic.Partitions), int16(replicas), settings, topic.Name) //nolint:gosec // small
	if errors.Is(err, kerr.TopicAlreadyExists) {
		return nil // somebody else made it in between
	}
	if err != nil {
		return ErrUnavailable.With("create %s", topic.Name).From(err)
	}
	return nil
}

// offsets gives the first and the end offset of every partition, as a reader of committed records sees them; nil when there
// is no such topic.
func offsets(ctx context.Context, client *kgo.Client, topic string) (map[int32][2]int64, error) {
	admin := kadm.NewClient(client)
	starts, err := admin.ListStartOffsets(ctx, topic)
	if err != nil {
		return nil, ErrUnavailable.From(err)
	}
	ends, err := admin.ListCommittedOffsets(ctx, topic)
	if err != nil {
		return nil, ErrUnavailable.From(err)
	}
	ranges := map[int32][2]int64{}
	for partition, end := range ends[topic] {
		start, _ := starts.Lookup(topic, partition)
		for _, err := range []error{start.Err, end.Err} {
			if errors.Is(err, kerr.UnknownTopicOrPartition) {
				return nil, nil
			}
			if err != nil {
				return nil, ErrUnavailable.From(fmt.Errorf("offsets of %s/%d: %w", topic, partition, err))
			}
		}
		ranges[partition] = [2]int64{start.Offset, end.Offset}
	}
	return ranges, nil
}
