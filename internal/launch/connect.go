package launch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/apicli"
	"gongbao/internal/httpapi"
	"gongbao/internal/identity"
	"gongbao/internal/throttle"
)

const (
	askTime   = 5 * time.Minute // for one answer of another service
	ownServer = "http://gongbao.internal"
)

// APIOptions are what the API's commands need of this program.
func (c *Config) APIOptions() apicli.Options {
	described := httpapi.NewServer(httpapi.Options{Log: zerolog.Nop()})
	return apicli.Options{API: described.OpenAPI(), Connect: c.connect, Misused: Misused}
}

// connect reaches the service that --server names or, without one, opens the house in this process. Then --as is taken
// at its word: whoever can open the house can read its database anyway.
func (c *Config) connect(ctx context.Context) (*apicli.Connection, error) {
	if c.service != "" {
		return c.connectTo(c.service)
	}
	if c.As == "" {
		return nil, Misused(errors.New("say who you are with --as NAME@ORGANISATION:ROLE, or which service to ask " +
			"with --server and GONGBAO_TOKEN"))
	}
	person, err := identity.ParsePerson(c.As)
	if err != nil {
		return nil, Misused(err)
	}
	log, err := c.Logger()
	if err != nil {
		return nil, err
	}
	if log.GetLevel() == zerolog.InfoLevel {
		log = log.Level(zerolog.WarnLevel) // what is started for one answer is not worth a line
	}
	h, err := c.Open(ctx, log)
	if err != nil {
		return nil, err
	}
	h.person = func(context.Context, string) (access.Principal, error) { return person, nil }
	api := c.server(h, nil, throttle.Limits{}, log)
	return &apicli.Connection{
		Client: &http.Client{Transport: inProcess{api.Handler()}}, URL: ownServer,
		Close: func() { api.Finish(); api.Close(); h.Close() },
	}, nil
}

// connectTo reaches another process, with the token given or, for one on the same folder, signed for --as.
func (c *Config) connectTo(service string) (*apicli.Connection, error) {
	at, err := url.Parse(strings.TrimRight(service, "/"))
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, Misused(fmt.Errorf("GONGBAO_SERVER: %q is no address like https://gongbao.example", service))
	}
	if ip := net.ParseIP(at.Hostname()); at.Scheme == "http" && at.Hostname() != "localhost" &&
		(ip == nil || !ip.IsLoopback()) {
		return nil, Misused(fmt.Errorf("GONGBAO_SERVER: a token would travel readable to %s; use https", at.Host))
	}
	token := c.token
	if token == "" && c.As != "" {
		person, err := identity.ParsePerson(c.As)
		if err != nil {
			return nil, Misused(err)
		}
		signer, err := c.Signer()
		if err != nil {
			return nil, err
		}
		if token, err = signer.Token(person, askTime); err != nil {
			return nil, err
		}
	}
	if token == "" {
		return nil, Misused(errors.New("GONGBAO_TOKEN is not set, and no --as to sign a token for"))
	}
	return &apicli.Connection{
		Client: &http.Client{Timeout: askTime}, URL: at.String(), Token: token, Close: func() {},
	}, nil
}

// inProcess answers requests with a handler of this process.
type inProcess struct{ handler http.Handler }

// RoundTrip answers one request.
func (p inProcess) RoundTrip(request *http.Request) (*http.Response, error) {
	written := &writtenAnswer{header: http.Header{}, status: http.StatusOK}
	p.handler.ServeHTTP(written, request)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", written.status, http.StatusText(written.status)), StatusCode: written.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: written.header, Request: request,
		ContentLength: int64(written.body.Len()), Body: io.NopCloser(&written.body),
	}, nil
}

// writtenAnswer keeps what a handler writes.
type writtenAnswer struct {
	header http.Header
	status int
	sent   bool
	body   bytes.Buffer
}

// Header is that of the answer.
func (w *writtenAnswer) Header() http.Header { return w.header }

// WriteHeader takes the status, the first time.
func (w *writtenAnswer) WriteHeader(status int) {
	if !w.sent {
		w.status, w.sent = status, true
	}
}

// Write takes a part of the body.
func (w *writtenAnswer) Write(part []byte) (int, error) {
	w.sent = true
	return w.body.Write(part)
}
