package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"gongbao/internal/clock"
	"gongbao/internal/door"
	"gongbao/internal/throttle"
)

// NewServer builds the door. A route that is declared twice is a fault of the build and panics.
func NewServer(options Options) *Server {
	makeProblems()
	s := &Server{Options: options, mux: http.NewServeMux(), routes: map[string]route{}, closed: make(chan struct{})}
	s.metrics = newMetrics(options)
	s.gate = &door.Gate{
		Person: options.Person, Trusts: options.Trusts, Load: throttle.New(options.Limits, clock.System{}),
	}
	s.deadlines = options.Deadlines.orDefault()
	s.api = humago.New(s.mux, s.description())
	s.bindService()
	s.bindProducts()
	s.bindMembers()
	s.bindLimits()
	s.bindBanks()
	s.bindMandates()
	s.bindPools()
	s.bindAgreements()
	s.bindPeriods()
	s.bindPolicies()
	s.bindPlacement()
	s.bindPremium()
	s.bindPolicyLife()
	s.bindSubsidies()
	s.bindClaims()
	s.bindDocuments()
	s.bindStatements()
	s.bindStatementQueries()
	s.bindStatementViews()
	s.bindSettlements()
	s.bindPayments()
	s.bindBook()
	s.bindDebts()
	s.bindFeed()
	s.bindImports()
	describeProperties(s.api.OpenAPI())
	s.serveDocs()
	return s
}

// Handler is all doors behind what every request passes.
func (s *Server) Handler() http.Handler {
	watch := door.Watch{
		Log: s.Log, Within: s.deadlines.Write, ByTLS: s.ByTLS, Begun: s.metrics.inFlight.Inc,
		Ended: func(seen *door.Request, took time.Duration) {
			s.metrics.inFlight.Dec()
			s.metrics.observe(seen, took)
		},
	}
	return s.traced(watch.Over(http.HandlerFunc(s.dispatch)))
}

// traced gives every request a span, when traces are configured; without a provider it costs next to nothing.
func (s *Server) traced(next http.Handler) http.Handler {
	return otelhttp.NewHandler(next, "http", otelhttp.WithFilter(func(r *http.Request) bool {
		return strings.HasPrefix(r.URL.Path, "/v1/")
	}))
}

// dispatch finds the door. The standard mux answers unknown paths and methods in plain text; ours are problems.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	status := http.StatusNotFound
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, other := s.mux.Handler(probe); other != "" && method != r.Method {
			w.Header().Add("Allow", method)
			status = http.StatusMethodNotAllowed
		}
	}
	problem := door.ProblemOf(r.Context(), errNoSuchRoute)
	problem.Status = status
	problem.Write(w)
}

const headerBytes = 16 << 10

// HTTP is the server to listen with. Its own deadlines hold for what no route of the API answers; a route sets its own.
func (s *Server) HTTP(address string) *http.Server {
	return &http.Server{
		Addr: address, Handler: s.Handler(), ReadHeaderTimeout: s.deadlines.Header, ReadTimeout: s.deadlines.Read,
		WriteTimeout: s.deadlines.Work + s.deadlines.Write, IdleTimeout: s.deadlines.Idle, MaxHeaderBytes: headerBytes,
		ErrorLog: nil, BaseContext: nil,
	}
}
