package relay_test

import (
	"gongbao/internal/lab/testfeed"

	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/relay"
)

func TestRelayOutlastsKafka(t *testing.T) {
	t.Parallel()
	own := testkafka.OpenOwn(t, 1)
	b := testfeed.OpenOn(t, own.Config())
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Await(t, "down", func(s relay.Status) bool { return s.State == relay.StateKafkaDown && s.Backlog() == 15 })
	own.Start(t)
	working.Drained(t)
	b.ExpectFeed(t, 15)
	own.Kill()
	writeMore(t, b)
	working.Await(t, "stamped", func(s relay.Status) bool {
		return s.Positions["IC"]+s.Positions["LH"]+s.Positions[fact.Zone] == 21
	})
	own.Start(t)
	working.Drained(t)
	b.ExpectFeed(t, 21)
}

// While a topic grows, a broker may not have heard of the new partition yet. Its answer must not make the relay begin
// again: everything would stand in the topic twice.
func TestRelayDoesNotBelieveABrokerThatIsBehind(t *testing.T) {
	t.Parallel()
	fake := testkafka.Fake(t)
	b := testfeed.OpenOn(t, kafka.Config{Brokers: fake.ListenAddrs()})
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Drained(t)
	behind := fake.Fault(kfake.Fault{
		Keys: []kmsg.Key{kmsg.ListOffsets}, Topic: b.Topic, Partitions: []int32{5}, Err: kerr.UnknownTopicOrPartition,
		Count: -1,
	})
	testfeed.MustAppend(t, b.DB, testfeed.Fact("OE", "policy/1", 1, b.Clock.Now()))
	b.Change(func(pools map[string]int32) { pools["OE"] = 5 })
	working.Await(t, "in doubt", func(s relay.Status) bool { return behind.Hits() >= 5 || s.Published["OE"] > 0 })
	behind.Remove()
	working.Drained(t)
	b.ExpectFeed(t, 16)
}

// A broker that lost what it had acknowledged takes the next records at lower offsets. They must not be committed: the
// topic would have a hole. Real Kafka is made to do so in TestRelayNoticesALostTail.
func TestRelayDoesNotWriteBehindAHole(t *testing.T) {
	t.Parallel()
	fake := testkafka.Fake(t)
	b := testfeed.OpenOn(t, kafka.Config{Brokers: fake.ListenAddrs()})
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Drained(t)
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
	working.Drained(t)
	b.ExpectFeed(t, 21)
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
		*testfeed.Bundle
		*testfeed.Frozen
		working *testfeed.Running
	}
	var all []stopped
	for _, step := range relay.Steps {
		one := stopped{Bundle: testfeed.OpenOn(t, own.Config()), Frozen: testfeed.FreezeAt(t, step)}
		writeConcurrently(t, one.Bundle, 3, 5)
		one.working = one.Start(t, one.Hook)
		all = append(all, one)
	}
	for _, one := range all {
		testfeed.WaitFor(t, "at "+one.Step, one.There)
	}
	own.Kill()
	own.Start(t)
	for _, one := range all {
		one.Release()
		writeMore(t, one.Bundle)
	}
	for _, one := range all {
		one.working.Drained(t)
		one.ExpectFeed(t, 21)
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
	b := testfeed.OpenOn(t, own.Config())
	first, second := b.Start(t, nil), b.Start(t, nil)
	for round := range rounds {
		written := make(chan struct{})
		go func() {
			defer close(written)
			writeOf(t, b, fmt.Sprintf("round/%d", round), writers, versions)
		}()
		<-time.After(time.Duration(dice.IntN(300)) * time.Millisecond)
		if dice.IntN(2) == 0 {
			first.Cancel()
		}
		own.Kill()
		<-time.After(time.Duration(dice.IntN(300)) * time.Millisecond)
		own.Start(t)
		<-written
		if first.IsOver() {
			first, second = second, b.Start(t, nil)
		}
	}
	first.Stop()
	second.Drained(t)
	b.ExpectFeed(t, rounds*writers*versions)
}
