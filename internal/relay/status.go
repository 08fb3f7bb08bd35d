package relay

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"gongbao/internal/kafka"
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

// Foreign is what was committed to a pool's partition and is nothing that the relay put there. Readers are to pass over
// it; see docs/kafka.md.
type Foreign struct {
	Records int64 `json:"records"` // that are no facts of the database
	Copies  int64 `json:"copies"`  // of facts, where they do not belong; an embedded broker that was killed makes some
}

// Blocked is a transaction of somebody else that has been open for a while in a pool's partition: readers of committed
// records see nothing behind it until it ends.
type Blocked struct {
	Pool string `json:"pool"`
	kafka.Transaction

	Since time.Time `json:"since"` // when it was first seen
}

// Status is what metrics and readiness show of a relay.
type Status struct {
	State      State // of the pool that is worst off, while the relay leads
	Pools      map[string]PoolStatus
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

// PoolStatus is what a relay does for one pool: trouble of one pool stops no other.
type PoolStatus struct {
	State     State
	LastError string    // of its last failure, also when it is over
	Blocked   []Blocked // open transactions of others in its partition

	away bool // the last pass that stamps failed
}

// shown is the status with what stamping knows of the database.
func (p PoolStatus) shown() PoolStatus {
	if p.away && slices.Index(worst, StateDatabaseDown) < slices.Index(worst, p.State) {
		p.State = StateDatabaseDown
	}
	return p
}

// Together is the status of relays on several databases: what the worst off is doing, and the pools of all.
func Together(relays []Status) Status {
	whole := Status{
		State: relays[0].State, Leading: true, Fence: relays[0].Fence, Generation: relays[0].Generation,
		Topic: relays[0].Topic, Pools: map[string]PoolStatus{},
		Positions: map[string]int64{}, Published: map[string]int64{}, Watermarks: map[string]time.Time{},
		Foreign: map[string]Foreign{},
	}
	for _, one := range relays {
		if slices.Index(worst, one.State) < slices.Index(worst, whole.State) {
			whole.State = one.State
		}
		whole.Leading = whole.Leading && one.Leading
		whole.LastError = cmp.Or(whole.LastError, one.LastError)
		maps.Copy(whole.Pools, one.Pools)
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

// ForeignRecords is how many committed records of others were seen, copies of facts not among them.
func (s Status) ForeignRecords() (records int64) {
	for seen := range maps.Values(s.Foreign) {
		records += seen.Records
	}
	return records
}

// Backlog is how many events have a position and are not in the topic.
func (s Status) Backlog() (events int64) {
	for pool, position := range s.Positions {
		events += max(0, position-s.Published[pool])
	}
	return events
}

// worstOf is the state of the pool that is worst off.
func worstOf(pools map[string]PoolStatus) State {
	state := StatePublishing
	for _, pool := range pools {
		if slices.Index(worst, pool.State) < slices.Index(worst, state) {
			state = pool.State
		}
	}
	return state
}
