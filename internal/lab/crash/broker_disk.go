package crash

import (
	"context"
	"errors"
	"time"
)

const brokerBytes = 2 << 30 // of a small disk for a broker

// fillBroker takes all room from a broker until it has given itself up, or for a while when others do without it; then
// somebody makes room and starts it again.
func (r *run) fillBroker(ctx context.Context) error {
	brokers := r.cluster.Brokers()
	one := brokers[r.dice.IntN(len(brokers))]
	name := "a broker, disk full"
	return r.under(ctx, name, func(ctx context.Context) error {
		if err := one.Disk().Fill(); err != nil {
			return err
		}
		late, cancel := context.WithTimeout(ctx, startTime)
		defer cancel()
		for one.Running() && late.Err() == nil {
			_ = rest(late, 100*time.Millisecond)
			_ = one.Disk().Fill() // what a broker gives back on the way
		}
		if one.Running() {
			one.Kill() // it hangs between writing and giving up
		}
		err := rest(ctx, r.moment(momentMax))
		if err := errors.Join(err, one.Disk().Free()); err != nil {
			return err
		}
		return r.cluster.Raise(ctx)
	})
}
