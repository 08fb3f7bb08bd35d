package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/httpapi"
	"gongbao/internal/throttle"
)

// untouchable is a body that must not be read.
type untouchable struct{ t *testing.T }

func (u untouchable) Read([]byte) (int, error) {
	u.t.Error("a body was read of who may not pass")
	return 0, io.EOF
}

func (untouchable) Close() error { return nil }

// knock sends a request past the network, with a body of so many bytes (-1: of unknown length).
func (d *door) knock(by access.Principal, path string, size int64, body io.ReadCloser, headers ...string) reply {
	d.Helper()
	request := httptest.NewRequestWithContext(d.Context(), http.MethodPost, path, body)
	request.ContentLength = size
	if by.Subject != "" {
		request.Header.Set("Authorization", d.bearer(by))
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	d.api.Handler().ServeHTTP(recorder, request)
	answer := recorder.Result()
	defer func() { _ = answer.Body.Close() }()
	return reply{Response: answer, text: recorder.Body.String()}
}

// TestNothingIsReadOfWhoMayNotPass: token, permission, size, kind and limits are looked at first, in this order.
func TestNothingIsReadOfWhoMayNotPass(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	const policies, tables, large = "/v1/policies", "/v1/imports/members", 1 << 20
	for name, test := range map[string]struct {
		by      access.Principal
		path    string
		size    int64
		headers []string
		status  int
		code    string
	}{
		"no route":              {leader, "/v1/nothing", 10, nil, 404, "httpapi.no_such_route"},
		"no token":              {access.Principal{}, policies, large, nil, 401, "identity.unknown"},
		"no token, in pieces":   {access.Principal{}, policies, -1, nil, 401, "identity.unknown"},
		"two tokens":            {leader, policies, 10, []string{"Authorization", "Bearer x"}, 401, "identity.unknown"},
		"another's route":       {regulator, policies, large, nil, 403, "access.forbidden"},
		"another's route, file": {leader, tables, -1, nil, 403, "access.forbidden"},
		"too large":             {leader, policies, large, nil, 413, "httpapi.too_large"},
		"a file too large":      {clerk, tables, 65 << 20, nil, 413, "httpapi.too_large"},
		"packed":                {leader, policies, 10, []string{"Content-Encoding", "gzip"}, 415, "httpapi.media_type"},
		"a file packed":         {clerk, tables, 10, []string{"Content-Encoding", "br"}, 415, "httpapi.media_type"},
		"a form": {
			leader, policies, 10, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "httpapi.media_type",
		},
		"another coding": {
			leader, policies, 10, []string{"Content-Type", "application/json; charset=gbk"}, 415, "httpapi.media_type",
		},
		"no kind of that name": {clerk, "/v1/imports/houses", 10, nil, 422, "httpapi.request_invalid"},
		"a flag without value": {clerk, tables + "?dry_run", 10, nil, 422, "httpapi.request_invalid"},
	} {
		answer := d.knock(test.by, test.path, test.size, untouchable{t}, test.headers...)
		d.refused(answer, test.status, test.code)
		if answer.Header.Get("Connection") != "close" {
			t.Errorf("%s: the connection goes on with a body that was not read", name)
		}
	}
}

// TestAWaitingClientIsNotToldToSend: who asks before it sends (Expect: 100-continue) is told to only when it may pass.
func TestAWaitingClientIsNotToldToSend(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for bearer, wanted := range map[string]string{"Bearer nobody": "HTTP/1.1 401", d.bearer(leader): "HTTP/1.1 100"} {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", d.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(connection, "POST /v1/policies HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n"+
			"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n", bearer)
		_ = connection.SetReadDeadline(time.Now().Add(20 * time.Second))
		answer := bufio.NewReader(connection)
		if line, err := answer.ReadString('\n'); err != nil || !strings.HasPrefix(line, wanted) {
			t.Errorf("the answer begins with %q, wanted %s: %v", line, wanted, err)
		}
		if bearer == "Bearer nobody" { // and then the connection ends, though nothing was sent
			if _, err := io.Copy(io.Discard, answer); err != nil {
				t.Errorf("the connection is kept: %v", err)
			}
		}
		_ = connection.Close()
	}
}

// TestLimits: who asks too much is told when to come again, others are not kept out, and the metrics count it.
func TestLimits(t *testing.T) {
	t.Parallel()
	d := openDoor(t, func(o *httpapi.Options) {
		o.Limits = throttle.Limits{TogetherEach: 2, UploadsEach: 1, Unknown: 1}
	})
	slow := func(path string) (started chan struct{}, end func()) {
		from, to := io.Pipe()
		started = make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			d.knock(clerk, path, -1, from)
		}()
		go func() {
			_, _ = to.Write([]byte(" ")) // is taken once the request is inside
			close(started)
		}()
		return started, func() { _ = to.Close(); <-done }
	}
	first, endFirst := slow("/v1/imports/members")
	<-first
	wait := d.knock(clerk, "/v1/imports/members", 10, untouchable{t})
	d.refused(wait, 429, "httpapi.too_many_requests")
	if wait.Header.Get("Retry-After") != "1" {
		t.Errorf("come again after %q", wait.Header.Get("Retry-After"))
	}
	second, endSecond := slow("/v1/pools")
	<-second
	d.refused(d.ask(clerk, "GET", "/v1/pools", ""), 429, "httpapi.too_many_requests")
	if answer := d.ask(leader, "GET", "/v1/pools", ""); answer.StatusCode != http.StatusOK {
		t.Errorf("another person: %d %s", answer.StatusCode, answer.text)
	}
	endFirst()
	endSecond()
	if answer := d.ask(clerk, "GET", "/v1/pools", ""); answer.StatusCode != http.StatusOK {
		t.Errorf("when there is room again: %d %s", answer.StatusCode, answer.text)
	}
	d.strangers()
	metrics := scraped(t, d.api)
	for _, line := range []string{
		`gongbao_http_requests_total{route="list-pools",status="429"} 1`,
		`gongbao_http_requests_total{route="start-import",status="429"} 1`,
		`gongbao_http_refusals_total{code="httpapi.too_many_requests"}`,
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no %s among the metrics", line)
		}
	}
}

// strangers come with bad tokens until no new one is looked at; who was known a moment ago is let in all the same.
func (d *door) strangers() {
	d.Helper()
	statuses := map[int]int{}
	for i := range 40 {
		answer := d.ask(access.Principal{}, "GET", "/v1/me", "", "Authorization", fmt.Sprint("Bearer x.y.", i))
		statuses[answer.StatusCode]++
	}
	if statuses[401] < 4 || statuses[429] == 0 || statuses[401]+statuses[429] != 40 {
		d.Errorf("forty bad tokens: %v", statuses)
	}
	if answer := d.ask(leader, "GET", "/v1/me", ""); answer.StatusCode == 401 {
		d.Errorf("a good token is taken for a bad one: %s", answer.text)
	}
}
