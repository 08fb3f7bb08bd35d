package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"gongbao/internal/clock"
)

const (
	wordClock    = "clock" // and by how much a service's clock is off from now on
	setBackMax   = 5 * time.Minute
	setBackTries = 3
)

// Clock is that of a service: the machine's, until the run sets it back.
type Clock struct{ off atomic.Int64 }

// Now is the present as this clock has it.
func (c *Clock) Now() time.Time { return clock.System{}.Now().Add(time.Duration(c.off.Load())) }

// Follow does what the run says, until it says nothing more.
func (c *Clock) Follow(in io.Reader) {
	for said := bufio.NewScanner(in); said.Scan(); {
		word, off, _ := strings.Cut(said.Text(), " ")
		if by, err := time.ParseDuration(off); err == nil && word == wordClock {
			c.off.Store(int64(by))
		}
	}
}

// answer is what the feed said of an instant that it calls final.
type answer struct {
	pool  string
	known time.Time
	count int64
}

// setClockBack sets the clock of one service back by seconds or minutes, again and again; at the end it is right. What
// was final before is kept, to be asked again at the end of the run.
func (r *run) setClockBack(ctx context.Context) error {
	return r.under(ctx, "a service's clock, set back", func(ctx context.Context) error {
		for range setBackTries {
			for _, pool := range pools {
				final := answer{pool: pool.code}
				err := r.held.DB.Pool.QueryRow(ctx, `SELECT h.watermark, (SELECT count(*) FROM feed_position p
					WHERE p.pool = h.pool AND p.known <= h.watermark) FROM feed_head h WHERE h.pool = $1`, pool.code,
				).Scan(&final.known, &final.count)
				if err != nil {
					return err
				}
				r.final = append(r.final, final)
			}
			s := r.someService()
			if _, err := fmt.Fprintln(s.input, wordClock, -r.moment(setBackMax)); err != nil {
				return err
			}
			if err := s.awaitMore(ctx, "acknowledged", func() int64 { return s.commands }); err != nil {
				return err
			}
			if err := rest(ctx, r.moment(momentMax/2)); err != nil {
				return err
			}
		}
		for _, s := range r.services {
			if _, err := fmt.Fprintln(s.input, wordClock, 0*time.Second); err != nil {
				return err
			}
		}
		return nil
	})
}
