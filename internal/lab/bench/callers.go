package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"gongbao/internal/clock"
)

// callMax is how long a caller waits for one answer.
const callMax = 30 * time.Second

// request is one command over HTTP.
type request struct {
	method, path string
	token        string
	key          string // idempotency key; none for ""
	body         string
}

// caller is one client with one connection that it keeps. It writes HTTP by hand: the callers run on the same cores as
// the service, and should cost it as little as possible.
type caller struct {
	conn   net.Conn
	reader *bufio.Reader
	buffer []byte
}

func call(ctx context.Context, address string) (*caller, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &caller{conn: conn, reader: bufio.NewReaderSize(conn, 16<<10)}, nil
}

// do sends a request and reads the whole answer; any status but 2xx is an error.
func (c *caller) do(r request) error {
	c.buffer = fmt.Appendf(c.buffer[:0], "%s %s HTTP/1.1\r\nHost: gongbao\r\nAuthorization: Bearer %s\r\n",
		r.method, r.path, r.token)
	if r.key != "" {
		c.buffer = fmt.Appendf(c.buffer, "Idempotency-Key: %s\r\n", r.key)
	}
	if r.body != "" {
		c.buffer = fmt.Appendf(c.buffer, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.body))
	}
	c.buffer = append(append(c.buffer, "\r\n"...), r.body...)
	if err := c.conn.SetDeadline(clock.Stopwatch().Add(callMax)); err != nil {
		return err
	}
	if _, err := c.conn.Write(c.buffer); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode/100 != 2 {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s %s: %s: %s", r.method, r.path, answer.Status, text)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// together lets so many workers do count pieces of work, each piece once, and gives the time until the last is done.
// start makes a worker; the first error ends all.
func together[W any](
	ctx context.Context, workers, count int, start func(context.Context) (W, error),
	work func(context.Context, W, int) error, told func(done int),
) (time.Duration, error) {
	ready := make([]W, workers)
	for i := range ready {
		var err error
		if ready[i], err = start(ctx); err != nil {
			return 0, err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	begun := clock.Stopwatch()
	for _, worker := range ready {
		group.Go(func() {
			for ctx.Err() == nil {
				piece := int(next.Add(1)) - 1
				if piece >= count {
					return
				}
				if err := work(ctx, worker, piece); err != nil {
					cancel(err)
					return
				}
				if told != nil && piece%100 == 0 {
					told(piece)
				}
			}
		})
	}
	group.Wait()
	return clock.Since(begun), context.Cause(ctx)
}

// callTogether is together for callers of the API.
func (h *house) callTogether(
	ctx context.Context, callers, count int, work func(*caller, int) error,
) (time.Duration, error) {
	var mutex sync.Mutex
	var opened []*caller
	defer func() {
		for _, one := range opened {
			_ = one.conn.Close()
		}
	}()
	return together(ctx, callers, count, func(ctx context.Context) (*caller, error) {
		one, err := call(ctx, h.address)
		if err == nil {
			mutex.Lock()
			defer mutex.Unlock()
			opened = append(opened, one)
		}
		return one, err
	}, func(_ context.Context, one *caller, piece int) error { return work(one, piece) }, nil)
}
