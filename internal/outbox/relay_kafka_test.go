package outbox_test

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
	"gongbao/internal/testkafka"
)

func TestRelayOutlastsKafka(t *testing.T) {
	t.Parallel()
	own := testkafka.OpenOwn(t, 1)
	b := setupOn(t, own.Config())
	relay := b.start(t, nil)
	writeConcurrently(t, b, 3, 5)
	relay.await(t, "down", func(s outbox.Status) bool { return s.State == outbox.StateKafkaDown && s.Backlog() == 15 })
	own.Start(t)
	relay.drain(t)
	b.expectFeed(t, 15)
	own.Kill()
	writeMore(t, b)
	relay.await(t, "stamped", func(s outbox.Status) bool {
		return s.Positions["IC"]+s.Positions["LH"]+s.Positions[outbox.Zone] == 21
	})
	own.Start(t)
	relay.drain(t)
	b.expectFeed(t, 21)
}

// While a topic grows, a broker may not have heard of the new partition yet. Its answer must not make the relay begin
// again: everything would stand in the topic twice.
func TestRelayDoesNotBelieveABrokerThatIsBehind(t *testing.T) {
	t.Parallel()
	fake := testkafka.Fake(t)
	b := setupOn(t, kafka.Config{Brokers: fake.ListenAddrs()})
	relay := b.start(t, nil)
	writeConcurrently(t, b, 3, 5)
	relay.drain(t)
	behind := fake.Fault(kfake.Fault{
		Keys: []kmsg.Key{kmsg.ListOffsets}, Topic: b.topic, Partitions: []int32{5}, Err: kerr.UnknownTopicOrPartition,
		Count: -1,
	})
	mustAppend(t, b.db, fact("OE", "policy/1", 1, b.clock.Now()))
	b.mutex.Lock()
	b.pools["OE"] = 5
	b.mutex.Unlock()
	relay.await(t, "in doubt", func(s outbox.Status) bool { return behind.Hits() >= 5 || s.Published["OE"] > 0 })
	behind.Remove()
	relay.drain(t)
	b.expectFeed(t, 16)
}
