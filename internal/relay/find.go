package relay

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/pg"
)

// surely is how many offsets of a partition are believed without its checkpoint, when another producer than ours wrote
// the last fact: so may we have been called once, and so may somebody who copied old facts there.
const surely = 4_096

// lookUpBatch is how many facts are looked up at once.
const lookUpBatch = 1_000

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
func (s *session) find(ctx, short context.Context, topic kafka.Topic, pools map[string]int32) error {
	bounds, err := kafka.Offsets(short, s.producer, topic)
	if err != nil {
		return err
	}
	for pool, partition := range pools {
		if pool != s.pool {
			delete(bounds, partition) // the worker of that pool looks at it
		}
	}
	at, known, err := s.checkpoint(short)
	if err != nil {
		return err
	}
	if _, there := bounds[s.partition]; !there {
		return kafka.ErrUnavailable.With("a broker has not heard of partition %d", s.partition)
	}
	findings, from := map[int32]*finding{}, map[int32]int64{}
	for partition := range bounds {
		if partition != s.partition && !s.first() {
			delete(bounds, partition) // the worker of the first pool looks at those of no pool
			continue
		}
		findings[partition] = &finding{}
	}
	findings[s.partition].pool = s.pool
	if known {
		from[s.partition] = at.offset
	}
	search := kafka.Search{
		Topic: topic.Name, Bounds: bounds, From: from,
		Each: func(record *kgo.Record) error {
			findings[record.Partition].see(record)
			return nil
		},
		Enough: func(ctx context.Context, partition int32, read kafka.Window) (bool, error) {
			found := findings[partition]
			if err := s.lookUp(ctx, found); err != nil {
				return false, err
			}
			checked := known && partition == s.partition
			if checked {
				known = false // a larger window does without
			}
			certain := found.weigh(at, checked)
			believed := checked || found.writer == s.seen.producer || read.To-read.From >= surely || found.stranger != nil
			found.again = !certain || !believed
			return !found.again, nil
		},
	}
	if err := search.Run(ctx, s.options.Kafka); err != nil {
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
		s.noteForeign(cmp.Or(found.pool, fact.UnknownPool(partition)), found.foreign(s.judged[partition], end.Stable))
		s.judge(partition, end.Stable)
		if found.pool != "" {
			s.published, s.end = found.last.position, end.End
			s.seen.found(partition, found.last, end)
		}
	}
	return nil
}

// lookUp notes which of the facts that were found are the database's at their positions. Those of a pool that is not
// known here are nobody's.
func (s *session) lookUp(ctx context.Context, found *finding) error {
	if found.pool == "" {
		return nil
	}
	for batch := range slices.Chunk(found.facts, lookUpBatch) {
		positions := make([]int64, len(batch))
		for i, one := range batch {
			positions[i] = one.fact.Position
		}
		there, err := pg.Listed[known](ctx, s.options.DB, lookUp.With(lookUpArgs{found.pool, positions}))
		if err != nil {
			return fmt.Errorf("look up positions of %s: %w", found.pool, err)
		}
		ours := map[int64]known{}
		for _, row := range there {
			ours[row.Position] = row
		}
		for i := range batch {
			one := &batch[i]
			its, has := ours[one.fact.Position]
			one.ours = has && one.fact.Pool == found.pool && one.fact.ID == its.Event &&
				bytes.Equal(one.fact.LeafHash, its.Hash)
		}
	}
	return nil
}
