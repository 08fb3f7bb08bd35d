package embedded

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// mendWindow is how far before a partition's end an unfinished transaction is looked for: more than one ever holds.
const mendWindow = 1 << 16

// mend finishes the transactions that a killed broker left without their mark. The broker itself takes their records
// for aborted when it starts, but writes no mark: a reader of committed records would wait for the end for ever, and
// would take what the same producer commits later for aborted as well.
func mend(ctx context.Context, brokers []string) (int, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		return 0, err
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for the ends of the log: %w", err)
	}
	mended := 0
	var failure error
	ends.Each(func(end kadm.ListedOffset) {
		if failure != nil || end.Err != nil || end.Offset == 0 {
			return
		}
		open, err := unfinished(ctx, brokers, end)
		if err != nil {
			failure = err
			return
		}
		for producer, epoch := range open {
			if err := abort(ctx, client, end, producer, epoch); err != nil {
				failure = err
				return
			}
			mended++
		}
	})
	return mended, failure
}

// unfinished reads the end of a partition and gives the producers whose last transaction there has no mark, with their
// epoch.
func unfinished(ctx context.Context, brokers []string, end kadm.ListedOffset) (map[int64]int16, error) {
	from := kgo.NewOffset().At(max(0, end.Offset-mendWindow))
	client, err := kgo.NewClient(
		kgo.SeedBrokers(brokers...), kgo.KeepControlRecords(), kgo.FetchIsolationLevel(kgo.ReadUncommitted()),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{end.Topic: {end.Partition: from}}),
	)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	open := map[int64]int16{}
	for done := false; !done; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return nil, fmt.Errorf("read the end of %s/%d: %w", end.Topic, end.Partition, err)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			switch {
			case record.Attrs.IsControl():
				delete(open, record.ProducerID)
			case record.Attrs.IsTransactional():
				open[record.ProducerID] = record.ProducerEpoch
			}
			done = done || record.Offset >= end.Offset-1
		})
	}
	return open, nil
}

// abort writes the mark of an aborted transaction.
func abort(ctx context.Context, client *kgo.Client, end kadm.ListedOffset, producer int64, epoch int16) error {
	topic := kmsg.NewWriteTxnMarkersRequestMarkerTopic()
	topic.Topic, topic.Partitions = end.Topic, []int32{end.Partition}
	marker := kmsg.NewWriteTxnMarkersRequestMarker()
	marker.ProducerID, marker.ProducerEpoch, marker.Committed = producer, epoch, false
	marker.Topics = []kmsg.WriteTxnMarkersRequestMarkerTopic{topic}
	request := kmsg.NewPtrWriteTxnMarkersRequest()
	request.Markers = []kmsg.WriteTxnMarkersRequestMarker{marker}
	answer, err := client.SeedBrokers()[0].Request(ctx, request)
	if err != nil {
		return fmt.Errorf("finish a transaction of %s/%d: %w", end.Topic, end.Partition, err)
	}
	written, is := answer.(*kmsg.WriteTxnMarkersResponse)
	if !is {
		return fmt.Errorf("finish a transaction of %s/%d: a strange answer", end.Topic, end.Partition)
	}
	for _, m := range written.Markers {
		for _, t := range m.Topics {
			for _, p := range t.Partitions {
				if p.ErrorCode != 0 {
					return fmt.Errorf("finish a transaction of %s/%d: error %d", t.Topic, p.Partition, p.ErrorCode)
				}
			}
		}
	}
	return nil
}
