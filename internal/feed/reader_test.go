package feed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/lab/testfeed"
)

var errEnough = errors.New("enough")

// taken notes what a reader is given, by pool and position, until there is enough.
func taken(places *[]string, most int) feed.Each {
	return func(_ *kgo.Record, read fact.Record, failure error) error {
		place := "no fact"
		if failure == nil {
			place = fmt.Sprintf("%s %d", read.Pool, read.Position)
		}
		if *places = append(*places, place); len(*places) == most {
			return errEnough
		}
		return nil
	}
}

// expectPlaces wants these, in whatever order pools take turns.
func expectPlaces(t *testing.T, places []string, want ...string) {
	t.Helper()
	slices.SortStableFunc(places, func(a, b string) int { return int(a[0]) - int(b[0]) })
	if !slices.Equal(places, want) {
		t.Errorf("read %q, wanted %q", places, want)
	}
}

func TestAReaderGoesOnFromAPosition(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	early := make(chan []string)
	go func() { // it is there before the topic is
		var places []string
		ctx, cancel := context.WithTimeout(t.Context(), testfeed.Patience)
		defer cancel()
		_ = feed.Reader{Kafka: b.Kafka, Topic: b.Topic}.Follow(ctx, taken(&places, 7))
		early <- places
	}()
	for i := range int64(4) {
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", i+1, b.Clock.Now()))
	}
	testfeed.MustAppend(t, b.DB, testfeed.Fact("LH", "policy/1", 1, b.Clock.Now()))
	working := b.Start(t, nil)
	working.Drained(t)
	b.ExpectFeed(t, 5)
	reader := feed.Reader{Kafka: b.Kafka, Topic: b.Topic, After: map[int32]int64{1: 2}}
	t.Run("OK to the present end", func(t *testing.T) {
		var places []string
		if err := reader.Read(t.Context(), taken(&places, 9)); err != nil {
			t.Fatal(err)
		}
		expectPlaces(t, places, "IC 3", "IC 4", "LH 1")
	})
	t.Run("OK and what comes, of the partitions that are named, with what is no fact", func(t *testing.T) {
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 5, b.Clock.Now()))
		working.Drained(t)
		stranger, err := b.Kafka.NewClient(kgo.RecordPartitioner(kgo.ManualPartitioner()))
		if err != nil {
			t.Fatal(err)
		}
		defer stranger.Close()
		nonsense := &kgo.Record{Topic: b.Topic, Partition: 1, Value: []byte("hello")}
		if err := stranger.ProduceSync(t.Context(), nonsense).FirstErr(); err != nil {
			t.Fatal(err)
		}
		var places []string
		if err := reader.Follow(t.Context(), taken(&places, 4)); !errors.Is(err, errEnough) {
			t.Fatal(err)
		}
		expectPlaces(t, places, "IC 3", "IC 4", "IC 5", "no fact")
	})
	t.Run("OK the newest", func(t *testing.T) {
		newest, err := reader.Newest(t.Context(), 2)
		if err != nil || len(newest) != 3 || newest[0].Position != 4 || newest[1].Position != 5 || newest[2].Pool != "LH" {
			t.Errorf("%+v, %v", newest, err)
		}
	})
	expectPlaces(t, <-early, "IC 1", "IC 2", "IC 3", "IC 4", "IC 5", "LH 1", "no fact")
}
