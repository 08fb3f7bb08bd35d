package crash

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// flight is a command of settlement that was sent and is not answered yet.
type flight struct {
	step, key string
	first     bool // nobody has ever had its answer
	begun     time.Time
}

// flights are those of a service.
type flights struct {
	open   map[string]flight    // by key
	landed map[string]time.Time // when a key was answered
	latest map[string]flight    // the last one of a step that was the first of its key
	count  map[string]int64     // of these
}

func newFlights() flights {
	return flights{
		open: map[string]flight{}, landed: map[string]time.Time{}, latest: map[string]flight{}, count: map[string]int64{},
	}
}

// answers are what commands of settlement were told, by key.
type answers struct {
	mutex    sync.Mutex
	told     map[string]string        // digests
	took     map[string]time.Duration // a command of a step, of late
	repeated int64                    // answers that were given again
	changed  []string                 // keys with two answers
}

func newAnswers() answers {
	return answers{told: map[string]string{}, took: map[string]time.Duration{}}
}

// knows says that a key was answered.
func (a *answers) knows(key string) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	_, told := a.told[key]
	return told
}

// note keeps the first answer to a key, and wants every other to be the same.
func (a *answers) note(key, told string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	first, known := a.told[key]
	switch {
	case !known:
		a.told[key] = told
	case first == told:
		a.repeated++
	default:
		a.changed = append(a.changed, key)
	}
}

// learn keeps how long a step takes, as the mean of what it took of late.
func (a *answers) learn(step string, took time.Duration) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if before, known := a.took[step]; known {
		took = (3*before + took) / 4 //nolint:mnd // the last one counts a quarter
	}
	a.took[step] = took
}

// usually is how long a step takes.
func (a *answers) usually(step string) time.Duration {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.took[step]
}

// begun hears that a command was sent.
func (s *service) begun(said string, answers *answers) {
	var sent flight
	var at int64
	if n, _ := fmt.Sscan(said, &sent.step, &sent.key, &at); n != 3 { //nolint:mnd // a line that was cut off
		return
	}
	sent.begun, sent.first = time.Unix(0, at), !answers.knows(sent.key)
	s.note(func() {
		s.flights.open[sent.key] = sent
		if sent.first {
			s.flights.latest[sent.step] = sent
			s.flights.count[sent.step]++
		}
	})
}

// answered hears that a command was answered.
func (s *service) answered(said string, answers *answers) {
	var key, told string
	var at int64
	if n, _ := fmt.Sscan(said, &key, &at, &told); n != 3 { //nolint:mnd // a line that was cut off
		return
	}
	answers.note(key, told)
	s.note(func() {
		sent := s.flights.open[key]
		delete(s.flights.open, key)
		s.flights.landed[key] = time.Unix(0, at)
		if sent.first {
			answers.learn(sent.step, s.flights.landed[key].Sub(sent.begun))
		}
	})
}

// catch waits until a command of a step is in flight, of which nobody has ever had the answer, and a moment of the time
// that it usually takes.
func (s *service) catch(
	ctx context.Context, step string, answers *answers, moment func(time.Duration) time.Duration,
) (flight, error) {
	for {
		err := s.awaitMore(ctx, "begun to "+step, func() int64 { return s.flights.count[step] })
		if err != nil {
			return flight{}, err
		}
		s.mutex.Lock()
		sent := s.flights.latest[step]
		s.mutex.Unlock()
		if err := rest(ctx, moment(max(1, answers.usually(step)))); err != nil {
			return flight{}, err
		}
		s.mutex.Lock()
		_, open := s.flights.open[sent.key]
		s.mutex.Unlock()
		if open {
			return sent, nil
		}
	}
}

// wasInFlight says that a command had not been answered at a moment.
func (s *service) wasInFlight(sent flight, at time.Time) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	landed, answered := s.flights.landed[sent.key]
	return !answered || landed.After(at)
}

// awaitLanding waits until a command is answered.
func (s *service) awaitLanding(ctx context.Context, sent flight) error {
	return s.awaitAbove(ctx, "answered "+sent.key, func() int64 {
		if _, open := s.flights.open[sent.key]; open {
			return 0
		}
		return 1
	}, 0)
}
