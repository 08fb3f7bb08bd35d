package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"gongbao/internal/access"
	shared "gongbao/internal/door"
	"gongbao/internal/httpapi"
	"gongbao/internal/lab/golden"
	"gongbao/internal/money"
	"gongbao/internal/relay"
)

// TestRefusalsOfTheDoor are those before any use case.
func TestRefusalsOfTheDoor(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.refused(d.ask(leader, "GET", "/v1/nothing", ""), 404, "httpapi.no_such_route")
	wrong := d.ask(leader, "DELETE", "/v1/policies", "")
	d.refused(wrong, 405, "httpapi.no_such_route")
	if allowed := strings.Join(wrong.Header.Values("Allow"), " "); allowed != "GET POST" {
		t.Errorf("the answer to a wrong method allows %q", allowed)
	}
	d.refused(d.ask(leader, "POST", "/v1/policies", strings.Repeat(" ", 1<<20)), 413, "httpapi.too_large")
	d.refused(d.ask(leader, "POST", "/v1/policies", "<a/>", "Content-Type", "text/xml"), 415, "httpapi.media_type")
	d.refused(d.ask(leader, "POST", "/v1/policies/IC-P1/issue", "", "If-Match", "yesterday"),
		422, "httpapi.if_match_invalid")
	d.refused(d.ask(leader, "GET", "/v1/policies?insured=%00", ""), 422, "httpapi.request_invalid")
	d.refused(d.ask(leader, "GET", "/v1/products/marine", ""), 404, "insurance.line_not_found")
	d.refused(d.ask(leader, "GET", "/v1/books/SHAHU/accounts/pocket/balance", ""), 404, "ledger.account_not_found")
	every := d.refused(d.ask(leader, "POST", "/v1/policies",
		`{"pool":"IC","line":"first_set","insured":"x","start":"2026-02-30","end":"2026-12-31","premium":"1.005",
		"limit":5,"x":1}`),
		422, "httpapi.request_invalid")
	places := map[string]bool{}
	for _, field := range every.Errors {
		places[field.Path] = true
	}
	for _, place := range []string{"start", "premium", "limit", "x"} {
		if !places[place] {
			t.Errorf("the fault of %s is not named: %+v", place, every.Errors)
		}
	}
	rules := d.refused(d.ask(leader, "POST", "/v1/policies", `{"pool":"IC","number":"LH-1","line":"marine","insured":"x",
		"start":"2026-03-01","end":"2026-02-01","premium":"-1.00","limit":"0.00"}`), 422, "insurance.policy_invalid")
	if len(rules.Errors) != 5 {
		t.Errorf("five fields break a rule, %d are named: %+v", len(rules.Errors), rules.Errors)
	}
}

// answering is a door whose callers are found out by the function; it has no house behind it.
func answering(
	t *testing.T, log io.Writer, person func(context.Context, string) (access.Principal, error),
) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(httpapi.NewServer(httpapi.Options{Log: zerolog.New(log), Person: person}).Handler())
	t.Cleanup(server.Close)
	return server
}

// TestOurOwnMistakes: the caller sees a code and the request's id, the log sees the rest.
func TestOurOwnMistakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		person func(context.Context, string) (access.Principal, error)
		status int
		code   string
	}{
		"an error": {func(context.Context, string) (access.Principal, error) {
			return access.Principal{}, errors.New("the secret of the house")
		}, 500, "httpapi.internal"},
		"a panic": {func(context.Context, string) (access.Principal, error) {
			panic("the secret of the house")
		}, 500, "httpapi.internal"},
		"a sum behind a read": {func(context.Context, string) (access.Principal, error) {
			_ = money.Fen(math.MaxInt64).Add(money.Fen(1))
			return access.Principal{}, nil
		}, 422, "money.sum_too_large"},
		"no time left": {func(context.Context, string) (access.Principal, error) {
			return access.Principal{}, fmt.Errorf("the secret of the house: %w", context.DeadlineExceeded)
		}, 503, "httpapi.timeout"},
	} {
		log := &lines{}
		server := answering(t, log, test.person)
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/me", nil)
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		var problem shared.Problem
		err = json.Unmarshal(text, &problem)
		if err != nil || response.StatusCode != test.status || problem.Code != test.code {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
		ours := test.status >= http.StatusInternalServerError
		if strings.Contains(string(text), "secret") || ours && !strings.Contains(log.String(), "secret") {
			t.Errorf("%s: the caller got %s, the log %s", name, text, log)
		}
		if ours && !strings.Contains(log.String(), problem.RequestID) {
			t.Errorf("%s: the log does not name the request", name)
		}
	}
}

// TestSlowClientIsCutOff: who opens a connection and says nothing does not keep it.
func TestSlowClientIsCutOff(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httpapi.NewServer(httpapi.Options{Log: zerolog.Nop()}).HTTP("")
	server.ReadHeaderTimeout = 50 * time.Millisecond // what production waits is too long for a test
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := connection.Write([]byte("GET /livez HTTP/1.1\r\nHost: x\r\n")); err != nil {
		t.Fatal(err)
	}
	_ = connection.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := bufio.NewReader(connection).ReadString('\x00'); !errors.Is(err, io.EOF) && !isReset(err) {
		t.Errorf("a client that never ends its request is kept: %v", err)
	}
	if server.ReadTimeout == 0 || server.WriteTimeout == 0 || server.IdleTimeout == 0 || server.MaxHeaderBytes > 64<<10 {
		t.Errorf("a limit is missing: %+v", server)
	}
}

func isReset(err error) bool {
	var failure *net.OpError
	return errors.As(err, &failure) && !failure.Timeout()
}

// TestNothingPrivateIsLogged: a token, a name, an amount do not reach the log.
func TestNothingPrivateIsLogged(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.ask(leader, "GET", "/v1/policies?insured=武汉示例装备", "")
	d.ask(leader, "POST", "/v1/policies", firstSet)
	d.ask(access.Principal{}, "GET", "/v1/me", "", "Authorization", "Bearer topsecrettoken")
	log := d.log.String()
	for _, private := range []string{"Bearer", "topsecrettoken", "eyJ", "武汉", "%E6", "106000.01", "100000.01"} {
		if strings.Contains(log, private) {
			t.Errorf("the log shows %q: %s", private, log)
		}
	}
	for _, wanted := range []string{"issue-policy", "li@SHAHU", "insurance.policy_exists"} {
		if !strings.Contains(log, wanted) {
			t.Errorf("the log does not say %q: %s", wanted, log)
		}
	}
}

// TestReadyAndMetrics: probes say what is amiss, and the figures are there to be scraped.
func TestReadyAndMetrics(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	if answer := d.ask(access.Principal{}, "GET", "/livez", ""); answer.StatusCode != 200 {
		t.Errorf("alive: %d", answer.StatusCode)
	}
	metrics := scraped(t, d.api)
	for _, line := range []string{
		`gongbao_http_requests_total{route="issue-policy",status="200"} 1`, "gongbao_postgres_connections_max",
		"gongbao_http_request_seconds_bucket", `,revision="",version="test"} 1`,
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no %s among the metrics", line)
		}
	}
	if problems, err := testutil.GatherAndLint(d.api.Metrics()); err != nil || len(problems) > 0 {
		t.Errorf("the metrics are not as Prometheus wants them: %v %v", problems, err)
	}
	for state, wanted := range map[relay.State]struct {
		status int
		says   string
	}{
		relay.StatePublishing: {200, "ready"}, relay.StateKafkaDown: {200, "kafka_down"},
		relay.StateForked: {503, "feed_forked"},
	} {
		api := httpapi.NewServer(httpapi.Options{
			DB: d.db.DB, Log: zerolog.Nop(), Feed: func() relay.Status { return relay.Status{State: state} },
		})
		recorder := httptest.NewRecorder()
		api.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
		var says struct{ Status, AppendOnly string }
		_ = json.Unmarshal(recorder.Body.Bytes(), &says)
		if recorder.Code != wanted.status || says.Status != wanted.says {
			t.Errorf("feed %s: %d %s", state, recorder.Code, recorder.Body)
		}
	}
}

// TestDescription: the API describes itself in OpenAPI 3.1, and the pages that show it are inside the binary.
func TestDescription(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	served := d.ask(access.Principal{}, "GET", "/openapi.json", "")
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(served.text), &document); err != nil || !strings.HasPrefix(document.OpenAPI, "3.1") {
		t.Fatalf("%v: %.200s", err, served.text)
	}
	var pretty strings.Builder
	encoder := json.NewEncoder(&pretty)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(json.RawMessage(served.text)); err != nil {
		t.Fatal(err)
	}
	golden.Same(t, "../../docs/openapi.json", pretty.String())
	page := d.ask(access.Principal{}, "GET", "/docs/", "")
	if page.StatusCode != 200 || strings.Contains(page.text, "https://cdn") || strings.Contains(page.text, "//unpkg") {
		t.Errorf("the pages: %d %.300s", page.StatusCode, page.text)
	}
}
