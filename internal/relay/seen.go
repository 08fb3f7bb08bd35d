package relay

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
)

// gapsMax is how many gaps are remembered. Others' records in further ones are not counted.
const gapsMax = 10_000

// place is where a pool's fact lies in its partition.
type place struct{ position, offset int64 }

// stamped is an event with its position, as the topic will carry it.
type stamped struct {
	position int64
	record   *kgo.Record
}

// seen is what a session knows of its partitions while it publishes, for the one that watches.
type seen struct {
	mutex    sync.Mutex
	last     map[int32]place // the last fact
	looked   map[int32]int64 // up to this offset all is known: ours, or in a gap
	marked   map[int32]bool  // the mark of our last transaction comes there, or behind others'
	gaps     []gap           // in the order of time
	busy     bool            // a transaction of ours is under way
	producer int64           // we, to Kafka
}

// gap is a range of offsets in which others have been: more lies there than the mark of a transaction of ours.
type gap struct {
	partition int32
	from, to  int64
	kind      gapKind
}

// gapKind says what of ours lies in a gap and behind it.
type gapKind int

const (
	gapBetween gapKind = iota // a fact of ours follows, and none is in it
	gapAtEnd                  // the end of the partition, where none is
	gapFound                  // what was open when the session began: facts of ours may be in it
)

var gapKinds = []gapKind{gapBetween, gapAtEnd, gapFound}

// place is where the last fact lies.
func (s *seen) place(partition int32) place {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.last[partition]
}

// found notes what a session begins with.
func (s *seen) found(partition int32, last place, bounds kafka.Bounds) {
	s.last[partition], s.looked[partition] = last, bounds.End
	if bounds.Stable < bounds.End {
		s.gaps = append(s.gaps, gap{partition: partition, from: bounds.Stable, to: bounds.End, kind: gapFound})
	}
}

// begin notes that a transaction of ours is under way.
func (s *seen) begin() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.busy = true
}

// commit notes where a batch lies, now that it is committed.
func (s *seen) commit(events []stamped) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.busy = false
	for i := range events {
		record := events[i].record
		s.producer = record.ProducerID
		from := s.looked[record.Partition]
		marks := int64(0)
		if s.marked[record.Partition] {
			marks = 1
		}
		if record.Offset > from+marks && len(s.gaps) < gapsMax {
			s.gaps = append(s.gaps, gap{partition: record.Partition, from: from, to: record.Offset})
		}
		s.last[record.Partition] = place{events[i].position, record.Offset}
		s.looked[record.Partition], s.marked[record.Partition] = record.Offset+1, false
	}
	for i := range events {
		s.marked[events[i].record.Partition] = true
	}
}

// ripe takes the gaps out in which every transaction has ended, also that at the end of a partition, where nothing of
// ours is under way.
func (s *seen) ripe(bounds map[int32]kafka.Bounds) (ripe []gap) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for partition, from := range s.looked {
		now := bounds[partition]
		marks := int64(0)
		if s.marked[partition] {
			marks = 1
		}
		if s.busy || now.Stable < now.End || now.End <= from+marks {
			continue
		}
		s.gaps = append(s.gaps, gap{partition: partition, from: from, to: now.End, kind: gapAtEnd})
		s.looked[partition], s.marked[partition] = now.End, false
	}
	var rest []gap
	for _, one := range s.gaps {
		if stable := bounds[one.partition].Stable; one.to < stable || one.kind != gapBetween && one.to == stable {
			ripe = append(ripe, one)
		} else {
			rest = append(rest, one)
		}
	}
	s.gaps = rest
	return ripe
}

// isOurs says that a producer is the relay's own.
func (s *seen) isOurs(producer int64) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.producer == producer
}
