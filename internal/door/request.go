package door

import (
	"context"
	"net/http"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/words"
)

// Request is what is known of one request: who asks, and what is noted for the log and the metrics. Never its address,
// headers or body, which may hold names and secrets.
type Request struct {
	ID        string
	Operation string // "" for none
	Person    access.Principal
	Code      string // of the refusal
	Status    int
	Bytes     int64
	Faults    Faults // of the address and the body, found before the use case is called

	HTTP   *http.Request
	Answer http.ResponseWriter
	Unread bool // something of the body may not have been read
}

type requestKey struct{}

// RequestOf is the request whose context it is; an empty one when none is watched.
func RequestOf(ctx context.Context) *Request {
	if seen, ok := ctx.Value(requestKey{}).(*Request); ok {
		return seen
	}
	return &Request{}
}

// Say says a message in the language of the request.
func Say(ctx context.Context, said fault.Said) string { return RequestOf(ctx).spoken().Say(said) }

// spoken is the language that the caller reads; only a refusal needs to know.
func (r *Request) spoken() *words.Words {
	if r.HTTP == nil {
		return &words.English
	}
	return words.Accepted(r.HTTP.Header.Get("Accept-Language"))
}
