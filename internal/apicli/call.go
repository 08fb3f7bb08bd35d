package apicli

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Connection is a service that answers: another process, or this one.
type Connection struct {
	Client *http.Client
	URL    string // in front of a route's path
	Token  string // bearer token
	Close  func()
}

// Options are what the commands need of the program they are part of.
type Options struct {
	API *huma.OpenAPI
	// Connect is called when a command runs, never to show help.
	Connect func(ctx context.Context) (*Connection, error)
	// Misused marks an error as the caller's, who wrote a command that makes no sense.
	Misused func(error) error
}

// paramRehearse is the query parameter of every command of the API.
const paramRehearse = "rehearse"

// call is one run of a command: what was given.
type call struct {
	*operation

	options Options
	params  map[string]*value // by the name in the description
	members map[string]*value
	whole   string // of the body
	asJSON  bool
	output  string
	all     bool
	columns []string
	long    bool
}

// pages says whether the answer comes page by page.
func (op *operation) pages() bool {
	for _, p := range op.options {
		if p.In == "query" && p.Name == pageAfter {
			return true
		}
	}
	return false
}

// rehearses says that the command is only to say what it would do.
func (c *call) rehearses() bool {
	asked, can := c.params[paramRehearse]
	if !can {
		return false
	}
	rehearses, err := strconv.ParseBool(asked.text)
	return err == nil && rehearses
}
