package crash

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"gongbao/internal/lab/tools/cluster"
	"gongbao/internal/relay"
)

// momentMax bounds the random time that services work before something happens to them.
const momentMax = 1200 * time.Millisecond

// stepTimesMax bounds how often a relay passes its fault before it dies of it. What happens once in the life of a
// connection is not passed.
const stepTimesMax = 5

// round lets one thing happen, as the dice fall.
func (r *run) round(ctx context.Context) error {
	if len(r.options.Steps) > 0 {
		return r.killAtStep(ctx, r.options.Steps[r.dice.IntN(len(r.options.Steps))])
	}
	deeds := r.deeds()
	kind := deeds[r.count%len(deeds)] // in turn, so that a short run has them all
	r.count++
	return kind[r.dice.IntN(len(kind))](ctx)
}

// staff starts the services that are missing and waits until all work. Half the time it waits as well until one has
// published: so the next thing happens to a relay at work as often as to one that has just begun.
func (r *run) staff(ctx context.Context) error {
	if err := r.hire(ctx); err != nil {
		return err
	}
	if r.dice.IntN(2) == 0 || !r.atWork { // at least once, else a slow machine would kill before anything is done
		if err := r.awaitPublished(ctx); err != nil {
			return err
		}
		r.atWork = true
	}
	return rest(ctx, r.moment(momentMax))
}

// hire starts the services that are missing and waits until all work.
func (r *run) hire(ctx context.Context) error {
	if err := r.dismiss(); err != nil {
		return err
	}
	for len(r.services) < r.options.Services {
		s, err := r.start(Fault{})
		if err != nil {
			return err
		}
		r.services = append(r.services, s)
	}
	for _, s := range r.services {
		if err := s.await(ctx); err != nil {
			return err
		}
	}
	return nil
}

// dismiss forgets the services that were killed. No other may have ended.
func (r *run) dismiss() (err error) {
	r.services = slices.DeleteFunc(r.services, func(s *service) bool {
		select {
		case <-s.ended:
			if !s.killed {
				err = s.failure("by itself")
			}
			return true
		default:
			return false
		}
	})
	return err
}

// awaitPublished waits until any service has published more than it has now; one of them leads.
func (r *run) awaitPublished(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	first := make(chan error, len(r.services))
	for _, s := range r.services {
		s.mutex.Lock()
		before := s.published
		s.mutex.Unlock()
		go func() { first <- s.awaitPublished(ctx, before) }()
	}
	return <-first
}

// someService is one that is about to be killed.
func (r *run) someService() *service { return r.services[r.dice.IntN(len(r.services))] }

func (r *run) killService(ctx context.Context) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	r.report.Kills["a service, at a random moment"]++
	r.someService().kill()
	return nil
}

// killAtStep ends all services and lets others begin that end themselves at a step of the relay: the first that leads,
// then the one that follows it.
func (r *run) killAtStep(ctx context.Context, step string) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	for _, s := range r.services {
		r.report.Kills["a service, at a random moment"]++
		s.kill()
	}
	r.services = nil
	fault := Fault{Step: step, Times: 1 + r.dice.IntN(stepTimesMax)}
	if slices.Contains(relay.Steps[:slices.Index(relay.Steps, relay.StepStampBegin)], step) ||
		slices.Contains([]string{relay.StepConnectBegin, relay.StepConnectFenced, relay.StepConnectChecked}, step) {
		fault.Times = 1
	}
	for range r.options.Services {
		s, err := r.start(fault)
		if err != nil {
			return err
		}
		r.services = append(r.services, s)
	}
	for _, s := range r.services {
		if err := s.endedItself(ctx); err != nil {
			return err
		}
		r.report.Kills["a service, at "+step]++
	}
	r.services = nil
	return nil
}

// victims are one broker, or all of them.
func (r *run) victims() ([]*cluster.Broker, string) {
	all := r.cluster.Brokers()
	if len(all) == 1 {
		return all, "the broker"
	}
	if r.dice.IntN(3) == 0 {
		return all, "all brokers"
	}
	one := r.dice.IntN(len(all))
	return all[one : one+1], "one of three brokers"
}

// killBrokers takes brokers away for a while, under load; the services live, and their relay goes on by itself.
func (r *run) killBrokers(ctx context.Context) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	brokers, name := r.victims()
	if r.options.Away > 0 {
		brokers, name = r.cluster.Brokers(), fmt.Sprintf("all of Kafka, away for %s", r.options.Away)
	}
	r.report.Kills[name]++
	kill(brokers)
	return r.bringBack(ctx)
}

// killBoth kills brokers and a service within a moment of each other.
func (r *run) killBoth(ctx context.Context) error {
	if err := r.staff(ctx); err != nil {
		return err
	}
	brokers, name := r.victims()
	r.report.Kills[name+" and a service"]++
	apart := r.moment(20 * time.Millisecond)
	if r.dice.IntN(2) == 0 {
		kill(brokers)
		if err := rest(ctx, apart); err != nil {
			return err
		}
		r.someService().kill()
	} else {
		r.someService().kill()
		if err := rest(ctx, apart); err != nil {
			return err
		}
		kill(brokers)
	}
	return r.bringBack(ctx)
}

// kill ends brokers in the same moment, not one after the other.
func kill(brokers []*cluster.Broker) {
	for _, b := range brokers {
		b.Signal(syscall.SIGKILL)
	}
	for _, b := range brokers {
		b.Kill()
	}
}

// bringBack lets Kafka be away for a moment and starts it again.
func (r *run) bringBack(ctx context.Context) error {
	if r.options.Away == 0 {
		if err := rest(ctx, r.moment(momentMax)); err != nil {
			return err
		}
		return r.cluster.Raise(ctx)
	}
	before := r.acknowledged.count()
	if err := rest(ctx, r.options.Away); err != nil {
		return err
	}
	r.report.Meanwhile += r.acknowledged.count() - before
	if err := r.cluster.Raise(ctx); err != nil {
		return err
	}
	return r.awaitPublished(ctx)
}
