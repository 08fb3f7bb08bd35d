package kafka

import (
	"encoding/binary"

	"github.com/twmb/franz-go/pkg/kgo"
)

// heldMax bounds what is kept of one transaction until it ends. The relay's are far smaller: what is larger is somebody
// else's, and none of its records is given.
const heldMax = 256 << 20

// commitMark is the type of the mark that ends a committed transaction; the other is 0, of one that was rolled back.
const commitMark = 1

// undecided are the records of transactions of which no mark has come yet.
type undecided map[transaction]*held

// transaction names the open one of a producer in a partition: it has one at a time. Its epoch does not count, because
// the mark may carry a later one than the records.
type transaction struct {
	partition int32
	producer  int64
}

type held struct {
	records []*kgo.Record
	bytes   int
}

// take gives a record to each when it is known to be committed: at once when it belongs to no transaction, else when
// the transaction's mark comes.
func (u undecided) take(record *kgo.Record, each func(*kgo.Record) error) error {
	its := transaction{record.Partition, record.ProducerID}
	switch {
	case record.Attrs.IsControl():
		ended := u[its]
		delete(u, its)
		if ended == nil || !commits(record) {
			return nil
		}
		for _, one := range ended.records {
			if err := each(one); err != nil {
				return err
			}
		}
		return nil
	case !record.Attrs.IsTransactional():
		return each(record)
	}
	if u[its] == nil {
		u[its] = &held{}
	}
	kept := u[its]
	if kept.bytes += len(record.Key) + len(record.Value); kept.bytes > heldMax {
		kept.records = nil
		return nil
	}
	kept.records = append(kept.records, record)
	return nil
}

// commits says that a control record is the mark of a committed transaction: its key is a version and a type.
func commits(mark *kgo.Record) bool {
	return len(mark.Key) >= 4 && binary.BigEndian.Uint16(mark.Key[2:]) == commitMark
}
