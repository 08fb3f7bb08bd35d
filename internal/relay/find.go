package relay

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
)

// surely is how many offsets of a partition are believed without its checkpoint, when another producer than ours wrote
// the last fact: so may we have been called once, and so may somebody who copied old facts there.
const surely = 4_096

// lookUpBatch is how many facts are looked up at once.
const lookUpBatch = 1_000

// place is where a pool's fact lies in its partition.
type place struct{ position, offset int64 }

// finding is what the end of a partition says of its pool. Whoever may write to the topic can put records into it, also
// copies of facts, so a fact counts where it continues those before it, and only when it is the database's.
type finding struct {
	pool  string // "" when none that is known here has this partition
	again bool   // the next record is the first of a larger window

	facts  []sighting
	others []int64 // offsets of committed records that carry no fact

	last     place
	writer   int64        // the producer that wrote it
	stranger *fact.Record // a fact behind the last that the database does not know
}

// sighting is a committed record that carries a fact.
type sighting struct {
	offset, producer int64

	fact fact.Record // without its value
	ours bool        // the database has this fact at this position
}

// find looks up how far the topic is. Behind the checkpoint everything is looked at; without one as much of the end as
// shows it. It is ErrFeedForked when the topic goes on with facts that the database does not know.
func (s *session) find(ctx, short context.Context, topic kafka.Topic, elsewhere map[string]int32) error {
	bounds, err := kafka.Offsets(short, s.producer, topic)
	if err != nil {
		return err
	}
	for _, partition := range elsewhere {
		delete(bounds, partition) // the relay there looks at it
	}
	checkpoints, err := s.checkpoints(short)
	if err != nil {
		return err
	}
	findings, from := map[int32]*finding{}, map[int32]int64{}
	for partition := range bounds {
		findings[partition] = &finding{}
	}
	for pool, partition := range s.partitions {
		if findings[partition] == nil {
			return kafka.ErrUnavailable.With("a broker has not heard of partition %d", partition)
		}
		findings[partition].pool = pool
		if at, known := checkpoints[pool]; known {
			from[partition] = at.offset
		}
	}
	search := kafka.Search{
		Topic: topic.Name, Bounds: bounds, From: from,
		Each: func(record *kgo.Record) error {
			findings[record.Partition].see(record)
			return nil
		},
		Enough: func(ctx context.Context, partition int32, read kafka.Window) (bool, error) {
			found := findings[partition]
			if err := s.lookUp(ctx, found.pool, found.facts); err != nil {
				return false, err
			}
			checkpoint, known := checkpoints[found.pool]
			delete(checkpoints, found.pool) // a larger window does without
			certain := found.weigh(checkpoint, known)
			believed := known || found.writer == s.seen.producer || read.To-read.From >= surely || found.stranger != nil
			found.again = !certain || !believed
			return !found.again, nil
		},
	}
	if err := search.Run(ctx, s.relay.options.Kafka); err != nil {
		return err
	}
	return s.adopt(findings, bounds)
}

// see takes the next committed record.
func (f *finding) see(record *kgo.Record) {
	if f.again {
		*f = finding{pool: f.pool}
	}
	fact, err := fact.ParseFact(record)
	if err != nil {
		f.others = append(f.others, record.Offset)
		return
	}
	fact.Value = nil
	f.facts = append(f.facts, sighting{offset: record.Offset, producer: record.ProducerID, fact: fact})
}

// weigh finds the pool's last fact, and says whether that is certain or more of the partition must be read.
//
// From the checkpoint on it is certain, if the fact there is still the same. Without it the facts of the window are
// followed from the first; when one lies ahead of where that leads, somebody has put copies of facts into the topic,
// and only a larger window can say which are which. From position 1 on it is certain in any case.
func (f *finding) weigh(checkpoint place, known bool) (certain bool) {
	var first, highest place
	for _, one := range f.facts {
		if !one.ours {
			continue
		}
		here := place{one.fact.Position, one.offset}
		if first.position == 0 {
			first, f.last, f.writer = here, here, one.producer
		}
		if here.position == f.last.position+1 {
			f.last, f.writer = here, one.producer
		}
		if here.position > highest.position {
			highest = here
		}
	}
	certain = first.position > 0 && f.last == highest
	if known {
		certain = first == checkpoint
	}
	if !certain && first.position > 1 {
		f.last = highest // and so it stays when this was all
	}
	for i, one := range f.facts {
		named := one.fact.Pool == f.pool
		if !one.ours && (named && one.fact.Position > f.last.position || !named && f.last.position == 0) {
			f.stranger = &f.facts[i].fact
		}
	}
	return certain || !known && f.stranger != nil
}

// foreign counts the committed records in a range of offsets that are not where a fact belongs: such that carry none,
// or one that is not the database's, and copies.
func (f *finding) foreign(from, to int64) Foreign {
	var seen Foreign
	within := func(offset int64) bool { return offset >= from && offset < to }
	for _, offset := range f.others {
		if within(offset) {
			seen.Records++
		}
	}
	var last int64
	for _, one := range f.facts {
		switch {
		case one.ours && (last == 0 || one.fact.Position == last+1):
			last = one.fact.Position
		case one.ours && within(one.offset):
			seen.Copies++
		case within(one.offset):
			seen.Records++
		}
	}
	return seen
}

// adopt takes over what was found, or says where topic and database part.
func (s *session) adopt(findings map[int32]*finding, bounds map[int32]kafka.Bounds) error {
	for _, partition := range slices.Sorted(maps.Keys(findings)) {
		found := findings[partition]
		if found.stranger == nil {
			continue
		}
		at := found.stranger
		switch {
		case found.pool == "":
			return ErrFeedForked.With("partition %d holds facts of a pool that is not known here, %s", partition, at.Pool)
		case found.pool != at.Pool:
			return ErrFeedForked.With("partition %d holds facts of %s, not of %s", partition, at.Pool, found.pool)
		default:
			return ErrFeedForked.With("the topic has position %d of %s as %s, the database has not", at.Position, at.Pool, at.ID)
		}
	}
	for partition, found := range findings {
		end := bounds[partition]
		judged := s.relay.judged[partOf{s.topic, partition}]
		s.relay.noteForeign(cmp.Or(found.pool, fact.UnknownPool(partition)), found.foreign(judged, end.Stable))
		s.relay.judge(s.topic, partition, end.Stable)
		if found.pool != "" {
			s.published[found.pool], s.ends[partition] = found.last.position, end.End
			s.seen.found(partition, found.last, end)
		}
	}
	return nil
}

// lookUp notes which of the facts are the database's at their positions.
func (s *session) lookUp(ctx context.Context, pool string, facts []sighting) error {
	for batch := range slices.Chunk(facts, lookUpBatch) {
		positions := make([]int64, len(batch))
		for i, one := range batch {
			positions[i] = one.fact.Position
		}
		rows, err := s.relay.options.DB.Pool.Query(ctx, `SELECT r.n, f.event, f.hash
			FROM unnest($2::bigint[]) WITH ORDINALITY AS r(position, n)
			JOIN feed_position AS f ON f.pool = $1 AND f.position = r.position`, pool, positions)
		if err != nil {
			return fmt.Errorf("look up positions of %s: %w", pool, err)
		}
		for rows.Next() {
			var n int
			var event uuid.UUID
			var hash []byte
			if err := rows.Scan(&n, &event, &hash); err != nil {
				rows.Close()
				return fmt.Errorf("look up positions of %s: %w", pool, err)
			}
			one := &batch[n-1]
			one.ours = one.fact.Pool == pool && one.fact.ID == event && bytes.Equal(one.fact.LeafHash, hash)
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("look up positions of %s: %w", pool, err)
		}
	}
	return nil
}
