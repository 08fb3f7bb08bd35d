package httpapi

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/access"
)

// admit is the gate before a route: it knows who asks, or that nobody needs to, before the request is read.
func (s *Server) admit(r route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		witness := witnessOf(ctx.Context())
		witness.route = r.id
		if len(r.allow) == 0 {
			next(ctx)
			return
		}
		scheme, token, _ := strings.Cut(ctx.Header("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			token = ""
		}
		person, err := s.Person(ctx.Context(), strings.TrimSpace(token))
		if err == nil {
			witness.person = person
			if !r.allow.admits(person) {
				err = access.ErrForbidden.With("%s is for %s", r.id, r.allow)
			}
		}
		if err != nil {
			s.turnAway(ctx, err)
			return
		}
		next(ctx)
	}
}

func (s *Server) turnAway(ctx huma.Context, err error) {
	problem := problemOf(ctx.Context(), err)
	if problem.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="gongbao"`)
	}
	if problem.Status >= http.StatusInternalServerError {
		s.Log.Error().Err(err).Str("request", problem.RequestID).Msg("admit a request")
	}
	for name := range problem.GetHeaders() {
		ctx.SetHeader(name, problem.GetHeaders().Get(name))
	}
	ctx.SetHeader("Content-Type", problem.ContentType(""))
	ctx.SetStatus(problem.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(problem) // the caller may have gone
}

func (s *Server) writeProblem(w http.ResponseWriter, problem *Problem) {
	maps.Copy(w.Header(), problem.GetHeaders())
	w.Header().Set("Content-Type", problem.ContentType(""))
	w.WriteHeader(problem.Status)
	_ = json.NewEncoder(w).Encode(problem) // the caller may have gone
}

// refused turns a use case's error into a problem; what is our own mistake goes to the log with all it says.
func (s *Server) refused(ctx context.Context, r route, err error) error {
	problem := problemOf(ctx, err)
	witnessOf(ctx).code = problem.Code
	if problem.Status >= http.StatusInternalServerError {
		s.Log.Error().Err(err).Str("request", problem.RequestID).Str("route", r.id).Msg("a request failed")
	}
	return problem
}
