package crash

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/feed"
	"gongbao/internal/kafka"
	"gongbao/internal/pg"
)

// proveTopic reads the topic from its beginning and holds it against the positions of the database; then it asks what
// the reader saw, who was there all the while.
func (r *run) proveTopic(ctx context.Context, house *House, config kafka.Config) error {
	if err := pg.Row(ctx, house.DB, `SELECT count(*) FROM event`, nil, &r.report.Events); err != nil {
		return err
	}
	read, err := r.readAll(ctx, config)
	if err != nil {
		return err
	}
	r.report.Records, r.report.Repeats = read.records, read.repeats
	if r.strangers != nil {
		r.report.Strangers = &r.strangers.done
		r.report.Strangers.Records = read.foreign
	}
	r.report.adopt(read, "")
	if published := read.published(); published != r.report.Events {
		r.report.Wrong++
		r.report.fault("%d positions are published, there are %d events", published, r.report.Events)
	}
	err = pg.Rows(ctx, house.DB, `SELECT pool, position, hash FROM feed_position ORDER BY pool, position`, nil,
		func(rows *sql.Rows) error {
			var pool string
			var position int64
			var hash []byte
			if err := rows.Scan(&pool, &position, &hash); err != nil {
				return err
			}
			if leaves := read.leaves[pool]; position <= int64(len(leaves)) && !bytes.Equal(leaves[position-1], hash) {
				r.report.Wrong++
				r.report.fault("position %d of %s is another fact in the topic", position, pool)
			}
			return nil
		})
	if err != nil {
		return err
	}
	if r.reader != nil {
		seen := r.reader.await(ctx, read.records)
		r.report.Seen = seen.records
		r.report.adopt(seen, "the reader: ")
		if seen.records != read.records {
			r.report.Wrong++
			r.report.fault("the reader saw %d records, there are %d", seen.records, read.records)
		}
	}
	return r.countTransactions(ctx, config)
}

// readAll reads until every event is there or the time is over: the last transactions may show a moment after they were
// acknowledged.
func (r *run) readAll(ctx context.Context, config kafka.Config) (*sequence, error) {
	for begun := clock.Stopwatch(); ; {
		read := newSequence(r.strangers)
		if err := (feed.Reader{Kafka: config, Topic: r.options.Topic}).Read(ctx, read.follow); err != nil {
			return nil, fmt.Errorf("read the topic: %w", err)
		}
		if read.published() >= r.report.Events || clock.Since(begun) > startTime/4 {
			return read, nil
		}
		if err := rest(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// countTransactions reads the marks in the topic: how many transactions of relays were committed, and how many were cut
// off and undone.
func (r *run) countTransactions(ctx context.Context, config kafka.Config) error {
	committed, undone := map[producer]bool{}, map[producer]bool{}
	err := kafka.ReadMarks(ctx, config, r.options.Topic, func(mark kafka.Mark) {
		of := producer{mark.ProducerID, mark.Epoch}
		switch {
		case r.strangers.are(mark.ProducerID):
		case mark.Commits:
			committed[of] = true
		default:
			undone[of] = true
		}
	})
	if err != nil {
		return fmt.Errorf("read the topic's marks: %w", err)
	}
	r.report.Committed, r.report.Undone = len(committed), len(undone)
	return nil
}

// producer is by what a mark tells one transaction from another.
type producer struct {
	id    int64
	epoch int16
}
