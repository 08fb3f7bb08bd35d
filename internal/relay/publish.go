package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

var errRolledBack = errors.New("the broker has rolled a transaction back that was to be committed")

// batch is what one Kafka transaction carries.
type batch struct {
	events []stamped
	upTo   int64 // what the topic has afterwards
}

// run publishes batch after batch; the next one is read while one is under way.
func (s *session) run(ctx context.Context) error {
	next, err := s.read(ctx, s.published)
	for {
		if err != nil {
			return err
		}
		s.options.Fault(StepPublishRead)
		if len(next.events) == 0 {
			if !restOr(ctx, publishPause, s.worker.stamped) {
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
		s.worker.Relay.note(func(status *Status) { status.Published[s.pool] = current.upTo })
	}
}

// read gives the events after a position. Batches grow while events are small.
func (s *session) read(ctx context.Context, after int64) (*batch, error) {
	found, err := s.readRows(ctx, after)
	if err != nil {
		return nil, fmt.Errorf("read stamped events: %w", err)
	}
	if len(found) > 0 {
		if err := s.goesOn(ctx, s.begun); err != nil {
			return nil, err
		}
	}
	next, bytes := &batch{events: found, upTo: after}, 0
	for i := range found {
		event := &found[i]
		if event.position != next.upTo+1 {
			return nil, fmt.Errorf("position %d of %s follows %d", event.position, s.pool, next.upTo)
		}
		next.upTo = event.position
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

func (s *session) readRows(ctx context.Context, after int64) ([]stamped, error) {
	upTo := min(after+s.batchMax, s.settled.Load())
	if upTo <= after {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	var found []stamped
	var r waiting
	r.Pool = s.pool
	args := batchArgs{Pool: s.pool, After: after, UpTo: upTo}
	err := readBatch.With(args).Described(ctx, s.options.DB, func(rows pgx.Rows) error {
		if err := r.scan(rows); err != nil {
			return err
		}
		found = append(found, stamped{r.position, r.Record(s.begun.topic, s.partition, r.position, r.leaf)})
		return nil
	})
	slices.SortFunc(found, func(a, b stamped) int { return cmp.Compare(a.position, b.position) })
	return found, err
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
	if err := rows.Scan(&w.position, &w.ID, &w.Type, &w.SchemaVersion, &w.Subject, &w.SubjectVersion,
		&w.Recorded, &w.common, &w.members, &w.salts, &w.sections, &w.manifest, &w.leaf); err != nil {
		return err
	}
	w.Common, w.Manifest, w.Members = w.common, w.manifest, w.members
	w.Salts, w.Sections = w.Salts[:0], w.Sections[:0]
	for _, salt := range w.salts {
		w.Salts = append(w.Salts, salt)
	}
	for _, section := range w.sections {
		w.Sections = append(w.Sections, section)
	}
	return nil
}

// publish writes a batch in one transaction. Any error ends the session: only the topic can say what came of it.
func (s *session) publish(ctx context.Context, current *batch) error {
	if err := s.producer.BeginTransaction(); err != nil {
		return kafka.ErrUnavailable.From(err)
	}
	s.seen.begin()
	s.options.Fault(StepPublishBegun)
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
	s.options.Fault(StepPublishProduced)
	// Everything is acknowledged, so a relay that is asked to stop still commits.
	commit, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushMax)
	defer cancel()
	if err := s.producer.EndTransaction(commit, kgo.TryCommit); err != nil {
		return kafka.ErrUnavailable.With("commit a batch").From(err)
	}
	if err := s.confirm(commit, records); err != nil {
		return err
	}
	s.seen.commit(current.events)
	s.options.Fault(StepPublishCommitted)
	return nil
}

// confirm wants the broker's mark that the transaction is committed. The client has called a transaction ended that it
// rolled back (seen about once in 300 runs under load, with kfake); what is not in the topic must not be taken for
// published, because the next fact would leave a gap there for ever. The wait costs a round trip: the broker takes no
// further transaction of this producer before the marks are written.
func (s *session) confirm(ctx context.Context, records []*kgo.Record) error {
	last := records[len(records)-1]
	committed, err := s.marks.Committed(ctx, last.ProducerID, last.Offset+1)
	if err == nil && !committed {
		err = errRolledBack
	}
	if err != nil {
		return kafka.ErrUnavailable.With("read that a batch is committed").From(err)
	}
	return nil
}

// follow wants the records behind those that this session knows in the partition, with the mark of their transaction
// between. A broker that comes back without what it had acknowledged gives lower offsets, and does not mind: then
// nothing of the batch is committed, and the next session goes on from what the topic still has.
func (s *session) follow(records []*kgo.Record) error {
	for _, record := range records {
		if record.Offset < s.end {
			return fmt.Errorf("partition %d had reached offset %d and takes a record at %d: its end is lost",
				record.Partition, s.end, record.Offset)
		}
	}
	for _, record := range records {
		s.end = record.Offset + 2
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
