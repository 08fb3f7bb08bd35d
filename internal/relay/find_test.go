package relay

import (
	"testing"

	"gongbao/internal/fact"
)

// What the committed records of a partition's end amount to, with and without the checkpoint. A fact of the database is
// its position; one that the database does not know is negative.
func TestWeigh(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		positions  []int64
		checkpoint int64 // at the first offset; 0 for none
		last       int64
		certain    bool
		stranger   int64
		copies     int64
	}{
		"OK nothing":                 {last: 0},
		"OK from the first position": {positions: []int64{1, 2, 3}, last: 3, certain: true},
		"OK a window":                {positions: []int64{7, 8, 9}, last: 9, certain: true},
		"OK an old fact once more":   {positions: []int64{7, 8, 9, 2}, last: 9, certain: true, copies: 1},
		"OK facts once more and on":  {positions: []int64{7, 8, 7, 8, 9}, last: 9, certain: true, copies: 2},
		"OK a copy of one to come":   {positions: []int64{1, 2, 4}, last: 2, copies: 1},
		"OK from the checkpoint":     {positions: []int64{7, 8}, checkpoint: 7, last: 8, certain: true},
		"OK from the checkpoint, one to come": {
			positions: []int64{7, 9}, checkpoint: 7, last: 7, certain: true, copies: 1,
		},
		"OK from the checkpoint, an old stranger":   {positions: []int64{7, -6, 8}, checkpoint: 7, last: 8, certain: true},
		"Err the window begins with an old copy":    {positions: []int64{2, 8, 9}, last: 9, copies: 2},
		"Err a copy of one to come, in a window":    {positions: []int64{7, 8, 12}, last: 12, copies: 1},
		"Err the checkpoint is not there":           {positions: []int64{7, 8}, checkpoint: 6, last: 8},
		"Err a stranger behind the last":            {positions: []int64{7, 8, -9}, last: 8, certain: true, stranger: 9},
		"Err a stranger and nothing of ours":        {positions: []int64{-1}, certain: true, stranger: 1},
		"Err a stranger, and the checkpoint is not": {positions: []int64{8, -9}, checkpoint: 7, last: 8, stranger: 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := finding{pool: "IC"}
			for i, position := range test.positions {
				one := sighting{offset: int64(i), ours: position > 0}
				one.fact = fact.Record{Pool: "IC", Position: max(position, -position)}
				found.facts = append(found.facts, one)
			}
			certain := found.weigh(place{position: test.checkpoint}, test.checkpoint > 0)
			if certain != test.certain || found.last.position != test.last {
				t.Errorf("position %d, certain %v", found.last.position, certain)
			}
			var stranger int64
			if found.stranger != nil {
				stranger = found.stranger.Position
			}
			if stranger != test.stranger {
				t.Errorf("stranger at %d", stranger)
			}
			if got := found.foreign(0, 100).Copies; got != test.copies {
				t.Errorf("%d copies", got)
			}
		})
	}
}
