package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/throttle"
)

// admit is the gate before a route: who asks, whether they may, whether the body is of a size and a kind that is taken,
// whether they ask too much. Nothing of a body is read before that. Then a JSON body is read and judged; a file is left
// to its handler, which knows where to put it.
func (s *Server) admit(r route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		seen := witnessOf(ctx.Context())
		seen.route = r.id
		request, _ := humago.Unwrap(ctx)
		leave, err := s.enter(request, r, seen)
		if err != nil {
			s.turnAway(ctx, problemOf(ctx.Context(), err), err)
			return
		}
		defer leave()
		work := s.deadlines.Work
		seen.faults = addressFaults(request, ctx.Operation())
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
func (s *Server) enter(request *http.Request, r route, seen *witness) (leave func(), err error) {
	if len(r.allow) > 0 {
		if seen.person, err = s.known(request); err != nil {
			return nil, err
		}
		if !r.allow.admits(seen.person) {
			return nil, access.ErrForbidden.Case(fault.Args{"operation": r.id, "permitted": r.allow})
		}
	}
	if err := r.takes(request); err != nil {
		return nil, err
	}
	leave, refused := s.gate.Enter(seen.person.Subject, r.upload())
	if refused != nil {
		return nil, excess{refused}
	}
	return leave, nil
}

// known is the person who holds the request's token. From an address that many bad tokens came from no further one is
// looked at for a while, apart from those that were good a moment ago.
func (s *Server) known(request *http.Request) (access.Principal, error) {
	var token string
	if headers := request.Header.Values("Authorization"); len(headers) == 1 {
		if scheme, rest, _ := strings.Cut(headers[0], " "); strings.EqualFold(scheme, "Bearer") {
			token = strings.TrimSpace(rest)
		}
	}
	address := addressOf(request)
	if s.Trusts == nil || !s.Trusts(token) {
		if refused := s.gate.Strange(address); refused != nil {
			return access.Principal{}, excess{refused}
		}
	}
	person, err := s.Person(request.Context(), token)
	if refusal, ok := errors.AsType[*fault.Fault](err); ok && refusal.Kind == fault.Unknown {
		s.gate.Failed(address)
	}
	return person, err
}

// addressOf is whose bad tokens are counted together: an IPv4 address, or the network that one IPv6 subscriber has.
func addressOf(request *http.Request) string {
	const subscriber = 64 // bits
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		return request.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Unmap().Is4() {
		return host
	}
	network, err := ip.WithZone("").Prefix(subscriber)
	if err != nil {
		return host
	}
	return network.String()
}

// excess is the error of who has to wait.
type excess struct{ *throttle.Refusal }

// Error is the reason.
func (e excess) Error() string { return e.Reason }

// Unwrap is the rule.
func (e excess) Unwrap() error { return errTooMany.Case(fault.Args{"reason": e.Reason}) }

func (s *Server) turnAway(ctx huma.Context, problem *Problem, err error) {
	witnessOf(ctx.Context()).code = problem.Code
	if wait, ok := errors.AsType[excess](err); ok {
		problem.retry = wait.Wait
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
