package door

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// Problem is how a request is refused (RFC 9457).
type Problem struct {
	Type      string        `json:"type" doc:"urn:gongbao:problem: and the code"`
	Title     string        `json:"title" doc:"What the rule is, in one sentence"`
	Status    int           `json:"status" doc:"HTTP status"`
	Code      string        `json:"code" doc:"Stable code of the rule, for programs"`
	Detail    string        `json:"detail,omitempty" doc:"What this case adds"`
	Remedy    string        `json:"remedy,omitempty" doc:"What to do about it"`
	Errors    []fault.Field `json:"errors,omitempty" doc:"The faulty fields of the request, with their places; at most 50"`
	More      int           `json:"more,omitempty" doc:"Faulty fields beyond those that are listed"`
	RequestID string        `json:"request_id,omitempty" doc:"Name it when you ask for help"`

	Retry    time.Duration `json:"-"` // after which it is worth while to ask again; 0 for what the status suggests
	language string        // of the title, as Content-Language says it
}

// statuses maps a fault's kind to its HTTP status; only what HTTP itself is about has one of its own (ownStatuses).
var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.Stale: http.StatusPreconditionFailed,
	fault.Forbidden: http.StatusForbidden, fault.Unknown: http.StatusUnauthorized,
	fault.Excessive:   http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

var ownStatuses = map[string]int{
	ErrTooLarge.Code: http.StatusRequestEntityTooLarge, ErrMediaType.Code: http.StatusUnsupportedMediaType,
	ErrTooSlow.Code: http.StatusRequestTimeout,
}

func statusOf(refusal *fault.Fault) int {
	if status, own := ownStatuses[refusal.Code]; own {
		return status
	}
	return statuses[refusal.Kind]
}

// characterNotInRepertoire is Postgres' SQLSTATE for a text it cannot hold.
const characterNotInRepertoire = "22021"

const problemType = "urn:gongbao:problem:"

// ProblemOf turns any error into what the caller may see of it: of what is not a fault, a code and the request's id.
func ProblemOf(ctx context.Context, err error) *Problem {
	err = pg.Refusal(err) // a read gives what went wrong as it is
	refusal, ok := errors.AsType[*fault.Fault](err)
	switch {
	case ok:
	case pg.CodeOf(err) == characterNotInRepertoire: // a NUL, or bytes that are no text
		refusal = ErrRequestInvalid.Case(fault.Args{"sqlstate": characterNotInRepertoire})
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		refusal = ErrTimeout
	default:
		refusal = ErrInternal
	}
	found := RequestOf(ctx).Faults
	for _, field := range refusal.Fields {
		found.AddField(field)
	}
	return NewProblem(ctx, refusal).Blaming(ctx, found)
}

// Blaming is the problem with the fields that are to blame, in the language of the request.
func (p *Problem) Blaming(ctx context.Context, found Faults) *Problem {
	if found.Any() {
		p.Errors, p.More = found.tell(RequestOf(ctx).spoken()), found.More
	}
	return p
}

// NewProblem is a refusal in the language of the request.
func NewProblem(ctx context.Context, refusal *fault.Fault) *Problem {
	spoken := RequestOf(ctx).spoken()
	told := spoken.Tell(refusal)
	return &Problem{
		Type: problemType + refusal.Code, Title: told.Sentence, Status: statusOf(refusal), Code: refusal.Code,
		Detail: Plain(told.Detail), Remedy: told.Remedy, RequestID: RequestOf(ctx).ID, language: spoken.Language,
	}
}

// Error is the problem's code and sentence.
func (p *Problem) Error() string { return p.Code + ": " + p.Title }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// The seconds after which it is worth while to ask again.
const (
	soon  = "2"
	later = "30" // somebody has to make room first
)

// GetHeaders says when to ask again, to whom it was our fault.
func (p *Problem) GetHeaders() http.Header {
	headers := http.Header{}
	if p.language != "" {
		headers.Set("Content-Language", p.language)
	}
	switch {
	case p.Code == pg.ErrFull.Code:
		headers.Set("Retry-After", later)
	case p.Retry > 0:
		headers.Set("Retry-After", strconv.Itoa(max(1, int(p.Retry.Round(time.Second)/time.Second))))
	case p.Status == http.StatusServiceUnavailable, p.Status == http.StatusTooManyRequests:
		headers.Set("Retry-After", soon)
	}
	return headers
}

// ContentType is that of problems, whatever the answer would have been.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Write answers a request with the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may have gone
}
