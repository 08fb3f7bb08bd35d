package crash

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Lease is how long a relay that was killed keeps the next one waiting, in services that are killed.
const Lease = 250 * time.Millisecond

// startTime is how long a service may take until it acknowledges its first command, and anything else that is waited
// for. Nothing takes so long unless it is broken.
const startTime = 5 * time.Minute

// service is the program at work, a process that may be killed.
type service struct {
	name      string
	command   *exec.Cmd
	errors    *bytes.Buffer // read it after the end
	working   chan struct{} // closed at the first command acknowledged
	ended     chan struct{} // closed when the process is gone and everything it said was heard
	killed    bool          // by us
	input     io.WriteCloser
	mutex     sync.Mutex
	published int64
	commands  int64         // acknowledged
	refused   int64         // answers that told the caller to come back
	changed   chan struct{} // closed and replaced when one of the figures has grown
	flights   flights       // commands of settlement
}

// serviceArguments are those of the service's command: its name, the topic, and the fault it is given.
func (r *run) serviceArguments(name string, fault Fault) []string {
	arguments := []string{"--name", name, "--topic", r.options.Topic}
	if fault.Times > 0 {
		arguments = append(arguments, "--fault", fault.String())
	}
	if !r.settings.Settle.IsZero() {
		arguments = append(arguments, "--settle", r.settings.Settle.String())
	}
	return arguments
}

func newService(name string) *service {
	return &service{
		name: name, errors: &bytes.Buffer{}, working: make(chan struct{}), ended: make(chan struct{}),
		changed: make(chan struct{}), flights: newFlights(),
	}
}

// start starts a service and does not wait for it.
func (r *run) start(fault Fault) (*service, error) {
	r.report.Starts++
	s := newService(fmt.Sprintf("s%d", r.report.Starts))
	s.command = r.options.Service(r.serviceArguments(s.name, fault), r.environment)
	s.command.Stderr = s.errors
	output, err := s.command.StdoutPipe()
	if err == nil {
		s.input, err = s.command.StdinPipe()
	}
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start the service: %w", err)
	}
	go func() {
		defer close(s.ended)
		s.listen(output, r.acknowledged)
		_ = s.command.Wait() // how it ended is seen by who waits for that
	}()
	return s, nil
}

// listen hears the service until it is gone. Its last line may be cut off.
func (s *service) listen(output io.Reader, acknowledged *acknowledged) {
	var once sync.Once
	for heard := bufio.NewScanner(output); heard.Scan(); {
		word, rest, _ := strings.Cut(heard.Text(), " ")
		var subject string
		var number int64
		switch word {
		case wordAcknowledged:
			if n, _ := fmt.Sscan(rest, &subject, &number); n == 2 {
				acknowledged.note(subject, number)
				once.Do(func() { close(s.working) })
				s.note(func() { s.commands++ })
			}
		case wordPublished:
			if n, _ := fmt.Sscan(rest, &number); n == 1 {
				s.note(func() { s.published = number })
			}
		case wordRefused:
			acknowledged.refuse(rest)
			s.note(func() { s.refused++ })
		case wordCleared:
			acknowledged.clear()
		case wordBegun:
			s.begun(rest, &acknowledged.answers)
		case wordAnswered:
			s.answered(rest, &acknowledged.answers)
		}
	}
}

// note changes a figure and tells whoever waits for that.
func (s *service) note(change func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// await waits until the service works.
func (s *service) await(ctx context.Context) error {
	select {
	case <-s.working:
		return nil
	case <-s.ended:
		return s.failure("before it acknowledged anything")
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(startTime):
		return fmt.Errorf("service %s acknowledged nothing in %s", s.name, startTime)
	}
}

// awaitPublished waits until the topic has more events than it had, by what this service says.
func (s *service) awaitPublished(ctx context.Context, more int64) error {
	return s.awaitAbove(ctx, "published", func() int64 { return s.published }, more)
}

// awaitMore waits until a figure is larger than it is now.
func (s *service) awaitMore(ctx context.Context, done string, figure func() int64) error {
	s.mutex.Lock()
	now := figure()
	s.mutex.Unlock()
	return s.awaitAbove(ctx, done, figure, now)
}

func (s *service) awaitAbove(ctx context.Context, done string, figure func() int64, more int64) error {
	late := time.After(startTime)
	for {
		s.mutex.Lock()
		reached, changed := figure(), s.changed
		s.mutex.Unlock()
		if reached > more {
			return nil
		}
		select {
		case <-changed:
		case <-s.ended:
			return s.failure("while it should have " + done + " something")
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return fmt.Errorf("service %s has %s nothing in %s, after %d", s.name, done, startTime, reached)
		}
	}
}

// kill ends the process at once and hears what it still had said.
func (s *service) kill() {
	s.killed = true
	_ = s.command.Process.Kill() // one that has just ended need not be killed
	<-s.ended
}

// stop asks the process to end; it must do so by itself, and well.
func (s *service) stop(ctx context.Context) error {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-ctx.Done():
		s.kill()
		return ctx.Err()
	case <-time.After(startTime):
		s.kill()
		return fmt.Errorf("service %s did not end when it was asked to", s.name)
	}
	if state := s.command.ProcessState; !state.Success() {
		return s.failure("when it was asked to end")
	}
	return nil
}

// failure is what a service says that ended and should not have.
func (s *service) failure(when string) error {
	return fmt.Errorf("service %s ended %s: %s\n%s", s.name, when, s.command.ProcessState,
		bytes.TrimSpace(s.errors.Bytes()))
}

// endedItself says that a service with a fault has ended by it.
func (s *service) endedItself(ctx context.Context) error {
	select {
	case <-s.ended:
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(startTime):
		return fmt.Errorf("service %s never came to its fault", s.name)
	}
	if wasKilled(s.command.ProcessState) {
		return nil
	}
	return s.failure("before it came to its fault")
}

func wasKilled(state *os.ProcessState) bool {
	if status, is := state.Sys().(syscall.WaitStatus); is {
		return status.Signaled() && status.Signal() == syscall.SIGKILL
	}
	return !state.Success()
}

// acknowledged is what services have said is done: the highest version of every subject.
type acknowledged struct {
	mutex    sync.Mutex
	versions map[string]int64
	commands int64
	twice    int64            // versions that two commands were told are theirs
	refusals map[string]int64 // answers that told the caller to come back, by code
	cleared  int64            // commands that were in doubt until they were repeated
	answers  answers          // of settlement
}

func (a *acknowledged) note(subject string, version int64) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if version <= a.versions[subject] { // a subject's commands come one after the other
		a.twice++
	}
	a.versions[subject] = max(a.versions[subject], version)
	a.commands++
}

func (a *acknowledged) refuse(code string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.refusals[code]++
}

func (a *acknowledged) refused(code string) int64 {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.refusals[code]
}

func (a *acknowledged) clear() {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.cleared++
}

func (a *acknowledged) count() int64 {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.commands
}
