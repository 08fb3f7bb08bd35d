package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/door"
)

// problemFromLibrary is what the library asks for when a request does not fit the API's description.
func problemFromLibrary(ctx context.Context, status int, message string, errs ...error) huma.StatusError {
	rule := door.ErrRequestInvalid
	switch status {
	case http.StatusNotFound:
		rule = errNoSuchRoute
	case http.StatusRequestEntityTooLarge:
		rule = door.ErrTooLarge
	case http.StatusRequestTimeout:
		rule = door.ErrTimeout
	case http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		rule = door.ErrMediaType
	case http.StatusInternalServerError:
		rule = door.ErrInternal
	}
	problem := door.NewProblem(ctx, rule)
	problem.Status = status
	if rule == door.ErrInternal {
		return problem
	}
	if message != "validation failed" {
		problem.Detail = door.Plain(message)
	}
	seen := door.RequestOf(ctx)
	seen.Code = rule.Code
	found := seen.Faults
	for _, err := range errs {
		if err == nil {
			continue
		}
		if detailed, ok := err.(huma.ErrorDetailer); ok { // its own text would print the value, which may be the whole body
			detail := detailed.ErrorDetail()
			found.AddField(inOurWords(place(detail.Location), detail.Message))
			continue
		}
		found.AddField(inOurWords("", err.Error()))
	}
	return problem.Blaming(ctx, found)
}

// place is a field's place as the use cases write it: "instalments[1].amount", without "body.".
func place(location string) string { return strings.TrimPrefix(location, "body.") }
