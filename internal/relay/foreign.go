package relay

import (
	"time"
)

// noteForeign adds to what was seen of others' records. The first of a pool is worth a warning, all are counted.
func (w *worker) noteForeign(pool string, more Foreign) {
	if more == (Foreign{}) {
		return
	}
	w.Relay.note(func(s *Status) {
		sum := s.Foreign[pool]
		sum.Records, sum.Copies = sum.Records+more.Records, sum.Copies+more.Copies
		s.Foreign[pool] = sum
	})
	w.options.Log.Warn().Str("pool", pool).Int64("records", more.Records).Int64("copies", more.Copies).
		Msg("somebody else has written into the topic: foreign records are in it")
}

// judge notes up to which offset others' records are counted, so that another session does not count them again.
func (w *worker) judge(partition int32, upTo int64) {
	w.judged[partition] = max(w.judged[partition], upTo)
}

// noteOpen shows the transactions of others that were open at the last look already. One that ends in between is
// nobody's concern.
func (w *worker) noteOpen(open []Blocked) {
	now := w.options.Clock.Now()
	since, shown := map[openKey]time.Time{}, []Blocked{}
	for _, one := range open {
		key := openKey{one.Partition, one.ProducerID, one.From}
		first, known := w.open[key]
		if !known {
			since[key] = now
			continue
		}
		since[key], one.Since = first, first
		shown = append(shown, one)
	}
	before := w.shown
	w.open = since
	if len(shown) == 0 && len(before) == 0 {
		return
	}
	w.shown = shown
	w.note(func(s *PoolStatus) { s.Blocked = shown })
	if len(shown) != len(before) {
		line := w.options.Log.Warn().Int("transactions", len(shown))
		for _, one := range shown {
			line = line.Str("pool", one.Pool).Int64("producer", one.ProducerID).Str("transactional_id", one.TransactionalID).
				Time("since", one.Since)
			break
		}
		line.Msg("open transactions of others keep readers of the feed waiting")
	}
}
