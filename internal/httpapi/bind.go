package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/access"
	"gongbao/internal/door"
)

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
	if r.answers != "" {
		operation.Responses = fileAnswer(r.answers)
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

// bind puts a handler behind its route. The handler is given who asks; a route that is declared twice panics.
func bind[I, O any](
	s *Server, r route, handle func(ctx context.Context, by access.Principal, in *I) (*O, error),
) {
	if _, twice := s.routes[r.id]; twice || r.id == "" {
		panic(fmt.Sprintf("httpapi: the route %q of %s has no name, or is declared twice", r.id, r.path))
	}
	s.routes[r.id] = r
	operation := r.operation(s)
	s.nameBody(&operation, reflect.TypeFor[I]())
	if _, can := any(new(I)).(rehearsable); can {
		s.describeRehearsal(&operation, reflect.TypeFor[O]())
	}
	huma.Register(s.api, operation, func(ctx context.Context, in *I) (*O, error) {
		seen := door.RequestOf(ctx)
		if seen.Faults.Any() {
			return nil, s.refused(ctx, r, door.ErrRequestInvalid)
		}
		out, err := handle(ctx, seen.Person, in)
		if err != nil {
			return nil, s.refused(ctx, r, err)
		}
		if command, can := any(in).(rehearsable); can && command.rehearsing() != nil {
			return nil, s.rehearsed(ctx, r, seen.Person, command.rehearsing(), out)
		}
		if r.method != http.MethodGet && s.Wake != nil {
			s.Wake()
		}
		if r.papers {
			s.writePapers(ctx)
		}
		return out, nil
	})
}
