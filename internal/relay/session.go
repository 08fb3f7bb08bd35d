package relay

import (
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
)

// connectMax bounds what a broker answers at once.
const connectMax = 15 * time.Second

// session is one connection to Kafka for one pool, from fencing off earlier producers to the first doubt.
type session struct {
	*worker
	producer  *kgo.Client
	marks     *kafka.Marks
	published int64 // the last position that the topic has
	end       int64 // the lowest offset that the next record can have
	seen      seen
	written   place // the checkpoint
	batchMax  int64 // events in one transaction
}

// close gives up the session's connections.
func (s *session) close() {
	s.producer.Close()
	s.marks.Close()
}
