package relay

import (
	"context"
	"errors"
	"fmt"

	"gongbao/internal/outbox"
)

// Reasons to begin anew.
var (
	errPoolsMoved    = errors.New("the pools' ordinals have changed")
	errAnotherBegins = errors.New("the feed goes on in another generation")
)

// generation is one of the feed's, and its topic.
type generation struct {
	number int64
	topic  string
}

// present looks up the feed's present generation.
func (r *Relay) present(ctx context.Context) (generation, error) {
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	number, topic, err := outbox.Generation(ctx, r.options.DB)
	if err != nil {
		return generation{}, fmt.Errorf("look up the feed's topic: %w", err)
	}
	if topic == "" {
		topic = r.options.Topic
	}
	return generation{number, topic}, nil
}

// goesOn gives errAnotherBegins when a person has let the feed go on in another generation. That happens only while a
// pool's feed has forked, so only then the database is asked.
//
// Whoever has read a batch asks afterwards: what was committed before the decision may still go to the former topic,
// and the decision itself, with all that follows it, may not.
func (r *Relay) goesOn(ctx context.Context, begun generation) error {
	if r.Status().State != StateForked {
		return nil
	}
	present, err := r.present(ctx)
	if err != nil {
		return err
	}
	if present.number != begun.number {
		return errAnotherBegins
	}
	return nil
}
