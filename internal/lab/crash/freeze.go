package crash

import (
	"context"
	"time"
)

// standstillMax bounds how long brokers stand still: longer than their session with the controller, and than some of
// the relay's own patience.
const standstillMax = 4 * time.Second

// freezeService lets one of several services stand still until another has published, so for longer than a lease. When
// it goes on it may still believe that its relay leads: what that relay sends must not get into the topic.
func (r *run) freezeService(ctx context.Context) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	r.report.Kills["a service, frozen while another goes on"]++
	frozen := r.someService()
	_ = frozen.command.Process.Signal(freezeIt)
	err := rest(ctx, 2*Lease)
	if err == nil {
		err = r.awaitPublished(ctx)
	}
	_ = frozen.command.Process.Signal(thawIt)
	return err
}

// freezeBrokers lets brokers stand still: they are there, and answer nobody.
func (r *run) freezeBrokers(ctx context.Context) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	brokers, name := r.victims()
	r.report.Kills[name+", frozen"]++
	for _, b := range brokers {
		b.Signal(freezeIt)
	}
	err := rest(ctx, time.Duration(r.dice.Int64N(int64(standstillMax))))
	for _, b := range brokers {
		b.Signal(thawIt)
	}
	return err
}
