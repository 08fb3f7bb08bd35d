package feed

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// compareBatch is how many records are looked up at once.
const compareBatch = 1_000

// Comparison is what the topic and the database have in common, and what not.
type Comparison struct {
	Generation int64               `json:"generation"`
	Topic      string              `json:"topic"`
	Pools      []PoolComparison    `json:"pools"`
	Open       []kafka.Transaction `json:"open_transactions,omitempty"` // a relay's last for less than a second
}

// PoolComparison is a pool's part of it.
type PoolComparison struct {
	Pool     string  `json:"pool"`
	Common   int64   `json:"common"`   // the last position up to which both are the same
	Topic    *FactAt `json:"topic"`    // the last fact; nil when there is none
	Database *FactAt `json:"database"` // the last position given
	Forked   bool    `json:"forked"`   // the topic goes on with facts that the database has not, or has otherwise
	Lost     int64   `json:"lost"`     // of them, those that the database does not know
	Moved    int64   `json:"moved"`    // of them, those that it has at another position, or not yet at any
	Foreign  int64   `json:"foreign"`  // others' records: no facts, or facts that never were at positions both agree on
	Copies   int64   `json:"copies"`   // records that carry a fact once more

	strangers []stranger
	misplaced int64 // facts of another pool
}

// stranger is a fact of the topic that the database has not at this position.
type stranger struct {
	position int64
	known    bool // the database has it elsewhere
}

// settle says which strangers make a fork: those behind what both agree on. Before that only somebody who may write to
// the topic as well can have put them there.
func (p *PoolComparison) settle() {
	for _, one := range p.strangers {
		switch {
		case one.position <= p.Common:
			p.Foreign++
		case one.known:
			p.Moved++
		default:
			p.Lost++
		}
	}
	p.Foreign += p.misplaced
	p.Forked = p.Moved+p.Lost > 0 || p.misplaced > 0 && p.Common == 0 // then the pools have changed places
}

// FactAt names a fact at its position.
type FactAt struct {
	Position int64     `json:"position"`
	ID       uuid.UUID `json:"id"`
	Type     string    `json:"type"`
	Subject  string    `json:"subject"`
	Recorded time.Time `json:"recorded"`
}

// Difference is one record of the topic that the database has not, or has otherwise.
type Difference struct {
	Partition int32           `json:"partition"`
	Offset    int64           `json:"offset"`
	Pool      string          `json:"pool"`
	Topic     *FactAt         `json:"topic,omitempty"` // nil when the record is no fact
	LeafHash  fact.HexDigest  `json:"leaf_hash,omitempty"`
	Sound     bool            `json:"sound"`               // every part of the record agrees with its hashes
	Known     bool            `json:"known"`               // the database has this fact, elsewhere or not yet placed
	Elsewhere int64           `json:"elsewhere,omitempty"` // where
	Database  *FactAt         `json:"database,omitempty"`  // what the database has at that position
	Envelope  json.RawMessage `json:"envelope,omitempty"`  // the record's exact bytes
	Raw       []byte          `json:"raw,omitempty"`       // of a record that is no fact
}

// Forked are the pools whose feed has forked.
func (c *Comparison) Forked() (pools []PoolComparison) {
	for _, pool := range c.Pools {
		if pool.Forked {
			pools = append(pools, pool)
		}
	}
	return pools
}

// CompareOptions say what is compared with what.
type CompareOptions struct {
	DB         *pg.DB
	Kafka      kafka.Config
	Topic      string           // of the first generation; Topic when empty
	Partitions map[string]int32 // the pools' ordinals; ZONE may be left out
	Each       func(Difference) error
	Progress   func(records int64)
}

// Compare reads the whole topic of the present generation and holds every record against the database. It changes
// nothing. What the database has and the topic has not yet is no difference: it will be published.
func Compare(ctx context.Context, options CompareOptions) (*Comparison, error) {
	c := &comparing{CompareOptions: options, pools: map[string]*PoolComparison{}, names: map[int32]string{0: fact.Zone}}
	for pool, ordinal := range options.Partitions {
		c.names[ordinal] = pool
	}
	var err error
	if c.found.Generation, c.found.Topic, err = outbox.Generation(ctx, options.DB); err != nil {
		return nil, err
	}
	if c.found.Topic == "" {
		c.found.Topic = cmp.Or(options.Topic, fact.Topic)
	}
	if err := c.loadHeads(ctx); err != nil {
		return nil, err
	}
	topic := Reader{Kafka: options.Kafka, Topic: c.found.Topic}
	err = topic.Read(ctx, func(raw *kgo.Record, read fact.Record, failure error) error {
		if c.batch = append(c.batch, published{raw, read, failure}); len(c.batch) < compareBatch {
			return nil
		}
		return c.judge(ctx)
	})
	if err == nil {
		err = c.judge(ctx)
	}
	if err != nil {
		return nil, err
	}
	if c.found.Open, err = c.openTransactions(ctx); err != nil {
		return nil, err
	}
	for _, pool := range c.pools {
		pool.settle()
		c.found.Pools = append(c.found.Pools, *pool)
	}
	slices.SortFunc(c.found.Pools, func(a, b PoolComparison) int { return cmp.Compare(a.Pool, b.Pool) })
	return &c.found, nil
}

// comparing is a comparison under way.
type comparing struct {
	CompareOptions

	found Comparison
	pools map[string]*PoolComparison
	names map[int32]string // pools by partition
	batch []published
	read  int64
}

// published is a record of the topic, and what Each is told of it.
type published struct {
	raw     *kgo.Record
	fact    fact.Record
	failure error
}

func (c *comparing) pool(name string) *PoolComparison {
	if c.pools[name] == nil {
		c.pools[name] = &PoolComparison{Pool: name}
	}
	return c.pools[name]
}

type counterpartArgs struct {
	Pools      []string
	Positions  []int64
	Identities []string
}

var (
	headFacts    = pg.SQL[pg.None](statements, "HeadFacts")
	counterparts = pg.SQL[counterpartArgs](statements, "Counterparts")
)

// loadHeads asks how far the database is.
func (c *comparing) loadHeads(ctx context.Context) error {
	return headFacts.With(pg.None{}).Rows(ctx, c.DB, func(rows *sql.Rows) error {
		var name string
		var head FactAt
		err := rows.Scan(&name, &head.Position, &head.ID, &head.Type, &head.Subject, &head.Recorded)
		c.pool(name).Database = &head
		return err
	})
}

// counterpart is what the database says of a record.
type counterpart struct {
	known     bool
	elsewhere int64
	there     *FactAt // at the record's position
	hash      []byte
}

// judge looks the gathered records up and notes those that differ.
func (c *comparing) judge(ctx context.Context) error {
	batch := c.batch
	c.batch = nil
	pools, positions, ids := make([]string, len(batch)), make([]int64, len(batch)), make([]string, len(batch))
	for i, one := range batch {
		pools[i], positions[i], ids[i] = one.fact.Pool, one.fact.Position, one.fact.ID.String()
	}
	theirs, err := c.lookUp(ctx, pools, positions, ids)
	if err != nil {
		return err
	}
	for i, one := range batch {
		if err := c.note(one, theirs[i]); err != nil {
			return err
		}
	}
	c.read += int64(len(batch))
	if c.Progress != nil {
		c.Progress(c.read)
	}
	return nil
}

func (c *comparing) lookUp(
	ctx context.Context, pools []string, positions []int64, ids []string,
) ([]counterpart, error) {
	found := make([]counterpart, len(pools))
	args := counterpartArgs{Pools: pools, Positions: positions, Identities: ids}
	return found, counterparts.With(args).Rows(ctx, c.DB, func(rows *sql.Rows) error {
		var n int
		var one counterpart
		var id *uuid.UUID
		var kind, subject *string
		var recorded *time.Time
		err := rows.Scan(&n, &one.known, &one.elsewhere, &id, &kind, &subject, &recorded, &one.hash)
		if err == nil && id != nil {
			one.there = &FactAt{Position: positions[n-1], ID: *id, Type: *kind, Subject: *subject, Recorded: *recorded}
		}
		found[n-1] = one
		return err
	})
}

// note counts a record for its pool.
func (c *comparing) note(one published, its counterpart) error {
	raw, record, failure := one.raw, one.fact, one.failure
	name, named := c.names[raw.Partition]
	if !named && failure == nil && !slices.Contains(slices.Collect(maps.Values(c.names)), record.Pool) {
		name = record.Pool
	}
	name = cmp.Or(name, fact.UnknownPool(raw.Partition))
	difference := Difference{Partition: raw.Partition, Offset: raw.Offset, Pool: name}
	pool := c.pool(name)
	if failure != nil || record.Pool != name {
		if failure == nil {
			pool.misplaced++
		} else {
			pool.Foreign++
		}
		difference.Raw = raw.Value
		return c.tell(difference)
	}
	here := &FactAt{
		Position: record.Position, ID: record.ID, Type: record.Type, Subject: record.Subject, Recorded: record.Recorded,
	}
	if its.there != nil && its.there.ID == record.ID && bytes.Equal(its.hash, record.LeafHash) {
		if pool.Common == 0 || record.Position == pool.Common+1 {
			pool.Common = record.Position
			pool.reach(here)
		} else {
			pool.Copies++
		}
		return nil
	}
	pool.reach(here)
	pool.strangers = append(pool.strangers, stranger{record.Position, its.known})
	difference.Topic, difference.LeafHash, difference.Database = here, record.LeafHash, its.there
	difference.Known, difference.Elsewhere = its.known, its.elsewhere
	difference.Sound, difference.Envelope = true, raw.Value
	return c.tell(difference)
}

// reach notes the fact with the highest position.
func (p *PoolComparison) reach(here *FactAt) {
	if p.Topic == nil || here.Position >= p.Topic.Position {
		p.Topic = here
	}
}

func (c *comparing) openTransactions(ctx context.Context) ([]kafka.Transaction, error) {
	client, err := c.Kafka.NewClient()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return kafka.Transactions(ctx, client, c.found.Topic)
}

func (c *comparing) tell(difference Difference) error {
	if c.Each == nil {
		return nil
	}
	return c.Each(difference)
}
