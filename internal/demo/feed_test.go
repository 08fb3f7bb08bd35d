package demo

import (
	"bytes"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/launch"
	"gongbao/internal/relay"
)

// TestFeed lets the program publish what founding a zone announces, on whatever Kafka tests are on, and read it back.
func TestFeed(t *testing.T) {
	t.Parallel()
	c := &launch.Config{Data: t.TempDir(), Replicas: "0"}
	c.Reach(testkafka.Open(t))
	h, err := c.Open(t.Context(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	if _, err := sample.Found(t.Context(), h.DB, h.Clock); err != nil {
		t.Fatal(err)
	}
	f, err := c.OpenFeed(t.Context(), zerolog.Nop(), h, func(options *relay.Options) {
		options.Topic = testkafka.NewTopic(t)
	})
	if err != nil {
		t.Fatal(err)
	}
	var figures Figures
	for begun := clock.Stopwatch(); ; {
		var screen bytes.Buffer
		if err := (&show{pipe: f}).feed(t.Context(), &screen, &figures); err != nil {
			t.Fatal(err)
		}
		if complete(figures.Feed) {
			return
		}
		if clock.Since(begun) > time.Minute { // a transaction shows a moment after its end was acknowledged
			t.Fatalf("the feed is never read back: %s", screen.String())
		}
	}
}

// complete says that the last fact of every pool that has one was read back, and its hashes agree.
func complete(shown feedFigures) bool {
	last := map[string]int64{}
	for _, event := range shown.Last {
		if !event.Sound {
			return false
		}
		last[event.Pool] = event.Position
	}
	published := 0
	for pool, position := range shown.Published {
		if last[pool] != position {
			return false
		}
		published += int(position)
	}
	return published > 0
}
