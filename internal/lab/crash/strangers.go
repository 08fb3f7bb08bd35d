package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
)

const (
	strangersCount   = 2
	strangerHold     = 3 * time.Second  // at most, that a transaction is kept open
	strangerTimeout  = 20 * time.Second // after which the broker ends one that was left
	strangerPatience = 5 * time.Second
)

// strangers are others who may write to the topic as well. All the while they open transactions there, with nonsense
// and with copies of facts, and commit them, roll them back, or go away and leave them open.
type strangers struct {
	config kafka.Config
	topic  string
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mutex     sync.Mutex
	producers map[int64]bool
	facts     []*kgo.Record // some that were seen of late
	done      Strangers
}

// Strangers is what others did in the topic.
type Strangers struct {
	Committed int   `json:"committed"` // transactions
	Undone    int   `json:"undone"`
	Left      int   `json:"left"`    // open, by somebody who went away or could not end them
	Records   int64 `json:"records"` // committed, in the topic
}

func startStrangers(ctx context.Context, config kafka.Config, topic string, seed uint64) *strangers {
	ctx, cancel := context.WithCancel(ctx)
	s := &strangers{config: config, topic: topic, cancel: cancel, producers: map[int64]bool{}}
	for i := range uint64(strangersCount) {
		name := fmt.Sprintf("gongbao.relay.%s.stranger.%d", topic, i) // which access lists allow
		dice := rand.New(rand.NewPCG(seed, i+1))                      //nolint:gosec // a seed that can be told
		s.ended.Go(func() {
			for ctx.Err() == nil {
				s.visit(ctx, name, dice)
				_ = rest(ctx, strangerHold/10) // then it is over
			}
			s.leave(name)
		})
	}
	return s
}

// stop ends the strangers and every transaction of theirs, so that nobody waits for them.
func (s *strangers) stop() {
	if s != nil {
		s.cancel()
		s.ended.Wait()
	}
}

// are says that a producer is one of them. It is known before its first record is written.
func (s *strangers) are(producer int64) bool {
	if s == nil {
		return false
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.producers[producer]
}

// saw offers a fact to be copied.
func (s *strangers) saw(fact *kgo.Record) {
	if s == nil {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.facts = append(s.facts, fact); len(s.facts) > 2*faultsMax {
		s.facts = append(s.facts[:0], s.facts[faultsMax:]...)
	}
}

func (s *strangers) count(change func(*Strangers)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(&s.done)
}

// open gives a producer, which ends what the one before it has left open.
func (s *strangers) open(ctx context.Context, name string) (*kgo.Client, error) {
	client, err := s.config.NewClient(kgo.TransactionalID(name), kgo.TransactionTimeout(strangerTimeout),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0))
	if err != nil {
		return nil, err
	}
	if err := s.introduce(ctx, client); err != nil {
		client.Close()
		return nil, err
	}
	return client, nil
}

func (s *strangers) introduce(ctx context.Context, client *kgo.Client) error {
	ctx, cancel := context.WithTimeout(ctx, strangerPatience)
	defer cancel()
	id, _, err := client.ProducerID(ctx)
	if err == nil {
		s.mutex.Lock()
		s.producers[id] = true
		s.mutex.Unlock()
	}
	return err
}

// visit is one producer's time: transactions until something fails, or until it goes away in the midst of one.
func (s *strangers) visit(ctx context.Context, name string, dice *rand.Rand) {
	client, err := s.open(ctx, name)
	if err != nil {
		return
	}
	defer client.Close()
	for ctx.Err() == nil && s.introduce(ctx, client) == nil && client.BeginTransaction() == nil {
		fate := dice.IntN(8)
		failed := s.write(ctx, client, dice)
		if failed == nil {
			_ = rest(ctx, time.Duration(dice.Int64N(int64(strangerHold)))) // then it ends at once
			failed = s.write(ctx, client, dice)
		}
		if failed != nil || fate == 0 {
			s.count(func(d *Strangers) { d.Left++ })
			return
		}
		if !s.end(ctx, client, fate%2 == 0) {
			return
		}
	}
}

func (s *strangers) end(ctx context.Context, client *kgo.Client, commit bool) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), strangerPatience)
	defer cancel()
	if err := client.EndTransaction(ctx, kgo.TransactionEndTry(commit)); err != nil {
		s.count(func(d *Strangers) { d.Left++ })
		return false
	}
	s.count(func(d *Strangers) {
		if commit {
			d.Committed++
		} else {
			d.Undone++
		}
	})
	return true
}

// write puts a few records into the open transaction, where facts were seen.
func (s *strangers) write(ctx context.Context, client *kgo.Client, dice *rand.Rand) error {
	var records []*kgo.Record
	s.mutex.Lock()
	for range 1 + dice.IntN(4) {
		record := &kgo.Record{Topic: s.topic, Value: []byte("nonsense")}
		if len(s.facts) > 0 {
			fact := s.facts[dice.IntN(len(s.facts))]
			record.Partition = fact.Partition
			switch dice.IntN(3) {
			case 0:
				record.Key, record.Headers, record.Value = fact.Key, fact.Headers, fact.Value
			case 1:
				record.Key, record.Headers = fact.Key, fact.Headers
			}
		}
		records = append(records, record)
	}
	s.mutex.Unlock()
	ctx, cancel := context.WithTimeout(ctx, strangerPatience)
	defer cancel()
	return client.ProduceSync(ctx, records...).FirstErr()
}

// leave ends what is still open of a name.
func (s *strangers) leave(name string) {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for ctx.Err() == nil {
		if client, err := s.open(ctx, name); err == nil {
			client.Close()
			return
		}
	}
}
