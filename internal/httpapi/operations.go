package httpapi

import (
	"net/http"
	"net/http/pprof"
	"time"

	"gongbao/internal/door"
)

const profileTime = 5 * time.Minute // that a profile or a trace may be taken for

// Operations is the server of what only those who run the service may see: figures for Prometheus, and profiles. It
// asks for no token, so it listens on an address of its own, which callers of the API do not reach.
func (s *Server) Operations() *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			door.Secure(w.Header(), r.URL.Path, false)
			mux.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: s.deadlines.Header, ReadTimeout: s.deadlines.Read, WriteTimeout: profileTime,
		IdleTimeout: s.deadlines.Idle, MaxHeaderBytes: headerBytes,
	}
}
