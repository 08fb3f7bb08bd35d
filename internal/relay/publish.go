package relay

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
)

const (
	batchMin      = 100
	batchMax      = 2_000
	batchBytesMax = 16 << 20 // a batch larger than this makes the next one smaller
	flushMax      = 10 * time.Second
	abortMax      = 2 * time.Second
	publishPause  = 200 * time.Millisecond // how long a lost signal delays what is stamped
)

// batchSQL reads the next events of every pool, each after the last published position of its pool, as far as positions
// are settled. Positions are dense, so a range of them needs no limit; who scans the rows puts them in order, which
// spares a sort of all their bytes. OFFSET 0 makes Postgres fetch each event by its key: it would rather read the whole
// table, not knowing that ids lie as they were made.
const batchSQL = `
SELECT f.pool, f.position, e.id, e.type, e.schema_version, e.subject, e.subject_version, e.recorded,
	e.common, e.members, e.salts, e.sections, e.manifest, f.hash
FROM unnest($1::text[], $2::bigint[], $4::bigint[]) AS done(pool, position, settled)
JOIN feed_position f ON f.pool = done.pool AND f.position > done.position
	AND f.position <= least(done.position + $3::bigint, done.settled)
CROSS JOIN LATERAL (
	SELECT id, type, schema_version, subject, subject_version, recorded, common, members, salts, sections, manifest
	FROM event WHERE event.pool = f.pool AND event.id = f.event OFFSET 0
) e`

// batch is what one Kafka transaction carries.
type batch struct {
	events []stamped
	upTo   map[string]int64 // what the topic has afterwards, by pool
}

// run publishes batch after batch; the next one is read while one is under way. It gives nil when pools were added.
func (s *session) run(ctx context.Context) error {
	next, err := s.read(ctx, s.published)
	for {
		if err != nil {
			return err
		}
		s.relay.options.Fault(StepPublishRead)
		if !maps.Equal(s.partitions, *s.relay.partitions.Load()) {
			return nil
		}
		if len(next.events) == 0 {
			if !restOr(ctx, publishPause, s.relay.stamped) {
				return ctx.Err()
			}
			next, err = s.read(ctx, s.published)
			continue
		}
		current := next
		var ahead sync.WaitGroup
		ahead.Go(func() { next, err = s.read(ctx, current.upTo) })
		failure := s.publish(ctx, current)
		ahead.Wait()
		if failure != nil {
			return failure
		}
		s.published = current.upTo
		s.relay.note(func(status *Status) { status.Published = maps.Clone(current.upTo) })
	}
}

// stamped is an event with its position, as the topic will carry it.
type stamped struct {
	pool     string
	position int64
	record   *kgo.Record
}

// read gives the events after the given positions. Batches grow while events are small.
func (s *session) read(ctx context.Context, after map[string]int64) (*batch, error) {
	found, err := s.readRows(ctx, after)
	if err != nil {
		return nil, fmt.Errorf("read stamped events: %w", err)
	}
	next, bytes := &batch{events: found, upTo: maps.Clone(after)}, 0
	for i := range found {
		event := &found[i]
		if event.position != next.upTo[event.pool]+1 {
			return nil, fmt.Errorf("position %d of %s follows %d", event.position, event.pool, next.upTo[event.pool])
		}
		next.upTo[event.pool] = event.position
		bytes += len(event.record.Value)
	}
	switch {
	case bytes > batchBytesMax:
		s.batchMax = max(s.batchMax/4, 1)
	case bytes < batchBytesMax/2:
		s.batchMax = min(s.batchMax*2, batchMax)
	}
	return next, nil
}

func (s *session) readRows(ctx context.Context, after map[string]int64) ([]stamped, error) {
	pools := slices.Sorted(maps.Keys(after))
	positions, settled := make([]int64, len(pools)), make([]int64, len(pools))
	upTo := *s.relay.settled.Load()
	for i, pool := range pools {
		positions[i], settled[i] = after[pool], upTo[pool]
	}
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	// Described once and planned each time: a plan made for a small table would be a bad one for a large table.
	rows, err := s.relay.options.DB.Pool.Query(ctx, batchSQL, pgx.QueryExecModeCacheDescribe, pools, positions, s.batchMax,
		settled)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []stamped
	var r waiting
	for rows.Next() {
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		found = append(found, stamped{r.Pool, r.position, r.Record(s.topic, s.partitions[r.Pool], r.position, r.leaf)})
	}
	slices.SortFunc(found, func(a, b stamped) int {
		return cmp.Or(cmp.Compare(a.pool, b.pool), cmp.Compare(a.position, b.position))
	})
	return found, rows.Err()
}

// waiting is an event as it is read to be published. Its bytes are the driver's until the next one is read, and copied
// only once, into the record.
type waiting struct {
	fact.Event
	position         int64
	common, manifest pgtype.DriverBytes
	leaf             pgtype.DriverBytes // its hash
	salts, sections  pgtype.FlatArray[pgtype.DriverBytes]
	members          pgtype.FlatArray[string]
}

func (w *waiting) scan(rows pgx.Rows) error {
	if err := rows.Scan(&w.Pool, &w.position, &w.ID, &w.Type, &w.SchemaVersion, &w.Subject, &w.SubjectVersion,
		&w.Recorded, &w.common, &w.members, &w.salts, &w.sections, &w.manifest, &w.leaf); err != nil {
		return err
	}
	w.Event.Common, w.Event.Manifest, w.Event.Members = w.common, w.manifest, w.members
	w.Event.Salts, w.Event.Sections = w.Event.Salts[:0], w.Event.Sections[:0]
	for _, salt := range w.salts {
		w.Event.Salts = append(w.Event.Salts, salt)
	}
	for _, section := range w.sections {
		w.Event.Sections = append(w.Event.Sections, section)
	}
	return nil
}

// publish writes a batch in one transaction. Any error ends the session: only the topic can say what came of it.
func (s *session) publish(ctx context.Context, current *batch) error {
	if err := s.producer.BeginTransaction(); err != nil {
		return kafka.ErrUnavailable.From(err)
	}
	s.seen.begin()
	s.relay.options.Fault(StepPublishBegun)
	flush, cancel := context.WithTimeout(ctx, flushMax)
	defer cancel()
	var failure kgo.FirstErrPromise
	records := make([]*kgo.Record, len(current.events))
	for i := range current.events {
		records[i] = current.events[i].record
		s.producer.Produce(flush, records[i], failure.Promise())
	}
	err := s.producer.Flush(flush)
	if err == nil {
		err = failure.Err()
	}
	if err == nil {
		err = s.follow(records)
	}
	if err != nil {
		s.abort(ctx)
		return kafka.ErrUnavailable.With("write a batch").From(err)
	}
	s.relay.options.Fault(StepPublishProduced)
	// Everything is acknowledged, so a relay that is asked to stop still commits.
	commit, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushMax)
	defer cancel()
	if err := s.producer.EndTransaction(commit, kgo.TryCommit); err != nil {
		return kafka.ErrUnavailable.With("commit a batch").From(err)
	}
	s.seen.commit(current.events)
	s.relay.options.Fault(StepPublishCommitted)
	return nil
}

// follow wants the records of every partition behind those that this session knows there, with the mark of their
// transaction between. A broker that comes back without what it had acknowledged gives lower offsets, and does not
// mind: then nothing of the batch is committed, and the next session goes on from what the topic still has.
func (s *session) follow(records []*kgo.Record) error {
	for _, record := range records {
		if record.Offset < s.ends[record.Partition] {
			return fmt.Errorf("partition %d had reached offset %d and takes a record at %d: its end is lost",
				record.Partition, s.ends[record.Partition], record.Offset)
		}
	}
	for _, record := range records {
		s.ends[record.Partition] = record.Offset + 2
	}
	return nil
}

// abort spares readers the wait until the broker gives the transaction up. It may fail: the next session ends it as
// well.
func (s *session) abort(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortMax)
	defer cancel()
	if err := s.producer.AbortBufferedRecords(ctx); err == nil {
		_ = s.producer.EndTransaction(ctx, kgo.TryAbort)
	}
}
