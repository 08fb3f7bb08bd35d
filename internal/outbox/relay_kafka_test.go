package outbox_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/outbox"
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

// A broker that lost what it had acknowledged takes the next records at lower offsets. They must not be committed: the
// topic would have a hole. Real Kafka is made to do so in TestRelayNoticesALostTail.
func TestRelayDoesNotWriteBehindAHole(t *testing.T) {
	t.Parallel()
	fake := testkafka.Fake(t)
	b := setupOn(t, kafka.Config{Brokers: fake.ListenAddrs()})
	relay := b.start(t, nil)
	writeConcurrently(t, b, 3, 5)
	relay.drain(t)
	var answered atomic.Bool
	fake.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		asked, is := request.(*kmsg.ProduceRequest)
		if !is || !answered.CompareAndSwap(false, true) {
			return nil, nil, false
		}
		answer := kmsg.NewPtrProduceResponse()
		answer.Version = asked.Version
		for _, topic := range asked.Topics {
			taken := kmsg.NewProduceResponseTopic()
			taken.Topic, taken.TopicID = topic.Topic, topic.TopicID
			for _, partition := range topic.Partitions {
				at := kmsg.NewProduceResponseTopicPartition()
				at.Partition, at.BaseOffset = partition.Partition, 1
				taken.Partitions = append(taken.Partitions, at)
			}
			answer.Topics = append(answer.Topics, taken)
		}
		return answer, nil, true
	})
	writeMore(t, b)
	relay.drain(t)
	b.expectFeed(t, 21)
	if !answered.Load() {
		t.Error("nothing was written at a lower offset")
	}
}

// A relay stands still at each of its steps while Kafka is killed and comes back, and goes on as if nothing had been.
func TestRelayOutlastsKafkaAtEveryStep(t *testing.T) {
	t.Parallel()
	own := testkafka.OpenOwn(t, 1)
	own.Start(t)
	type stopped struct {
		*bundle
		*frozen
		relay *running
	}
	var all []stopped
	for _, step := range outbox.Steps {
		one := stopped{bundle: setupOn(t, own.Config()), frozen: freezeAt(t, step)}
		writeConcurrently(t, one.bundle, 3, 5)
		one.relay = one.start(t, one.hook)
		all = append(all, one)
	}
	for _, one := range all {
		waitFor(t, "at "+one.step, one.there)
	}
	own.Kill()
	own.Start(t)
	for _, one := range all {
		one.release()
		writeMore(t, one.bundle)
	}
	for _, one := range all {
		one.relay.drain(t)
		one.expectFeed(t, 21)
	}
}

// Kafka is killed under load at random moments, and the relay with it or not; another relay waits for its turn.
func TestRelayOutlastsRandomKills(t *testing.T) {
	t.Parallel()
	const rounds, writers, versions = 4, 6, 40
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	own := testkafka.OpenOwn(t, 1)
	own.Start(t)
	b := setupOn(t, own.Config())
	relay, second := b.start(t, nil), b.start(t, nil)
	for round := range rounds {
		written := make(chan struct{})
		go func() {
			defer close(written)
			writeOf(t, b, fmt.Sprintf("round/%d", round), writers, versions)
		}()
		<-time.After(time.Duration(dice.IntN(300)) * time.Millisecond)
		if dice.IntN(2) == 0 {
			relay.cancel()
		}
		own.Kill()
		<-time.After(time.Duration(dice.IntN(300)) * time.Millisecond)
		own.Start(t)
		<-written
		if relay.isOver() {
			relay, second = second, b.start(t, nil)
		}
	}
	relay.stop()
	second.drain(t)
	b.expectFeed(t, rounds*writers*versions)
}
