package httpapi

import (
	"net/http"
	"time"

	"gongbao/internal/clock"
)

// Deadlines are how long each part of a request may take. They follow each other: what one part uses up is not taken
// from the next, and none outlives its request, so that a slow command spoils nothing for the next one on its
// connection. Zero stands for what DefaultDeadlines says.
type Deadlines struct {
	Header time.Duration // until the headers have come
	Read   time.Duration // until a body has come
	Upload time.Duration // until a file has come
	Work   time.Duration // of one request's work, once its body is there
	Write  time.Duration // until the caller has taken the answer
	Idle   time.Duration // between two requests of a connection
}

// DefaultDeadlines are what callers meet.
var DefaultDeadlines = Deadlines{
	Header: 5 * time.Second, Read: 15 * time.Second, Upload: 5 * time.Minute, Work: 30 * time.Second,
	Write: time.Minute, Idle: 2 * time.Minute,
}

func (d Deadlines) orDefault() Deadlines {
	for _, part := range []struct{ value, fallback *time.Duration }{
		{&d.Header, &DefaultDeadlines.Header}, {&d.Read, &DefaultDeadlines.Read},
		{&d.Upload, &DefaultDeadlines.Upload}, {&d.Work, &DefaultDeadlines.Work},
		{&d.Write, &DefaultDeadlines.Write}, {&d.Idle, &DefaultDeadlines.Idle},
	} {
		if *part.value == 0 {
			*part.value = *part.fallback
		}
	}
	return d
}

const headerBytes = 16 << 10

// HTTP is the server to listen with. Its own deadlines hold for what no route of the API answers; a route sets its own.
func (s *Server) HTTP(address string) *http.Server {
	return &http.Server{
		Addr: address, Handler: s.Handler(), ReadHeaderTimeout: s.deadlines.Header, ReadTimeout: s.deadlines.Read,
		WriteTimeout: s.deadlines.Work + s.deadlines.Write, IdleTimeout: s.deadlines.Idle, MaxHeaderBytes: headerBytes,
		ErrorLog: nil, BaseContext: nil,
	}
}

// The deadlines of a connection; one that has none (a recorder in a test) needs none.

// expectBody gives the body so much time, and the answer what it needs behind that.
func (s *Server) expectBody(w http.ResponseWriter, within time.Duration) {
	now, connection := clock.Stopwatch(), http.NewResponseController(w)
	_ = connection.SetReadDeadline(now.Add(within))
	_ = connection.SetWriteDeadline(now.Add(within + s.deadlines.Work + s.deadlines.Write))
}

// bodyIsHere ends the deadline of reading. One that passes while the command works would be taken for the end of the
// connection, for this request and for all that follow on it: so none is ever set for a body that is there.
func (s *Server) bodyIsHere(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
}
