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

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/fault"
	"gongbao/internal/wire"
)

// body is that of one request, as it comes in.
type body struct {
	request *http.Request
	writer  http.ResponseWriter
	left    bool // something of it may not have been read
}

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
		return errTooLarge.Case(fault.Args{"bytes": r.most()})
	}
	if coding := request.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return errMediaType.Case(fault.Args{"coding": strconv.Quote(plain(coding))})
	}
	said := request.Header.Values("Content-Type")
	if r.upload() || len(said) == 0 {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(said[0])
	isJSON := media == mediaJSON || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	if charset := parameters["charset"]; err != nil || len(said) > 1 || !isJSON ||
		charset != "" && !strings.EqualFold(charset, "utf-8") {
		return errMediaType.Case(fault.Args{"type": strconv.Quote(plain(strings.Join(said, ", ")))})
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
	request *http.Request, r route, seen *witness, schema *huma.Schema,
) (*Problem, error) {
	ctx := request.Context()
	if request.ContentLength == 0 {
		return nil, nil
	}
	s.expectBody(seen.body.writer, s.deadlines.Read)
	var text bytes.Buffer
	if _, err := seen.body.copyTo(&text, r.most()); err != nil {
		return problemOf(ctx, err), err
	}
	s.bodyIsHere(seen.body.writer)
	if text.Len() == 0 { // sent in pieces, of which there was none
		return nil, nil
	}
	found, err := shapeFaults(ctx, s.api.OpenAPI().Components.Schemas, schema, text.Bytes())
	if broken, ok := errors.AsType[*wire.Fault](err); ok {
		seen.faults.add(broken.Place, broken.Reason)
		problem := problemOf(ctx, errRequestInvalid.Case(fault.Args{"reason": broken.Error()}))
		problem.Status = http.StatusBadRequest
		return problem, err
	}
	if err != nil {
		return problemOf(ctx, err), err
	}
	seen.faults.addAll(found)
	if found.any() {
		text.Reset()
		text.WriteString("{}")
	}
	request.Body = io.NopCloser(&text)
	return nil, nil
}

// copyTo reads the body, of which there may be so many bytes, and gives how many there were. It refuses:
// httpapi.too_large, httpapi.too_slow, httpapi.request_invalid (it ended too early).
func (b *body) copyTo(to io.Writer, most int64) (int64, error) {
	from := &noted{from: b.request.Body}
	size, err := io.Copy(to, io.LimitReader(from, most+1))
	var failure net.Error
	switch {
	case err != nil && from.err == nil: // it is ours: no room, or the context has ended
		return size, err
	case err == nil && size > most:
		return size, errTooLarge.Case(fault.Args{"bytes": most})
	case err == nil:
		b.left = false
		return size, nil
	case errors.As(err, &failure) && failure.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return size, errTooSlow.From(err)
	case b.request.Context().Err() != nil:
		return size, b.request.Context().Err()
	default:
		return size, errRequestInvalid.Case(nil).From(err)
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
	body := witnessOf(ctx).body
	s.expectBody(body.writer, s.deadlines.Upload)
	file, err := os.CreateTemp("", "gongbao-incoming-*")
	if err != nil {
		return nil, 0, err
	}
	_ = os.Remove(file.Name()) // where files that are open cannot be removed, the system's own cleaning has to do
	size, err := body.copyTo(&whileWanted{ctx, file}, most)
	if err == nil && size == 0 {
		err = errRequestInvalid.At("body", "the file is empty")
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, 0, err
	}
	s.bodyIsHere(body.writer)
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
