package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"gongbao/internal/httpapi"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/relay"
)

// TestForeignTransaction: what others do in the topic is shown, and takes nothing from the service.
func TestForeignTransaction(t *testing.T) {
	t.Parallel()
	api := httpapi.NewServer(httpapi.Options{
		DB: testdb.Open(t).DB, Log: zerolog.Nop(),
		Feed: func() relay.Status {
			return relay.Status{
				State: relay.StatePublishing, Foreign: map[string]relay.Foreign{"IC": {Records: 3, Copies: 1}},
				Blocked: []relay.Blocked{{Pool: "IC", Transaction: kafka.Transaction{ProducerID: 4711}}},
			}
		},
	})
	ask := func(path string) (int, string) {
		recorder := httptest.NewRecorder()
		api.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
		return recorder.Code, recorder.Body.String()
	}
	status, ready := ask("/readyz")
	for _, words := range []string{
		`"status":"feed_blocked_by_foreign_transaction"`, `"feed_foreign_records":3`, `"producer_id":4711`, `"since":`,
	} {
		if status != http.StatusOK || !strings.Contains(ready, words) {
			t.Errorf("no %s: %d %s", words, status, ready)
		}
	}
	metrics := scraped(t, api)
	for _, line := range []string{
		`gongbao_feed_foreign_records{pool="IC"} 3`, `gongbao_feed_copies{pool="IC"} 1`,
		`gongbao_feed_blocked_seconds{pool="IC"}`,
	} {
		if !strings.Contains(metrics, line) {
			t.Errorf("no %s among the metrics", line)
		}
	}
	if problems, err := testutil.GatherAndLint(api.Metrics()); err != nil || len(problems) > 0 {
		t.Errorf("the metrics are not as Prometheus wants them: %v %v", problems, err)
	}
}
