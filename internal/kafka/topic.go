package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// replicasMax is how many copies a topic has when nothing else is said and the cluster is large enough.
const replicasMax = 3

// How often, and after which pauses, a broker is asked for a topic that another one has just made.
const (
	awaitTries = 100
	awaitPause = 50 * time.Millisecond
)

// Topic is a topic as it must be: kept for ever, nothing compacted away, and acknowledged by all copies but one.
type Topic struct {
	Name       string
	Partitions int // at least so many; a topic that has fewer grows, one that has more stays
	Replicas   int // of a new topic; 0 is 3, or the number of brokers when there are fewer
}

// EnsureTopic makes the topic, or gives it the partitions it lacks. Kafka must never make it by itself: it would have
// the wrong retention, and the embedded broker would lose it in a crash.
func EnsureTopic(ctx context.Context, client *kgo.Client, topic Topic) error {
	have, err := countPartitions(ctx, client, topic.Name)
	if err != nil {
		return err
	}
	admin := kadm.NewClient(client)
	if have == 0 {
		if have, err = create(ctx, admin, client, topic); err != nil {
			return err
		}
	}
	if have >= topic.Partitions {
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

// Exists says whether there is a topic of this name.
func Exists(ctx context.Context, config Config, name string) (bool, error) {
	client, err := config.NewClient()
	if err != nil {
		return false, err
	}
	defer client.Close()
	count, err := countPartitions(ctx, client, name)
	return count > 0, err
}

// countPartitions asks the broker itself how many partitions the topic has, 0 for no such topic: the client's own
// memory may be older than the topic.
func countPartitions(ctx context.Context, client *kgo.Client, name string) (int, error) {
	request := kmsg.NewPtrMetadataRequest()
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &name
	request.Topics = append(request.Topics, asked)
	answer, err := request.RequestWith(ctx, client)
	if err != nil {
		return 0, ErrUnavailable.From(err)
	}
	if len(answer.Topics) != 1 {
		return 0, ErrUnavailable.With("the broker says nothing of %s", name)
	}
	known := answer.Topics[0]
	err = kerr.ErrorForCode(known.ErrorCode)
	if errors.Is(err, kerr.UnknownTopicOrPartition) {
		return 0, nil
	}
	if err != nil {
		return 0, ErrUnavailable.With("look up %s", name).From(err)
	}
	return len(known.Partitions), nil
}

// awaitPartitions counts those of a topic that is there, although the broker asked may not have heard of it yet.
func awaitPartitions(ctx context.Context, client *kgo.Client, name string) (int, error) {
	for range awaitTries {
		count, err := countPartitions(ctx, client, name)
		if err != nil || count > 0 {
			return count, err
		}
		select {
		case <-ctx.Done():
			return 0, ErrUnavailable.From(ctx.Err())
		case <-time.After(awaitPause):
		}
	}
	return 0, ErrUnavailable.With("%s is there, and the brokers have not heard of it", name)
}

// create makes the topic and says how many partitions it has: somebody else may have been quicker, with fewer.
func create(ctx context.Context, admin *kadm.Client, client *kgo.Client, topic Topic) (int, error) {
	replicas := topic.Replicas
	if replicas == 0 {
		cluster, err := admin.BrokerMetadata(ctx)
		if err != nil {
			return 0, ErrUnavailable.From(err)
		}
		replicas = max(1, min(replicasMax, len(cluster.Brokers)))
	}
	forever, remove := "-1", "delete"
	insync := strconv.Itoa(max(1, replicas-1)) // so that one broker may be away, and one more may be lost
	settings := map[string]*string{
		"retention.ms": &forever, "retention.bytes": &forever, "cleanup.policy": &remove, "min.insync.replicas": &insync,
	}
	partitions, copies := int32(topic.Partitions), int16(replicas) //nolint:gosec // both are small
	_, err := admin.CreateTopic(ctx, partitions, copies, settings, topic.Name)
	if errors.Is(err, kerr.TopicAlreadyExists) {
		return awaitPartitions(ctx, client, topic.Name)
	}
	if err != nil {
		return 0, ErrUnavailable.With("create %s", topic.Name).From(err)
	}
	return topic.Partitions, nil
}

// Bounds are where a partition begins and ends. When Stable lies before End, a transaction is open there, whoever's it
// is, and readers of committed records wait for it.
type Bounds struct{ First, Stable, End int64 }

// back is the window of so many offsets before the end.
func (b Bounds) back(offsets int64) Window {
	return Window{From: max(b.First, b.End-offsets), To: b.End}
}

// Offsets gives the bounds of every partition; nil when there is no such topic and none is asked for. While a topic is
// made or grows, brokers hear of it one after the other: one that does not know every partition asked for is not
// believed, and gives ErrUnavailable.
func Offsets(ctx context.Context, client *kgo.Client, topic Topic) (map[int32]Bounds, error) {
	admin := kadm.NewClient(client)
	starts, err := admin.ListStartOffsets(ctx, topic.Name)
	if err != nil {
		return nil, ErrUnavailable.From(err)
	}
	stables, err := admin.ListCommittedOffsets(ctx, topic.Name)
	if err != nil {
		return nil, ErrUnavailable.From(err)
	}
	ends, err := admin.ListEndOffsets(ctx, topic.Name) // last, so that it never lies before the others
	if err != nil {
		return nil, ErrUnavailable.From(err)
	}
	found := map[int32]Bounds{}
	for partition, end := range ends[topic.Name] {
		whole := partition < 0 // the answer is for the topic, of which no partition is known
		if whole && topic.Partitions == 0 && errors.Is(end.Err, kerr.UnknownTopicOrPartition) {
			return nil, nil
		}
		start, _ := starts.Lookup(topic.Name, partition)
		stable, known := stables.Lookup(topic.Name, partition)
		if err := cmp.Or(end.Err, start.Err, stable.Err); err != nil {
			return nil, ErrUnavailable.From(fmt.Errorf("offsets of %s/%d: %w", topic.Name, partition, err))
		}
		if !known {
			return nil, ErrUnavailable.With("a broker has not heard of partition %d of %s", partition, topic.Name)
		}
		found[partition] = Bounds{First: start.Offset, Stable: stable.Offset, End: end.Offset}
	}
	if len(found) < topic.Partitions {
		return nil, ErrUnavailable.With("a broker knows %d of %d partitions of %s", len(found), topic.Partitions, topic.Name)
	}
	return found, nil
}

// Window is a range of a partition's offsets, without To.
type Window struct{ From, To int64 }
