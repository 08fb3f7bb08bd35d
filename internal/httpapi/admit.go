package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/fault"
)

// admit is the gate before a route: who asks, whether they may, whether the body is of a size and a kind that is taken,
// whether they ask too much. Nothing of a body is read before that. Then a JSON body is read and judged; a file is left
// to its handler, which knows where to put it.
func (s *Server) admit(r route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		seen := door.RequestOf(ctx.Context())
		seen.Operation = r.id
		request, _ := humago.Unwrap(ctx)
		leave, err := s.enter(request, r, seen)
		if err != nil {
			s.turnAway(ctx, door.ProblemOf(ctx.Context(), err), err)
			return
		}
		defer leave()
		work := s.deadlines.Work
		seen.Faults = addressFaults(request, ctx.Operation())
		if r.upload() {
			work += s.deadlines.Upload
		} else if problem, err := s.takeJSON(request, r, seen, schemaOf(ctx.Operation())); err != nil {
			s.turnAway(ctx, problem, err)
			return
		}
		working, cancel := context.WithTimeout(ctx.Context(), work)
		defer cancel()
		next(huma.WithContext(ctx, working))
	}
}

// enter says who asks and lets them in, or why not.
func (s *Server) enter(request *http.Request, r route, seen *door.Request) (leave func(), err error) {
	if len(r.allow) > 0 {
		if seen.Person, err = s.gate.Known(request); err != nil {
			return nil, err
		}
		if !r.allow.Admits(seen.Person) {
			return nil, access.ErrForbidden.Case(fault.Args{"operation": r.id, "permitted": r.allow})
		}
	}
	if err := r.takes(request); err != nil {
		return nil, err
	}
	return s.gate.Enter(seen.Person, r.upload())
}

func (s *Server) turnAway(ctx huma.Context, problem *door.Problem, err error) {
	door.RequestOf(ctx.Context()).Code = problem.Code
	if wait, ok := errors.AsType[door.Excess](err); ok {
		problem.Retry = wait.Wait
	}
	if problem.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="gongbao"`)
	}
	if problem.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) { // who has gone is no fault
		s.Log.Error().Err(err).Str("request", problem.RequestID).Msg("admit a request")
	}
	for name := range problem.GetHeaders() {
		ctx.SetHeader(name, problem.GetHeaders().Get(name))
	}
	ctx.SetHeader("Content-Type", problem.ContentType(""))
	ctx.SetStatus(problem.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(problem) // the caller may have gone
}

// refused turns a use case's error into a problem; what is our own mistake goes to the log with all it says.
func (s *Server) refused(ctx context.Context, r route, err error) error {
	problem := door.ProblemOf(ctx, err)
	door.RequestOf(ctx).Code = problem.Code
	if problem.Status >= http.StatusInternalServerError {
		s.Log.Error().Err(err).Str("request", problem.RequestID).Str("route", r.id).Msg("a request failed")
	}
	return problem
}
