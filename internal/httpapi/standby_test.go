package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongbao/internal/lab/testdb"
	"gongbao/ledger"
)

// hurried serves a door whose requests have a time limit that the test sets; 0 is the service's own.
func (d *door) hurried() *atomic.Int64 {
	limit := new(atomic.Int64)
	inner := d.api.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if most := limit.Load(); most > 0 {
			ctx, cancel := context.WithTimeout(r.Context(), time.Duration(most))
			defer cancel()
			r = r.WithContext(ctx)
		}
		inner.ServeHTTP(w, r)
	}))
	d.Cleanup(server.Close)
	d.server = server
	return limit
}

// TestStandbyAway takes the synchronous standby away, and then the primary. Whatever was answered as done is in the
// standby that takes over; what was in doubt is done there, once, when it is repeated.
func TestStandbyAway(t *testing.T) {
	t.Parallel()
	pair := testdb.OpenPair(t)
	d := openDoorOn(t, pair.Database, pair.DB)
	limit := d.hurried()
	d.post(leader, "/v1/policies", firstSet)
	acknowledged := int64(0)
	receive := func(key string) {
		t.Helper()
		d.post(leader, receipts, cash, "Idempotency-Key", key)
		acknowledged += 10600001
	}
	doubtful := func(key string) {
		t.Helper()
		d.unavailable(d.ask(leader, "POST", receipts, cash, "Idempotency-Key", key), "pg.in_doubt", "2")
		pair.AwaitWaiting(0) // the wait is called off a moment after the answer
	}
	receive("before")

	pair.StopStandby()
	limit.Store(int64(2 * time.Second))
	doubtful("back")
	d.received(acknowledged + 10600001) // it is there to be read, and no standby has it
	doubtful("back")
	limit.Store(0)
	answers := make(chan reply)
	go func() { answers <- d.ask(leader, "POST", receipts, cash, "Idempotency-Key", "back") }()
	pair.AwaitWaiting(1)
	pair.StartStandby()
	if answer := <-answers; answer.StatusCode/100 != 2 {
		t.Errorf("the repeat when the standby is back: %d %s", answer.StatusCode, answer.text)
	}
	acknowledged += 10600001
	d.received(acknowledged)

	pair.StopStandby()
	limit.Store(int64(2 * time.Second))
	for range 2 {
		doubtful("lost")
	}
	d.received(acknowledged + 10600001)
	d.crowd(pair, limit)

	promoted := pair.FailOver()
	after := newDoor(t, promoted)
	after.serve(promoted.DB)
	after.received(acknowledged)
	for range 2 {
		after.post(leader, receipts, cash, "Idempotency-Key", "lost")
		after.post(leader, receipts, cash, "Idempotency-Key", "before")
		after.post(leader, receipts, cash, "Idempotency-Key", "back")
		after.received(acknowledged + 10600001)
	}
	verified, err := ledger.Verify(t.Context(), promoted.DB, ledger.VerifyOptions{})
	if err != nil || len(verified.Findings) > 0 {
		t.Errorf("%v %v", verified, err)
	}
}

// crowd lets more commands wait for the standby than there are connections. Who only reads, and who asks whether the
// service is ready, is answered meanwhile.
func (d *door) crowd(pair *testdb.Pair, limit *atomic.Int64) {
	d.Helper()
	limit.Store(0)
	pair.AwaitWaiting(0)
	ctx, leave := context.WithCancel(d.Context())
	defer leave()
	token, err := d.signer.Token(leader, time.Hour)
	if err != nil {
		d.Fatal(err)
	}
	var group sync.WaitGroup
	defer group.Wait()
	connections := int(pair.Pool.Config().MaxConns)
	for i := range 2 * connections {
		body := strings.Replace(firstSet, "IC-P1", fmt.Sprintf("IC-P%d", 100+i), 1)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.server.URL+"/v1/policies", strings.NewReader(body))
		if err != nil {
			d.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		group.Go(func() {
			if answer, err := d.server.Client().Do(request); err == nil {
				_ = answer.Body.Close()
				d.Errorf("a command was answered without the standby: %s", answer.Status)
			}
		})
	}
	pair.AwaitWaiting(connections - 1) // one of eight is not for commands
	for range 3 {
		if status, says := d.readiness(); status != http.StatusOK || says != "ready" {
			d.Errorf("/readyz says %d %s while commands wait", status, says)
		}
		d.get(leader, "/v1/policies/IC-P1", new(struct{}))
	}
	leave()
	group.Wait()
	pair.AwaitWaiting(0)
}
