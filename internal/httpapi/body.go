package httpapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/clock"
	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/internal/wire"
)

// upload says that the body is a file.
func (r route) upload() bool { return r.file || r.raw }

// most is how large a body may be, in bytes.
func (r route) most() int64 {
	if r.bodyMax > 0 {
		return r.bodyMax
	}
	return bodyDefault
}

// takes refuses by its headers a body that would be read in vain.
func (r route) takes(request *http.Request) error {
	if request.ContentLength == 0 {
		return nil
	}
	if request.ContentLength > r.most() {
		return door.ErrTooLarge.Case(fault.Args{"bytes": r.most()})
	}
	if coding := request.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return door.ErrMediaType.Case(fault.Args{"coding": strconv.Quote(door.Plain(coding))})
	}
	said := request.Header.Values("Content-Type")
	if r.upload() || len(said) == 0 {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(said[0])
	isJSON := media == mediaJSON || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	if charset := parameters["charset"]; err != nil || len(said) > 1 || !isJSON ||
		charset != "" && !strings.EqualFold(charset, "utf-8") {
		return door.ErrMediaType.Case(fault.Args{"type": strconv.Quote(door.Plain(strings.Join(said, ", ")))})
	}
	return nil
}

const mediaJSON = "application/json"

// nothing is the schema of a body that a route does not need: programs like to send an empty object.
var nothing = &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false}

func schemaOf(operation *huma.Operation) *huma.Schema {
	if operation.RequestBody == nil {
		return nothing
	}
	return operation.RequestBody.Content[mediaJSON].Schema
}

// takeJSON reads a JSON body and judges it. What does not fit the schema is kept with the request's other faults, so
// that all are told at once; the library is then given an empty object. What is no JSON at all is refused here.
func (s *Server) takeJSON(
	request *http.Request, r route, seen *door.Request, schema *huma.Schema,
) (*door.Problem, error) {
	ctx := request.Context()
	if request.ContentLength == 0 {
		return nil, nil
	}
	s.expectBody(seen.Answer, s.deadlines.Read)
	var text bytes.Buffer
	if _, err := copyBody(seen, &text, r.most()); err != nil {
		return door.ProblemOf(ctx, err), err
	}
	s.bodyIsHere(seen.Answer)
	if text.Len() == 0 { // sent in pieces, of which there was none
		return nil, nil
	}
	found, err := shapeFaults(ctx, s.api.OpenAPI().Components.Schemas, schema, text.Bytes())
	if broken, ok := errors.AsType[*wire.Fault](err); ok {
		seen.Faults.Add(broken.Place, broken.Reason)
		problem := door.ProblemOf(ctx, door.ErrRequestInvalid.Case(fault.Args{"reason": broken.Said()}))
		problem.Status = http.StatusBadRequest
		return problem, err
	}
	if err != nil {
		return door.ProblemOf(ctx, err), err
	}
	seen.Faults.AddAll(found)
	if found.Any() {
		text.Reset()
		text.WriteString("{}")
	}
	request.Body = io.NopCloser(&text)
	return nil, nil
}

// copyBody reads the body, of which there may be so many bytes, and gives how many there were. It refuses:
// httpapi.too_large, httpapi.too_slow, httpapi.request_invalid (it ended too early).
func copyBody(seen *door.Request, to io.Writer, most int64) (int64, error) {
	from := &noted{from: seen.HTTP.Body}
	size, err := io.Copy(to, io.LimitReader(from, most+1))
	var failure net.Error
	switch {
	case err != nil && from.err == nil: // it is ours: no room, or the context has ended
		return size, err
	case err == nil && size > most:
		return size, door.ErrTooLarge.Case(fault.Args{"bytes": most})
	case err == nil:
		seen.Unread = false
		return size, nil
	case errors.As(err, &failure) && failure.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return size, door.ErrTooSlow.From(err)
	case seen.HTTP.Context().Err() != nil:
		return size, seen.HTTP.Context().Err()
	default:
		return size, door.ErrRequestInvalid.Case(fault.Args{"bytes": size}).From(err)
	}
}

// noted is a reader that remembers how it failed.
type noted struct {
	from io.Reader
	err  error
}

func (n *noted) Read(into []byte) (int, error) {
	count, err := n.from.Read(into)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return count, err
}

// receive gives the body of a request, kept in a file without a name: whatever happens, it is gone when it is closed.
func (s *Server) receive(ctx context.Context, most int64) (*os.File, int64, error) {
	seen := door.RequestOf(ctx)
	s.expectBody(seen.Answer, s.deadlines.Upload)
	file, err := os.CreateTemp("", "gongbao-incoming-*")
	if err != nil {
		return nil, 0, err
	}
	_ = os.Remove(file.Name()) // where files that are open cannot be removed, the system's own cleaning has to do
	size, err := copyBody(seen, &whileWanted{ctx, file}, most)
	if err == nil && size == 0 {
		err = door.ErrRequestInvalid.At("body", "the file is empty")
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, 0, err
	}
	s.bodyIsHere(seen.Answer)
	return file, size, nil
}

// whileWanted ends a copy when its context has ended.
type whileWanted struct {
	ctx context.Context //nolint:containedctx // the life of one copy
	to  io.Writer
}

func (w *whileWanted) Write(part []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.to.Write(part)
}

// expectBody gives the body so much time, and the answer what it needs behind that. A connection that has no deadlines,
// as a recorder in a test, needs none.
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
