package crash

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/kafka"
)

// faultsMax bounds how many faults are written down; all are counted.
const faultsMax = 20

// sequence follows the records of a topic, pool by pool.
type sequence struct {
	last     map[string]int64               // position by pool
	versions map[[2]string]int64            // by pool and subject
	leaves   map[string][]fact.HexDigest    // of position 1, 2, …
	values   map[string][][sha256.Size]byte // of the same
	records  int64
	repeats  int64 // of a position with the same bytes
	wrong    int64 // gaps, disorder, and repeats with other bytes
	foreign  int64 // records of strangers
	faults   []string

	strangers *strangers
}

func newSequence(strangers *strangers) *sequence {
	return &sequence{
		strangers: strangers,
		last:      map[string]int64{}, versions: map[[2]string]int64{},
		leaves: map[string][]fact.HexDigest{}, values: map[string][][sha256.Size]byte{},
	}
}

// follow takes the next record of a partition; it is a feed.Each. Who knows nothing of producers must tell strangers'
// records as well: they carry no fact, or one that was there before.
func (s *sequence) follow(raw *kgo.Record, record fact.Record, err error) error {
	if s.strangers.are(raw.ProducerID) {
		s.foreign++
		if err == nil && record.Position > s.last[record.Pool] {
			s.fault("position %d of %s is a stranger's", record.Position, record.Pool)
		}
		return nil
	}
	s.records++
	if err != nil {
		s.fault("position %d of %s: %v", record.Position, record.Pool, err)
		return nil
	}
	s.strangers.saw(raw)
	last, value := s.last[record.Pool], sha256.Sum256(record.Value)
	switch {
	case record.Position == last+1:
		s.last[record.Pool] = record.Position
		s.leaves[record.Pool] = append(s.leaves[record.Pool], record.LeafHash)
		s.values[record.Pool] = append(s.values[record.Pool], value)
		s.step(&record)
	case record.Position >= 1 && record.Position <= last && s.values[record.Pool][record.Position-1] == value:
		s.repeats++
	default:
		s.fault("%s has position %d after %d, at offset %d", record.Pool, record.Position, last, raw.Offset)
	}
	return nil
}

// step wants the facts of a subject to come in the order of its versions, each once.
func (s *sequence) step(record *fact.Record) {
	subject := [2]string{record.Pool, record.Subject}
	if record.SubjectVersion != s.versions[subject]+1 {
		s.fault("position %d of %s is version %d of %s after %d", record.Position, record.Pool, record.SubjectVersion,
			record.Subject, s.versions[subject])
	}
	s.versions[subject] = record.SubjectVersion
}

func (s *sequence) fault(format string, args ...any) {
	s.wrong++
	if len(s.faults) < faultsMax {
		s.faults = append(s.faults, fmt.Sprintf(format, args...))
	}
}

// published is how many positions there are.
func (s *sequence) published() (total int64) {
	for _, position := range s.last {
		total += position
	}
	return total
}

// reader reads the topic all the while as the regulator would, and outlives every kill.
type reader struct {
	cancel context.CancelFunc
	ended  chan struct{}
	mutex  sync.Mutex
	read   *sequence
}

func startReader(ctx context.Context, config kafka.Config, topic string, strangers *strangers) *reader {
	ctx, cancel := context.WithCancel(ctx)
	r := &reader{cancel: cancel, ended: make(chan struct{}), read: newSequence(strangers)}
	each := func(raw *kgo.Record, read fact.Record, failure error) error {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		return r.read.follow(raw, read, failure)
	}
	go func() {
		defer close(r.ended)
		if err := (feed.Reader{Kafka: config, Topic: topic}).Follow(ctx, each); ctx.Err() == nil {
			r.mutex.Lock()
			defer r.mutex.Unlock()
			r.read.fault("it ended by itself: %v", err)
		}
	}()
	return r
}

// await waits until the reader has so many records, or has had time enough.
func (r *reader) await(ctx context.Context, records int64) *sequence {
	late := time.After(startTime)
	for {
		r.mutex.Lock()
		enough := r.read.records >= records
		r.mutex.Unlock()
		if enough {
			break
		}
		select {
		case <-ctx.Done():
		case <-late:
		case <-time.After(50 * time.Millisecond):
			continue
		}
		break
	}
	r.stop()
	return r.read
}

func (r *reader) stop() {
	r.cancel()
	<-r.ended
}
