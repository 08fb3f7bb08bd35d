package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/imports"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
	"gongbao/internal/throttle"
)

// Options are what the door needs of the house.
type Options struct {
	DB        *pg.DB
	Zone      *coinsurance.Service
	Insurance *insurance.Service
	Claims    *claims.Service
	Dossier   *dossier.Service
	Periods   *periodend.Service
	Feed      func() relay.Status // nil when this process runs no relay
	Wake      func()              // tells the relay that there is something new; nil for none
	Clock     clock.Clock
	Log       zerolog.Logger
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
	bound     map[string]bool
	runner    *imports.Runner
	gate      *throttle.Gate
	deadlines Deadlines
}

// NewServer builds the door. A route without a handler, or a handler without a route, is a fault of the build and
// panics.
func NewServer(options Options) *Server {
	makeProblems()
	s := &Server{Options: options, mux: http.NewServeMux(), bound: map[string]bool{}}
	s.metrics = newMetrics(s)
	s.gate, s.deadlines = throttle.New(options.Limits, clock.System{}), options.Deadlines.orDefault()
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
	for _, r := range routes {
		if !s.bound[r.id] {
			panic("httpapi: the route " + r.id + " has no handler")
		}
	}
	s.serveDocs()
	return s
}

// Handler is all doors behind what every request passes.
func (s *Server) Handler() http.Handler { return s.traced(s.witnessed(http.HandlerFunc(s.dispatch))) }

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
	problem := problemOf(r.Context(), errNoSuchRoute)
	problem.Status = status
	s.writeProblem(w, problem)
}

// bind puts a handler behind its route. The handler is given who asks; a route outside the table panics.
func bind[I, O any](
	s *Server, id string, handle func(ctx context.Context, by access.Principal, in *I) (*O, error),
) {
	r, known := find(id)
	if !known || s.bound[id] {
		panic(fmt.Sprintf("httpapi: %s is no route, or is bound twice", id))
	}
	s.bound[id] = true
	huma.Register(s.api, r.operation(s), func(ctx context.Context, in *I) (*O, error) {
		seen := witnessOf(ctx)
		if seen.faults.any() {
			return nil, s.refused(ctx, r, errRequestInvalid)
		}
		out, err := handle(ctx, seen.person, in)
		if err != nil {
			return nil, s.refused(ctx, r, err)
		}
		if r.method != http.MethodGet && s.Wake != nil {
			s.Wake()
		}
		return out, nil
	})
}

// operation is the route as OpenAPI describes it.
func (r route) operation(s *Server) huma.Operation {
	operation := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Summary: r.summary, Tags: []string{r.tag},
		Description: "For: " + r.allow.String() + ".", DefaultStatus: r.success,
		Middlewares: huma.Middlewares{s.admit(r)},
		Errors: []int{
			http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable,
		},
		// What comes is read and judged before the library sees it, in time and in size (admit).
		MaxBodyBytes: -1, BodyReadTimeout: -1, SkipValidateBody: true,
	}
	if operation.DefaultStatus == 0 {
		operation.DefaultStatus = http.StatusOK
	}
	if r.file {
		operation.RequestBody = tableBody()
	}
	if r.raw {
		operation.RequestBody = rawBody()
	}
	if r.pdf {
		operation.Responses = fileAnswer(mediaPDF)
	}
	if r.binary {
		operation.Responses = fileAnswer(mediaAny)
	}
	if len(r.allow) > 0 {
		operation.Security = []map[string][]string{{securityScheme: {}}}
	}
	if r.method != http.MethodGet {
		operation.Errors = append(operation.Errors, http.StatusBadRequest, http.StatusConflict,
			http.StatusPreconditionFailed, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge,
			http.StatusUnsupportedMediaType)
	}
	if r.path != "/v1/me" {
		operation.Errors = append(operation.Errors, http.StatusNotFound)
	}
	return operation
}
