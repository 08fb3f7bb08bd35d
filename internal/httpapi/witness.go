package httpapi

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/money"
	"gongbao/internal/words"
)

// witness is what is known of one request: who asks, and what is noted for the log and the metrics. Never its address,
// headers or body, which may hold names and secrets.
type witness struct {
	id     string
	route  string // operation id; "" for no route
	person access.Principal
	words  *words.Words // the language that the caller reads
	code   string       // of the refusal
	status int
	bytes  int64
	faults faults // of the address and the body, found before the route's handler is called
	body   *body
}

type witnessKey struct{}

func witnessOf(ctx context.Context) *witness {
	if seen, ok := ctx.Value(witnessKey{}).(*witness); ok {
		return seen
	}
	return &witness{words: &words.English}
}

func requestID(ctx context.Context) string { return witnessOf(ctx).id }

// witnessed gives every request an id, keeps a panic from ending the service, and notes what happened.
func (s *Server) witnessed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &witness{
			id: uuid.NewString(), status: http.StatusOK, words: words.Accepted(r.Header.Get("Accept-Language")),
		}
		//nolint:forbidigo // net/http has no parameter for it; it ends where a use case begins
		ctx := context.WithValue(r.Context(), witnessKey{}, seen)
		w.Header().Set("X-Request-Id", seen.id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Vary", "Accept-Language") // the texts of a refusal
		watched := &watchedWriter{ResponseWriter: w, seen: seen, within: s.deadlines.Write}
		seen.body = &body{request: r, writer: watched, left: r.ContentLength != 0}
		begun := clock.Stopwatch()
		s.metrics.inFlight.Inc()
		defer func() {
			s.metrics.inFlight.Dec()
			if reason := recover(); reason != nil {
				refusal := money.Recovered(reason) // what a read added up does not fit
				if refusal == nil {
					s.Log.Error().Interface("reason", reason).Bytes("stack", debug.Stack()).Str("request", seen.id).
						Msg("a handler panicked")
					refusal = errInternal
				}
				if !watched.written {
					s.writeProblem(watched, problemOf(ctx, refusal))
				}
			}
			took := clock.Since(begun)
			s.metrics.observe(seen, took)
			if !strings.HasPrefix(r.URL.Path, "/v1/") && seen.status < http.StatusBadRequest {
				return // probes and scrapes are no news
			}
			s.Log.WithLevel(levelOf(seen.status)).Str("request", seen.id).Str("method", r.Method).
				Str("route", seen.route).Str("person", seen.person.Subject).Int("status", seen.status).Str("code", seen.code).
				Int64("bytes", seen.bytes).Dur("took", took).Msg("request")
		}()
		next.ServeHTTP(watched, r.WithContext(ctx))
	})
}

func levelOf(status int) zerolog.Level {
	if status >= http.StatusInternalServerError {
		return zerolog.ErrorLevel
	}
	return zerolog.DebugLevel
}

// traced gives every request a span, when traces are configured; without a provider it costs next to nothing.
func (s *Server) traced(next http.Handler) http.Handler {
	return otelhttp.NewHandler(next, "http", otelhttp.WithFilter(func(r *http.Request) bool {
		return strings.HasPrefix(r.URL.Path, "/v1/")
	}))
}

// watchedWriter notes the status and the size of an answer, gives the caller so much time to take it, and ends the
// connection of who sends a body that was not read.
type watchedWriter struct {
	http.ResponseWriter
	seen    *witness
	within  time.Duration
	written bool
}

// WriteHeader begins the answer.
func (w *watchedWriter) WriteHeader(status int) {
	w.seen.status = status
	w.begin()
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) begin() {
	if w.written {
		return
	}
	w.written = true
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(clock.Stopwatch().Add(w.within))
	if w.seen.body.left {
		if w.seen.body.request.ProtoMajor == 1 {
			w.Header().Set("Connection", "close")
		}
		refuseBody(w.ResponseWriter)
	}
}

func (w *watchedWriter) Write(data []byte) (int, error) {
	w.begin()
	count, err := w.ResponseWriter.Write(data)
	w.seen.bytes += int64(count)
	return count, err
}

// Unwrap lets deadlines reach the connection.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
