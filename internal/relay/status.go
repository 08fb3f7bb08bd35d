package relay

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// State is what a relay is doing.
type State string

// The closed list of states.
const (
	StateStopped      State = "stopped"       // not running
	StateElsewhere    State = "elsewhere"     // this process runs no relay: ask a service that does
	StateStandby      State = "standby"       // another relay has the lease
	StateStarting     State = "starting"      // stamping; what the topic holds is being looked up
	StatePublishing   State = "publishing"    // all is well
	StateStamping     State = "stamping"      // all is well, and there is no Kafka to publish to
	StateKafkaDown    State = "kafka_down"    // stamping; publishing is tried again
	StateDatabaseDown State = "database_down" // nothing can be done; tried again
	StateForked       State = "feed_forked"   // the topic and the database disagree; a person must decide
)

// States are all of them.
var States = []State{
	StateStopped, StateStandby, StateStarting, StatePublishing, StateStamping, StateKafkaDown, StateDatabaseDown,
	StateForked,
}

// The steps at which RelayOptions.Fault is called.
const (
	StepLeaseTaken       = "lease.taken"
	StepStampBegin       = "stamp.begin"
	StepStampDone        = "stamp.done" // positions are committed, nothing is published
	StepConnectBegin     = "connect.begin"
	StepConnectFenced    = "connect.fenced"  // earlier producers can no longer commit
	StepConnectChecked   = "connect.checked" // the topic agrees with the database
	StepPublishRead      = "publish.read"
	StepPublishBegun     = "publish.begun"     // the Kafka transaction is open
	StepPublishProduced  = "publish.produced"  // every record is acknowledged, nothing is committed
	StepPublishCommitted = "publish.committed" // and the relay has not taken note of it
)

// Steps lists every step, in the order of a relay's life.
var Steps = []string{
	StepLeaseTaken, StepStampBegin, StepStampDone, StepConnectBegin, StepConnectFenced, StepConnectChecked,
	StepPublishRead, StepPublishBegun, StepPublishProduced, StepPublishCommitted,
}

// Status is what metrics and readiness show of a relay.
type Status struct {
	State      State
	Leading    bool
	Fence      int64
	Positions  map[string]int64     // the last position given, by pool
	Watermarks map[string]time.Time // by pool; every position still to come is known later
	Published  map[string]int64     // the last position the topic has, by pool
	Generation int64                // of the feed, 0 before it was looked up
	Topic      string               // of that generation
	LastError  string               // of the last failure, also when it is over
	Foreign    map[string]Foreign   // what others were seen to have committed to the topic, by pool; at least so much
	Blocked    []Blocked            // open transactions of others, for which readers wait
}

// Together is the status of relays on several databases: what the worst off is doing, and the pools of all.
func Together(relays []Status) Status {
	whole := Status{
		State: relays[0].State, Leading: true, Fence: relays[0].Fence, Generation: relays[0].Generation,
		Topic:     relays[0].Topic,
		Positions: map[string]int64{}, Published: map[string]int64{}, Watermarks: map[string]time.Time{},
		Foreign: map[string]Foreign{},
	}
	for _, one := range relays {
		if slices.Index(worst, one.State) < slices.Index(worst, whole.State) {
			whole.State = one.State
		}
		whole.Leading = whole.Leading && one.Leading
		whole.LastError = cmp.Or(whole.LastError, one.LastError)
		maps.Copy(whole.Positions, one.Positions)
		maps.Copy(whole.Published, one.Published)
		maps.Copy(whole.Watermarks, one.Watermarks)
		maps.Copy(whole.Foreign, one.Foreign)
		whole.Blocked = append(whole.Blocked, one.Blocked...)
	}
	return whole
}

// worst lists the states by how much they ask for a person.
var worst = []State{
	StateForked, StateDatabaseDown, StateStopped, StateKafkaDown, StateStarting, StateStandby, StateStamping,
	StatePublishing,
}

// Backlog is how many events have a position and are not in the topic.
func (s Status) Backlog() (events int64) {
	for pool, position := range s.Positions {
		events += max(0, position-s.Published[pool])
	}
	return events
}

// Status is the relay's present status, the caller's own copy.
func (r *Relay) Status() Status {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	copied := r.status
	copied.Positions, copied.Published = maps.Clone(copied.Positions), maps.Clone(copied.Published)
	copied.Watermarks, copied.Foreign = maps.Clone(copied.Watermarks), maps.Clone(copied.Foreign)
	return copied
}

// note changes the status and tells whoever waits for that.
func (r *Relay) note(change func(*Status)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	change(&r.status)
	close(r.changed)
	r.changed = make(chan struct{})
}

// Changed is closed when the status changes the next time. Take it before looking at the status.
func (r *Relay) Changed() <-chan struct{} {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.changed
}

// Drain waits until every event committed before the call is published, or only stamped when there is no Kafka. The
// relay must be running and get the lease. It gives ErrFeedForked when that will never happen, and the context's
// error when it ends first.
func (r *Relay) Drain(ctx context.Context) error {
	r.Wake()
	for {
		drained, err := r.drained(ctx)
		if err == nil && drained {
			return nil
		}
		status := r.Status()
		if status.State == StateForked {
			return ErrFeedForked.With("%s", status.LastError)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("drain the feed (%s, backlog %d, last error %q): %w",
				status.State, status.Backlog(), status.LastError, ctx.Err())
		}
		if err != nil {
			return err
		}
		rest(ctx, idlePauseMin) // a look at every change would keep the relay from its work
	}
}

// drained says whether nothing waits. The rows are looked at before the status, which may only be ahead of them.
func (r *Relay) drained(ctx context.Context) (bool, error) {
	if status := r.Status(); len(r.options.Kafka.Brokers) > 0 && status.Backlog() > 0 {
		return false, nil // as far as the relay knows; the rows are asked only when it knows no more
	}
	rows, err := r.options.DB.Pool.Query(ctx, `
		SELECT h.pool, h.position, EXISTS (SELECT FROM event_pending) FROM feed_head h
		UNION ALL SELECT '', 0, EXISTS (SELECT FROM event_pending)`)
	if err != nil {
		return false, fmt.Errorf("look for what waits: %w", err)
	}
	defer rows.Close()
	heads := map[string]int64{}
	for rows.Next() {
		var pool string
		var position int64
		var waiting bool
		if err := rows.Scan(&pool, &position, &waiting); err != nil {
			return false, fmt.Errorf("look for what waits: %w", err)
		}
		if waiting {
			return false, nil
		}
		heads[pool] = position
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("look for what waits: %w", err)
	}
	status := r.Status()
	if !status.Leading {
		return false, nil
	}
	for pool, position := range heads {
		if len(r.options.Kafka.Brokers) > 0 && status.Published[pool] < position {
			return false, nil
		}
	}
	return true, nil
}
