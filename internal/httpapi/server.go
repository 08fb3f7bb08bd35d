package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/rs/zerolog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/door"
	"gongbao/internal/imports"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
	"gongbao/internal/throttle"
	"gongbao/product"
	"gongbao/zone"
)

// Options are what the door needs of the house.
type Options struct {
	DB          *pg.DB
	Zone        *zone.Service
	Coinsurance *coinsurance.Service
	Product     *product.Service
	Insurance   *insurance.Service
	Claims      *claims.Service
	Dossier     *dossier.Service
	Periods     *periodend.Service
	Feed        func() relay.Status // nil when this process runs no relay
	Wake        func()              // tells the relay that there is something new; nil for none
	Clock       clock.Clock
	Log         zerolog.Logger
	// Person is who holds a bearer token; identity.Verifier has it.
	Person func(ctx context.Context, token string) (access.Principal, error)
	// Trusts says whether a token was good a moment ago; identity.Verifier has it. Nil: none was.
	Trusts     func(token string) bool
	Limits     throttle.Limits // none when left out
	Deadlines  Deadlines       // DefaultDeadlines when left out
	AppendOnly bool            // the database login cannot change what was written; shown by /readyz
	Version    string          // of the build, as the description and the metrics say it
	Revision   string          // the commit it was built from
}

// Server answers requests.
type Server struct {
	Options

	mux       *http.ServeMux
	api       huma.API
	metrics   *metrics
	routes    map[string]route // by id
	runner    *imports.Runner
	kinds     []ImportKind
	gate      *door.Gate
	deadlines Deadlines
}

// NewServer builds the door. A route that is declared twice is a fault of the build and panics.
func NewServer(options Options) *Server {
	makeProblems()
	s := &Server{Options: options, mux: http.NewServeMux(), routes: map[string]route{}}
	s.metrics = newMetrics(s)
	s.gate = &door.Gate{
		Person: options.Person, Trusts: options.Trusts, Load: throttle.New(options.Limits, clock.System{}),
	}
	s.deadlines = options.Deadlines.orDefault()
	s.api = humago.New(s.mux, s.description())
	s.bindService()
	s.bindProducts()
	s.bindZone()
	s.bindPolicies()
	s.bindClaims()
	s.bindDocuments()
	s.bindBook()
	s.bindFeed()
	s.bindImports()
	s.serveDocs()
	return s
}

// Handler is all doors behind what every request passes.
func (s *Server) Handler() http.Handler {
	watch := door.Watch{
		Log: s.Log, Within: s.deadlines.Write, Begun: s.metrics.inFlight.Inc,
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
