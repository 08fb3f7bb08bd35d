package outbox

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kgo"

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

// batchSQL reads the next events of every pool, each after the last published position of its pool.
const batchSQL = `
SELECT e.pool, f.position, e.id, e.type, e.schema_version, e.subject, e.subject_version, e.recorded,
	e.common, e.members, e.salts, e.sections, e.manifest
FROM unnest($1::text[], $2::bigint[]) AS done(pool, position) CROSS JOIN LATERAL (
	SELECT p.pool, p.position, p.event FROM feed_position p
	WHERE p.pool = done.pool AND p.position > done.position ORDER BY p.position LIMIT $3::bigint
) f JOIN event e ON e.pool = f.pool AND e.id = f.event
ORDER BY f.pool, f.position`

// batch is what one Kafka transaction carries.
type batch struct {
	records []*kgo.Record
	upTo    map[string]int64 // what the topic has afterwards, by pool
	bytes   int
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
		if len(next.records) == 0 {
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

// read gives the events after the given positions. Batches grow while events are small.
func (s *session) read(ctx context.Context, after map[string]int64) (*batch, error) {
	pools := slices.Sorted(maps.Keys(after))
	positions := make([]int64, len(pools))
	for i, pool := range pools {
		positions[i] = after[pool]
	}
	// Described once and planned each time: a plan made for a small table would be a bad one for a large table.
	rows, err := s.relay.options.DB.Pool.Query(ctx, batchSQL, pgx.QueryExecModeCacheDescribe, pools, positions, s.batchMax)
	if err != nil {
		return nil, fmt.Errorf("read stamped events: %w", err)
	}
	defer rows.Close()
	next := &batch{upTo: maps.Clone(after)}
	for rows.Next() {
		var r row
		var position int64
		if err := rows.Scan(&r.pool, &position, &r.id, &r.kind, &r.schemaVersion, &r.subject, &r.subjectVersion, &r.recorded,
			&r.common, &r.members, &r.salts, &r.sections, &r.manifest); err != nil {
			return nil, fmt.Errorf("read stamped events: %w", err)
		}
		if position != next.upTo[r.pool]+1 {
			return nil, fmt.Errorf("position %d of %s follows %d", position, r.pool, next.upTo[r.pool])
		}
		record := r.record(s.relay.options.Topic, s.partitions[r.pool], position)
		next.records, next.bytes = append(next.records, record), next.bytes+len(record.Value)
		next.upTo[r.pool] = position
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read stamped events: %w", err)
	}
	switch {
	case next.bytes > batchBytesMax:
		s.batchMax = max(s.batchMax/4, 1)
	case next.bytes < batchBytesMax/2:
		s.batchMax = min(s.batchMax*2, batchMax)
	}
	return next, nil
}

// publish writes a batch in one transaction. Any error ends the session: only the topic can say what came of it.
func (s *session) publish(ctx context.Context, current *batch) error {
	if err := s.producer.BeginTransaction(); err != nil {
		return kafka.ErrUnavailable.From(err)
	}
	s.relay.options.Fault(StepPublishBegun)
	flush, cancel := context.WithTimeout(ctx, flushMax)
	defer cancel()
	var failure kgo.FirstErrPromise
	for _, record := range current.records {
		s.producer.Produce(flush, record, failure.Promise())
	}
	err := s.producer.Flush(flush)
	if err == nil {
		err = failure.Err()
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
	s.relay.options.Fault(StepPublishCommitted)
	return nil
}

// abort spares readers the wait until the broker gives the transaction up. It may fail: the next session ends it as well.
func (s *session) abort(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortMax)
	defer cancel()
	if err := s.producer.AbortBufferedRecords(ctx); err == nil {
		_ = s.producer.EndTransaction(ctx, kgo.TryAbort)
	}
}
