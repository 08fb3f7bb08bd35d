package pg

import (
	"context"
	"fmt"
)

// Of every so many connections one is not for transactions that write: commits that wait for a standby, or for a lock,
// must not keep those from reading who could, nor the relay.
const keptFree = 5

// seats bounds how many transactions write at once; nil is no bound.
type seats chan struct{}

func newSeats(connections int32) seats { return make(seats, connections-connections/keptFree) }

// take waits for a seat; leave gives it back.
func (s seats) take(ctx context.Context) (leave func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	select {
	case s <- struct{}{}:
		return func() { <-s }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for others that write: %w", ctx.Err())
	}
}
