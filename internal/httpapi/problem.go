package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

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

	retry    time.Duration // after which it is worth while to ask again; 0 for what the status suggests
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
	errTooLarge.Code: http.StatusRequestEntityTooLarge, errMediaType.Code: http.StatusUnsupportedMediaType,
	errTooSlow.Code: http.StatusRequestTimeout,
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

// problemOf turns any error into what the caller may see of it: of what is not a fault, a code and the request's id.
func problemOf(ctx context.Context, err error) *Problem {
	err = pg.Refusal(err) // a read gives what went wrong as it is
	refusal, ok := errors.AsType[*fault.Fault](err)
	switch {
	case ok:
	case pg.CodeOf(err) == characterNotInRepertoire: // a NUL, or bytes that are no text
		refusal = errRequestInvalid.Case(fault.Args{"sqlstate": characterNotInRepertoire})
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		refusal = errTimeout
	default:
		refusal = errInternal
	}
	found := witnessOf(ctx).faults
	for _, field := range refusal.Fields {
		found.add(field.Path, field.Message)
	}
	problem := newProblem(ctx, refusal)
	problem.Errors, problem.More = found.listed, found.more
	return problem
}

// newProblem is a refusal in the language of the request.
func newProblem(ctx context.Context, refusal *fault.Fault) *Problem {
	spoken := witnessOf(ctx).words
	told := spoken.Tell(refusal)
	return &Problem{
		Type: problemType + refusal.Code, Title: told.Sentence, Status: statusOf(refusal), Code: refusal.Code,
		Detail: plain(told.Detail), Remedy: told.Remedy, RequestID: requestID(ctx), language: spoken.Language,
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
	case p.retry > 0:
		headers.Set("Retry-After", strconv.Itoa(max(1, int(p.retry.Round(time.Second)/time.Second))))
	case p.Status == http.StatusServiceUnavailable, p.Status == http.StatusTooManyRequests:
		headers.Set("Retry-After", soon)
	}
	return headers
}

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problemFromDoor is what the library asks for when a request does not fit the API's description.
func problemFromDoor(ctx context.Context, status int, message string, errs ...error) huma.StatusError {
	rule := errRequestInvalid
	switch status {
	case http.StatusNotFound:
		rule = errNoSuchRoute
	case http.StatusRequestEntityTooLarge:
		rule = errTooLarge
	case http.StatusRequestTimeout:
		rule = errTimeout
	case http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		rule = errMediaType
	case http.StatusInternalServerError:
		rule = errInternal
	}
	problem := newProblem(ctx, rule)
	problem.Status = status
	if rule == errInternal {
		return problem
	}
	if message != "validation failed" {
		problem.Detail = plain(message)
	}
	seen := witnessOf(ctx)
	seen.code = rule.Code
	found := seen.faults
	for _, err := range errs {
		if err == nil {
			continue
		}
		if detailed, ok := err.(huma.ErrorDetailer); ok { // its own text would print the value, which may be the whole body
			detail := detailed.ErrorDetail()
			found.add(place(detail.Location), detail.Message)
			continue
		}
		found.add("", err.Error())
	}
	problem.Errors, problem.More = found.listed, found.more
	return problem
}

// place is a field's place as the use cases write it: "instalments[1].amount", without "body.".
func place(location string) string { return strings.TrimPrefix(location, "body.") }

const messageMax = 300 // bytes of a library's message that are passed on

func plain(message string) string {
	if len(message) > messageMax {
		message = strings.ToValidUTF8(message[:messageMax], "") + "…"
	}
	return message
}
