package sim

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	// bookOf is how many settlements a book is to have at least: what is compared after a step grows with its book, so
	// many small ones cost less than a large one.
	bookOf = 125
	// beside is how many books are played at the same time, each with three pools that are.
	beside = 2
)

// errDiffers ends the other books when one shows a difference.
var errDiffers = errors.New("another book differs")

// many are the books of one run.
type many struct {
	options Options
	books   int

	mutex  sync.Mutex
	next   int
	live   map[int]int // settlements of the books that are played, by their number
	done   int         // of those that are over
	report *Report
}

// runMany lives lives until so many settlements were made: each by a seed of its own, from the given one on, in an
// emptied ledger. Whoever gives one of these seeds and the settlements of one book has that life again.
func runMany(ctx context.Context, options Options) (*Report, error) {
	m := &many{
		options: options, books: (options.Settlements + bookOf - 1) / bookOf, live: map[int]int{},
		report: newReport(options.Seed),
	}
	m.report.Books = 0
	group, ctx := errgroup.WithContext(ctx)
	for range min(beside, m.books) {
		group.Go(func() error { return m.play(ctx) })
	}
	if err := group.Wait(); err != nil && !errors.Is(err, errDiffers) {
		return nil, err
	}
	return m.report, nil
}

// play plays books in one ledger until none is left.
func (m *many) play(ctx context.Context) error {
	played, err := openSession(ctx, &m.options)
	if err != nil {
		return err
	}
	defer played.close(ctx, false)
	before := 0
	for number, more := m.take(); more; number, more = m.take() {
		options := m.of(number)
		if before > 0 {
			if err := played.renew(ctx, &options, before); err != nil {
				return err
			}
		}
		report, err := runIn(ctx, options, played)
		if err != nil {
			return err
		}
		before = report.Steps
		if m.note(number, report); report.Difference != nil {
			return errDiffers
		}
	}
	return nil
}

// take gives the number of the next book.
func (m *many) take() (number int, more bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	number = m.next
	m.next++
	return number, number < m.books
}

// of are the options of a book.
func (m *many) of(number int) Options {
	options := m.options
	options.Seed += uint64(number) //nolint:gosec // not below zero
	options.Settlements = bookOf
	if m.options.Progress != nil {
		options.Progress = func(what string, done, _ int) { m.tell(number, what, done) }
	}
	return options
}

// tell adds up how far all books are.
func (m *many) tell(number int, what string, done int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if what == "shorten" {
		m.options.Progress(what, done, m.options.Settlements)
		return
	}
	m.live[number] = done
	sum := m.done
	for _, settlements := range m.live {
		sum += settlements
	}
	m.options.Progress(what, min(sum, m.options.Settlements), m.options.Settlements)
}

// note adds what came of a book.
func (m *many) note(number int, report *Report) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	delete(m.live, number)
	m.done += report.Settlements
	m.report.add(report)
}
