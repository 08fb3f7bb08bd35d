package door

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"gongbao/internal/clock"
	"gongbao/internal/money"
)

// Watch is what every request is noted by.
type Watch struct {
	Log    zerolog.Logger
	Within time.Duration // until the caller has taken the answer
	ByTLS  bool          // callers come by TLS, to us or to a proxy in front
	Begun  func()
	Ended  func(seen *Request, took time.Duration)
}

// Over gives every request an id, keeps a panic from ending the service, and notes what happened.
func (o Watch) Over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &Request{
			ID: uuid.NewString(), Status: http.StatusOK, HTTP: r, Unread: r.ContentLength != 0,
		}
		//nolint:forbidigo // net/http has no parameter for it; it ends where a use case begins
		ctx := context.WithValue(r.Context(), requestKey{}, seen)
		w.Header().Set("X-Request-Id", seen.ID)
		Secure(w.Header(), r.URL.Path, o.ByTLS)
		w.Header().Set("Vary", "Accept-Language") // the texts of a refusal
		watched := &watchedWriter{ResponseWriter: w, seen: seen, within: o.Within}
		seen.Answer = watched
		begun := clock.Stopwatch()
		o.Begun()
		defer func() {
			if reason := recover(); reason != nil {
				o.recovered(ctx, watched, reason)
			}
			took := clock.Since(begun)
			o.Ended(seen, took)
			if !strings.HasPrefix(r.URL.Path, "/v1/") && seen.Status < http.StatusBadRequest {
				return // probes and scrapes are no news
			}
			o.Log.WithLevel(levelOf(seen.Status)).Str("request", seen.ID).Str("method", r.Method).
				Str("route", seen.Operation).Str("person", seen.Person.Subject).Int("status", seen.Status).
				Str("code", seen.Code).Int64("bytes", seen.Bytes).Dur("took_ms", took).Msg("request")
		}()
		next.ServeHTTP(watched, r.WithContext(ctx))
	})
}

// recovered answers a request whose handler panicked. A sum that does not fit the book is refused; any other panic is
// our mistake.
func (o Watch) recovered(ctx context.Context, w *watchedWriter, reason any) {
	refusal := money.Recovered(reason) // what a read added up does not fit
	if refusal == nil {
		o.Log.Error().Interface("reason", reason).Bytes("stack", debug.Stack()).Str("request", w.seen.ID).
			Msg("a handler panicked")
		refusal = ErrInternal
	}
	if !w.written {
		ProblemOf(ctx, refusal).Write(w)
	}
}

func levelOf(status int) zerolog.Level {
	if status >= http.StatusInternalServerError {
		return zerolog.ErrorLevel
	}
	return zerolog.DebugLevel
}

// watchedWriter notes the status and the size of an answer, gives the caller so much time to take it, and ends the
// connection of a caller who sends a body that was not read.
type watchedWriter struct {
	http.ResponseWriter
	seen    *Request
	within  time.Duration
	written bool
}

// WriteHeader begins the answer.
func (w *watchedWriter) WriteHeader(status int) {
	w.seen.Status = status
	w.begin()
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) begin() {
	if w.written {
		return
	}
	w.written = true
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(clock.Stopwatch().Add(w.within))
	if w.seen.Unread {
		if w.seen.HTTP.ProtoMajor == 1 {
			w.Header().Set("Connection", "close")
		}
		refuseBody(w.ResponseWriter)
	}
}

func (w *watchedWriter) Write(data []byte) (int, error) {
	w.begin()
	count, err := w.ResponseWriter.Write(data)
	w.seen.Bytes += int64(count)
	return count, err
}

// Unwrap lets deadlines reach the connection.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// refuseBody keeps net/http from reading what is left of a body: the caller who was turned away sends it in vain, and
// the connection ends.
func refuseBody(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
}
