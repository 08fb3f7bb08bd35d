package relay

import (
	"maps"
	"time"

	"gongbao/internal/kafka"
)

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

// openKey tells one transaction from another.
type openKey struct {
	partition      int32
	producer, from int64
}

// partOf is a partition of one generation's topic.
type partOf struct {
	topic     string
	partition int32
}

// noteForeign adds to what was seen of others' records. The first of a pool is worth a warning, all are counted.
func (r *Relay) noteForeign(pool string, more Foreign) {
	if more == (Foreign{}) {
		return
	}
	r.note(func(s *Status) {
		sum := s.Foreign[pool]
		sum.Records, sum.Copies = sum.Records+more.Records, sum.Copies+more.Copies
		s.Foreign[pool] = sum
	})
	r.options.Log.Warn().Str("pool", pool).Int64("records", more.Records).Int64("copies", more.Copies).
		Msg("somebody else has written into the topic: foreign records are in it")
}

// judge notes up to which offset others' records are counted, so that another session does not count them again.
func (r *Relay) judge(topic string, partition int32, upTo int64) {
	its := partOf{topic, partition}
	r.judged[its] = max(r.judged[its], upTo)
}

// noteOpen shows the transactions of others that were open at the last look already. One that ends in between is
// nobody's concern.
func (r *Relay) noteOpen(open []Blocked) {
	now := r.options.Clock.Now()
	since, shown := map[openKey]time.Time{}, []Blocked{}
	for _, one := range open {
		key := openKey{one.Partition, one.ProducerID, one.From}
		first, known := r.open[key]
		if !known {
			since[key] = now
			continue
		}
		since[key], one.Since = first, first
		shown = append(shown, one)
	}
	before := r.Status().Blocked
	r.open = since
	if len(shown) == 0 && len(before) == 0 {
		return
	}
	r.note(func(s *Status) { s.Blocked = shown })
	if len(shown) != len(before) {
		line := r.options.Log.Warn().Int("transactions", len(shown))
		for _, one := range shown {
			line = line.Str("pool", one.Pool).Int64("producer", one.ProducerID).Str("transactional_id", one.TransactionalID).
				Time("since", one.Since)
			break
		}
		line.Msg("open transactions of others keep readers of the feed waiting")
	}
}

// ForeignRecords is how many committed records of others were seen, copies of facts not among them.
func (s Status) ForeignRecords() (records int64) {
	for seen := range maps.Values(s.Foreign) {
		records += seen.Records
	}
	return records
}
