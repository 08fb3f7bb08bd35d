package feed

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// EventGenerationBegun is the type of the fact that the feed goes on in a topic of its own.
const EventGenerationBegun = "feed.generation_begun"

// subjectFeed is the feed as the subject of facts about itself, in the pool ZONE.
const subjectFeed = "feed/facts"

// GenerationBegun is the data of feed.generation_begun. The new topic has all the database's facts from position 1 on;
// up to the common positions they are those of the former topic, byte for byte.
type GenerationBegun struct {
	Generation  int64        `json:"generation"`
	Topic       string       `json:"topic"`
	FormerTopic string       `json:"former_topic"`
	Reason      string       `json:"reason"`
	Pools       []PoolForked `json:"pools"`
}

// PoolForked says of one pool where the generations part.
type PoolForked struct {
	Pool      string `json:"pool"`
	Common    int64  `json:"common"`     // the last position that is the same in both topics
	FormerEnd int64  `json:"former_end"` // the last position of the former topic
	Lost      int64  `json:"lost"`       // facts of the former topic that are in no later one
}

// EventTypes gives the data of every type of fact about the feed, for the schemas.
func EventTypes() map[string]any { return map[string]any{EventGenerationBegun: GenerationBegun{}} }

// Continue lets a forked feed go on in a new topic.
type Continue struct {
	CompareOptions

	By      access.Principal
	Reason  string
	Confirm map[string]int64 // every forked pool, with the last position that is common
	Clock   clock.Clock
}

// Run begins another generation of the feed: its topic is made by the relay and gets the database's whole history. The
// former topic is left as it is, for ever. It refuses: access.forbidden, outbox.recovery_unconfirmed (no reason, or
// other pools and positions than the forked ones), outbox.feed_not_forked.
func (cmd *Continue) Run(ctx context.Context) (*GenerationBegun, error) {
	if err := cmd.By.RequireKind(access.Administrator, access.Operator); err != nil {
		return nil, err
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, ErrRecoveryUnconfirmed.At("reason", "say why")
	}
	found, err := Compare(ctx, cmd.CompareOptions)
	if err != nil {
		return nil, err
	}
	begun, err := cmd.decide(found)
	if err != nil {
		return nil, err
	}
	if begun.Topic, begun.Generation, err = cmd.nextTopic(ctx, found); err != nil {
		return nil, err
	}
	err = pg.InTx(ctx, cmd.DB, func(ctx context.Context, tx *pg.Tx) error { return cmd.begin(ctx, tx, found, begun) })
	if pg.ConstraintOf(err) == "feed_recovery_pool_number_key" {
		return nil, fmt.Errorf("somebody else has just decided about the feed: %w", err)
	}
	return begun, err
}

// decide wants the forked pools confirmed, no more and no less.
func (cmd *Continue) decide(found *Comparison) (*GenerationBegun, error) {
	begun := &GenerationBegun{FormerTopic: found.Topic, Reason: cmd.Reason, Pools: []PoolForked{}}
	wanted := map[string]int64{}
	var words []string
	for _, pool := range found.Forked() {
		wanted[pool.Pool] = pool.Common
		words = append(words, fmt.Sprintf("%s@%d", pool.Pool, pool.Common))
		forked := PoolForked{Pool: pool.Pool, Common: pool.Common, Lost: pool.Lost}
		if pool.Topic != nil {
			forked.FormerEnd = pool.Topic.Position
		}
		begun.Pools = append(begun.Pools, forked)
	}
	if len(wanted) == 0 {
		return nil, ErrFeedNotForked
	}
	if !maps.Equal(cmd.Confirm, wanted) {
		return nil, ErrRecoveryUnconfirmed.Case(fault.Args{"forked": strings.Join(words, ",")})
	}
	return begun, nil
}

// nextTopic is the name after the last generation's. A database of an older backup may not know of all generations that
// there were, so a name that Kafka knows is passed over.
func (cmd *Continue) nextTopic(ctx context.Context, found *Comparison) (string, int64, error) {
	first := cmd.Topic
	if first == "" {
		first = fact.Topic
	}
	for generation := found.Generation + 1; ; generation++ {
		name := fmt.Sprintf("%s-g%d", first, generation)
		taken, err := kafka.Exists(ctx, cmd.Kafka, name)
		if err != nil {
			return "", 0, err
		}
		if !taken {
			return name, generation, nil
		}
	}
}

// begin writes the decision down and announces it, in one transaction.
func (cmd *Continue) begin(ctx context.Context, tx *pg.Tx, found *Comparison, begun *GenerationBegun) error {
	present, _, err := outbox.Generation(ctx, tx)
	if err != nil {
		return err
	}
	if present != found.Generation {
		return ErrFeedNotForked.Case(fault.Args{"generation": present})
	}
	version, err := outbox.NextVersion(ctx, tx, fact.Zone, subjectFeed)
	if err != nil {
		return err
	}
	now := cmd.Clock.Now()
	err = RecordStep(ctx, tx, RecoveryStep{
		Step: RecoveryContinued, Generation: begun.Generation, Topic: begun.Topic, Person: cmd.By.Subject,
		Reason: cmd.Reason, Finding: found, Recorded: now,
	})
	if err != nil {
		return err
	}
	return outbox.Append(ctx, tx, fact.Fact{
		ID: fact.NewID(now), Pool: fact.Zone, Type: EventGenerationBegun, Subject: subjectFeed, SubjectVersion: version,
		Effective: calendar.DateOf(now), Recorded: now, By: cmd.By, Audience: fact.Everyone,
		Data: begun,
	})
}

// ParseConfirmed reads "IC@118,LH@40"; outbox.recovery_unconfirmed when it is nothing like it.
func ParseConfirmed(text string) (map[string]int64, error) {
	confirmed := map[string]int64{}
	for word := range strings.SplitSeq(text, ",") {
		var position int64
		pool, number, _ := strings.Cut(strings.TrimSpace(word), "@")
		if _, err := fmt.Sscanf(number, "%d", &position); err != nil || pool == "" || fmt.Sprint(position) != number {
			return nil, ErrRecoveryUnconfirmed.Case(fault.Args{"given": strconv.Quote(word)})
		}
		confirmed[pool] = position
	}
	return confirmed, nil
}
