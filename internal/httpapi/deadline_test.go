package httpapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"gongbao/internal/httpapi"
)

// holding keeps a policy from being changed until the time has passed or the function is called.
func (d *door) holding(policy string, until time.Duration) (let func()) {
	d.Helper()
	tx, err := d.db.Superuser.Pool.Begin(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	if _, err := tx.Exec(d.Context(), `SELECT 1 FROM policy WHERE number = $1 FOR UPDATE`, policy); err != nil {
		d.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(d.Context(), until)
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		_ = tx.Rollback(context.WithoutCancel(ctx))
	}()
	return func() { cancel(); <-done }
}

// onOneConnection asks as ask does and says whether the connection was used before.
func (d *door) onOneConnection(path, body string) (answer reply, reused bool) {
	d.Helper()
	ctx := httptrace.WithClientTrace(d.Context(), &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) { reused = got.Reused },
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.server.URL+path, strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	request.Header.Set("Authorization", d.bearer(leader))
	response, err := d.server.Client().Do(request) //nolint:bodyclose // read closes it
	if err != nil {
		d.Fatal(err)
	}
	return d.read(response), reused
}

// TestASlowCommandSpoilsNothing: with the deadlines that callers meet, a command that waits longer than any deadline of
// reading ends as it should, with a body and without, and so do the next ones on its connection.
func TestASlowCommandSpoilsNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		deadlines httpapi.Deadlines
		held      time.Duration
	}{
		"as callers meet them": {httpapi.Deadlines{}, 5500 * time.Millisecond},
		"short":                {httpapi.Deadlines{Read: 200 * time.Millisecond}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openDoor(t, func(o *httpapi.Options) { o.Deadlines = test.deadlines })
			d.post(leader, "/v1/policies", firstSet)
			d.server.Client().CloseIdleConnections()
			steps := []struct{ path, body string }{ // the second takes no body, the third may be sent without
				{"/v1/policies/IC-P1/receipts", `{"amount":"106000.01"}`}, {"/v1/policies/IC-P1/approvals", ""},
				{"/v1/policies/IC-P1/issue", ""},
			}
			for i, step := range steps {
				let := d.holding("IC-P1", test.held)
				answer, reused := d.onOneConnection(step.path, step.body)
				let()
				if answer.StatusCode >= 500 || i > 0 && !reused {
					t.Errorf("%s: %d %s, on a connection of before: %t", step.path, answer.StatusCode, answer.text, reused)
				}
			}
			answer, reused := d.onOneConnection("/v1/policies/IC-P1/notes", `{"name":"n","value":"v"}`)
			if answer.StatusCode/100 != 2 || !reused {
				t.Errorf("the next: %d %s, on the same connection: %t", answer.StatusCode, answer.text, reused)
			}
		})
	}
}

// TestWorkHasADeadline: a command that waits for too long is given up with nothing kept, and the next is not.
func TestWorkHasADeadline(t *testing.T) {
	t.Parallel()
	d := openDoor(t, func(o *httpapi.Options) { o.Deadlines.Work = 2 * time.Second })
	d.post(leader, "/v1/policies", firstSet)
	let := d.holding("IC-P1", time.Minute)
	answer, _ := d.onOneConnection("/v1/policies/IC-P1/receipts", `{"amount":"1.00"}`)
	d.refused(answer, 503, "httpapi.timeout")
	let()
	answer, reused := d.onOneConnection("/v1/policies/IC-P1/receipts", `{"amount":"1.00"}`)
	if answer.StatusCode/100 != 2 || !reused {
		t.Errorf("the next: %d %s, on the same connection: %t", answer.StatusCode, answer.text, reused)
	}
}

// TestASlowBodyIsCutOff: a body that does not come, of a command and of a file, is answered with 408 in the end.
func TestASlowBodyIsCutOff(t *testing.T) {
	t.Parallel()
	d := openDoor(t, func(o *httpapi.Options) {
		o.Deadlines.Read, o.Deadlines.Upload = 300*time.Millisecond, 500*time.Millisecond
	})
	before := d.state()
	for path, by := range map[string]string{
		"/v1/policies": d.bearer(leader), "/v1/imports/members": d.bearer(clerk),
	} {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", d.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: 1000\r\n\r\n{\"a",
			path, by)
		_ = connection.SetReadDeadline(time.Now().Add(20 * time.Second))
		text, err := io.ReadAll(bufio.NewReader(connection))
		if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 408") ||
			!strings.Contains(string(text), "httpapi.too_slow") {
			t.Errorf("%s: %v %s", path, err, text)
		}
		_ = connection.Close()
	}
	if d.state() != before {
		t.Error("half a body has changed something")
	}
}

// TestASlowReaderIsCutOff: who does not take an answer does not keep what it is answered with.
func TestASlowReaderIsCutOff(t *testing.T) {
	t.Parallel()
	d := openDoor(t, func(o *httpapi.Options) { o.Deadlines.Write = 500 * time.Millisecond })
	d.issued()
	d.post(claimant, "/v1/claims/IC-C1/documents?name=scan.bin", strings.Repeat("scan", 5<<20))
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", d.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_, _ = fmt.Fprintf(connection, "GET /v1/claims/IC-C1/documents/1 HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n",
		d.bearer(claimant))
	if _, err := bufio.NewReader(connection).ReadString('\n'); err != nil { // it has begun
		t.Fatal(err)
	}
	d.awaitNobodyInside()
}

// awaitNobodyInside waits until every request has been answered or given up.
func (d *door) awaitNobodyInside() {
	d.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		count, err := testutil.GatherAndCount(d.api.Metrics(), "gongbao_http_requests_in_flight")
		if err != nil || count != 1 {
			d.Fatal(count, err)
		}
		families, err := d.api.Metrics().Gather()
		if err != nil {
			d.Fatal(err)
		}
		for _, family := range families {
			if family.GetName() == "gongbao_http_requests_in_flight" && family.GetMetric()[0].GetGauge().GetValue() == 0 {
				return
			}
		}
		select {
		case <-deadline:
			d.Fatal("a request is kept by who does not take its answer")
		case <-tick.C:
		}
	}
}
