package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/httpapi"
)

// scraped are the metrics, as Prometheus reads them.
func scraped(t *testing.T, api *httpapi.Server) string {
	t.Helper()
	answer := operated(t, api, "/metrics")
	if answer.Code != http.StatusOK {
		t.Errorf("the metrics: %d", answer.Code)
	}
	return answer.Body.String()
}

func operated(t *testing.T, api *httpapi.Server, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	api.Operations().Handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return recorder
}

// Figures and profiles say much about a service and ask for no token: callers of the API do not reach them, and who
// reaches them reaches nothing else.
func TestMetricsAndProfilesHaveADoorOfTheirOwn(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/heap"} {
		d.refused(d.ask(access.Principal{}, http.MethodGet, path, ""), http.StatusNotFound, "httpapi.no_such_route")
		if answer := operated(t, d.api, path); answer.Code != http.StatusOK || answer.Body.Len() == 0 {
			t.Errorf("%s at its own door: %d", path, answer.Code)
		}
	}
	for _, path := range []string{"/v1/me", "/v1/pools", "/docs/", "/readyz"} {
		if answer := operated(t, d.api, path); answer.Code != http.StatusNotFound {
			t.Errorf("%s at the door of metrics: %d", path, answer.Code)
		}
	}
}

// Every answer, good or not, tells a browser that it is no page of ours, and by TLS that it is to stay there.
func TestEveryAnswerBearsTheHeadersOfSecurity(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	always := map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control": "no-store",
	}
	look := func(name, path string, headers http.Header) {
		for header, wanted := range always {
			if got := headers.Values(header); len(got) != 1 || got[0] != wanted {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		policy := headers.Get("Content-Security-Policy")
		page := strings.HasPrefix(path, "/docs/")
		if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "script-src") != page {
			t.Errorf("%s: the policy is %q", name, policy)
		}
		if got := headers.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: without TLS a browser is told %q", name, got)
		}
	}
	for _, test := range []struct {
		by           access.Principal
		method, path string
	}{
		{leader, http.MethodGet, "/v1/me"},
		{access.Principal{}, http.MethodGet, "/v1/me"},
		{follower, http.MethodGet, "/v1/books/SHAHU/accounts/cash/balance"},
		{leader, http.MethodPost, "/v1/policies"},
		{leader, http.MethodDelete, "/v1/policies"},
		{leader, http.MethodGet, "/nowhere"},
		{access.Principal{}, http.MethodGet, "/livez"},
		{access.Principal{}, http.MethodGet, "/openapi.json"},
		{access.Principal{}, http.MethodGet, "/docs/"},
	} {
		answer := d.ask(test.by, test.method, test.path, "")
		look(test.method+" "+test.path, test.path, answer.Header)
	}
	look("metrics", "/metrics", operated(t, d.api, "/metrics").Header())
	secure := httpapi.NewServer(httpapi.Options{ByTLS: true, Log: zerolog.Nop()})
	for _, path := range []string{"/livez", "/nowhere", "/docs/"} {
		recorder := httptest.NewRecorder()
		secure.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if got := recorder.Header().Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("%s by TLS: a browser is told %q", path, got)
		}
	}
}
