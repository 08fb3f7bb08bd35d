package kafka

import (
	"cmp"
	"context"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Transaction is one that is open in a partition. Who reads committed records sees nothing from its first offset on
// until it ends.
type Transaction struct {
	Partition       int32  `json:"partition"`
	ProducerID      int64  `json:"producer_id"`
	Epoch           int16  `json:"epoch"`
	From            int64  `json:"from_offset"`
	TransactionalID string `json:"transactional_id,omitempty"` // empty when we may not see it, or it is gone
}

// Transactions lists those that are open in the topic, by partition and offset. It takes the right to read the topic;
// their names take the right to describe the transactional id. A topic that does not exist has none.
func Transactions(ctx context.Context, client *kgo.Client, topic string) ([]Transaction, error) {
	admin := kadm.NewClient(client)
	count, err := countPartitions(ctx, client, topic)
	if err != nil || count == 0 {
		return nil, err
	}
	asked := kadm.TopicsSet{}
	for partition := range count {
		asked.Add(topic, int32(partition))
	}
	described, err := admin.DescribeProducers(ctx, asked)
	if err != nil {
		return nil, ErrUnavailable.With("ask for open transactions of %s", topic).From(err)
	}
	var open []Transaction
	var producers []int64
	for _, partition := range described.SortedPartitions() {
		if partition.Err != nil {
			return nil, ErrUnavailable.With("ask for open transactions of %s", topic).From(partition.Err)
		}
		for _, producer := range partition.ActiveProducers.Sorted() {
			if producer.CurrentTxnStartOffset >= 0 {
				open = append(open, Transaction{
					Partition: partition.Partition, ProducerID: producer.ProducerID, Epoch: producer.ProducerEpoch,
					From: producer.CurrentTxnStartOffset,
				})
				producers = append(producers, producer.ProducerID)
			}
		}
	}
	slices.SortFunc(open, func(a, b Transaction) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.From, b.From))
	})
	if len(open) == 0 {
		return nil, nil
	}
	listed, err := admin.ListTransactions(ctx, producers, nil)
	if err != nil {
		return open, nil //nolint:nilerr // without their names, which take a right of their own
	}
	for _, one := range listed {
		for i := range open {
			if open[i].ProducerID == one.ProducerID {
				open[i].TransactionalID = one.TxnID
			}
		}
	}
	return open, nil
}
