package httpapi

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gongbao/internal/clock"
	"gongbao/internal/door"
	"gongbao/internal/relay"
)

// metrics are what Prometheus reads.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	inFlight prometheus.Gauge
}

func newMetrics(house Options) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gongbao_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "gongbao_http_request_seconds", Help: "Time from a request to its answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"route"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gongbao_http_refusals_total", Help: "Requests refused, by the rule's code.",
		}, []string{"code"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "gongbao_http_requests_in_flight", Help: "Requests being answered now.",
		}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "gongbao_build_info", Help: "Always 1; its labels say which build answers.",
	}, []string{"version", "revision", "go_version"})
	build.WithLabelValues(house.Version, house.Revision, runtime.Version()).Set(1)
	m.registry.MustRegister(build, m.requests, m.took, m.refused, m.inFlight, &houseCollector{house},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(seen *door.Request, took time.Duration) {
	route := seen.Operation
	if route == "" {
		route = "other"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(seen.Status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
	if seen.Code != "" {
		m.refused.WithLabelValues(seen.Code).Inc()
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// houseCollector reads the pool of connections and the relay at the moment of a scrape.
type houseCollector struct{ house Options }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("gongbao_"+name, help, labels, nil)
}

var (
	descPoolUsed  = describe("postgres_connections_used", "Connections in use.")
	descPoolIdle  = describe("postgres_connections_idle", "Connections waiting for work.")
	descPoolMax   = describe("postgres_connections_max", "Connections there may be.")
	descPoolWaits = describe("postgres_connection_waits_total", "Times that work waited for a connection.")
	descBehind    = describe("references_behind", "Databases to which the last copy of the reference tables failed.")
	descPosition  = describe("feed_position", "Last position given, by pool.", "pool")
	descPublished = describe("feed_published_position", "Last position the topic has, by pool.", "pool")
	descBacklog   = describe("feed_backlog", "Events that have a position and are not in the topic.")
	descLag       = describe("feed_watermark_age_seconds",
		"How long ago the instant lies up to which all is known, by pool.", "pool")
	descForeign = describe("feed_foreign_records",
		"Records that others were seen to have committed to the topic, by pool.", "pool")
	descCopies  = describe("feed_copies", "Facts that were seen in the topic once more, by pool.", "pool")
	descBlocked = describe("feed_blocked_seconds",
		"How long the oldest open transaction of others has kept readers waiting, by pool.", "pool")
	descRelay = describe("feed_relay_state", "1 for what the relay is doing.", "state")
)

// Describe lists what Collect gives.
func (c *houseCollector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{
		descPoolUsed, descPoolIdle, descPoolMax, descPoolWaits, descBehind, descPosition, descPublished, descBacklog, descLag,
		descForeign, descCopies, descBlocked, descRelay,
	} {
		to <- desc
	}
}

// Collect reads the figures.
func (c *houseCollector) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	var used, idle, most int32
	var waits int64
	for _, db := range c.house.DB.All() {
		pool := db.Pool.Stat()
		used, idle, most = used+pool.AcquiredConns(), idle+pool.IdleConns(), most+pool.MaxConns()
		waits += pool.EmptyAcquireCount()
	}
	gauge(descPoolUsed, float64(used))
	gauge(descPoolIdle, float64(idle))
	gauge(descPoolMax, float64(most))
	to <- prometheus.MustNewConstMetric(descPoolWaits, prometheus.CounterValue, float64(waits))
	gauge(descBehind, float64(len(c.house.DB.Behind())))
	if c.house.Feed == nil {
		return
	}
	status := c.house.Feed()
	for name, position := range status.Positions {
		gauge(descPosition, float64(position), name)
	}
	for name, position := range status.Published {
		gauge(descPublished, float64(position), name)
	}
	for name, watermark := range status.Watermarks {
		gauge(descLag, clock.Since(watermark).Seconds(), name)
	}
	for name, seen := range status.Foreign {
		gauge(descForeign, float64(seen.Records), name)
		gauge(descCopies, float64(seen.Copies), name)
	}
	blocked := map[string]float64{}
	for _, open := range status.Blocked {
		blocked[open.Pool] = max(blocked[open.Pool], clock.Since(open.Since).Seconds())
	}
	for name, seconds := range blocked {
		gauge(descBlocked, seconds, name)
	}
	gauge(descBacklog, float64(status.Backlog()))
	for _, state := range relay.States {
		value := 0.0
		if state == status.State {
			value = 1
		}
		gauge(descRelay, value, string(state))
	}
}
