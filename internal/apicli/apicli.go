// Package apicli makes commands of the API's own description: a noun for every tag, a verb for every operation,
// arguments for what stands in the path, flags for the rest. A route that is added is a command at once, and its help
// is the description's.
package apicli

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/spf13/cobra"
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

// Add gives the program a command for every operation. Where it has a command of the noun's name already the verbs join
// that one; a verb that is there already stays as it is.
func Add(root *cobra.Command, options Options) {
	for _, op := range operations(options.API) {
		noun := find(root, op.Tags[0])
		if noun == nil {
			noun = &cobra.Command{Use: op.Tags[0], Short: about(options.API, op.Tags[0])}
			root.AddCommand(noun)
		}
		if command := op.command(options); find(noun, command.Name()) == nil {
			noun.AddCommand(command)
		}
	}
}

func find(parent *cobra.Command, name string) *cobra.Command {
	for _, command := range parent.Commands() {
		if command.Name() == name {
			return command
		}
	}
	return nil
}

func about(api *huma.OpenAPI, tag string) string {
	for _, t := range api.Tags {
		if t.Name == tag {
			return t.Description
		}
	}
	return "Ask the service about " + tag
}

// operations are those of the description, by tag and name, so that help does not change from run to run.
func operations(api *huma.OpenAPI) []*operation {
	var all []*operation
	for _, item := range api.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && len(op.Tags) > 0 && !op.Hidden {
				all = append(all, newOperation(api, op))
			}
		}
	}
	slices.SortFunc(all, func(a, b *operation) int {
		return strings.Compare(a.Tags[0]+" "+a.verb(), b.Tags[0]+" "+b.verb())
	})
	return all
}

// operation is an operation sorted for a command line.
type operation struct {
	*huma.Operation

	places  []*huma.Param // of the path, in its order
	options []*huma.Param // of the query and the header
	body    *huma.Schema  // a JSON object; nil for none
	upload  []string      // media types of a file that is sent; none for none
	fields  []field       // of the body
}

const mediaJSON = "application/json"

func newOperation(api *huma.OpenAPI, described *huma.Operation) *operation {
	op := &operation{Operation: described}
	for _, segment := range strings.Split(op.Path, "/") {
		for _, p := range op.Parameters {
			if p.In == "path" && segment == "{"+p.Name+"}" {
				op.places = append(op.places, p)
			}
		}
	}
	for _, p := range op.Parameters {
		if p.In == "query" || p.In == "header" {
			op.options = append(op.options, p)
		}
	}
	if op.RequestBody == nil {
		return op
	}
	if content, isJSON := op.RequestBody.Content[mediaJSON]; isJSON {
		op.body = resolve(api, content.Schema)
		op.fields = fieldsOf(api, op.body)
		return op
	}
	for media := range op.RequestBody.Content {
		op.upload = append(op.upload, media)
	}
	slices.Sort(op.upload)
	return op
}

func resolve(api *huma.OpenAPI, schema *huma.Schema) *huma.Schema {
	for schema != nil && schema.Ref != "" {
		schema = api.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return schema
}

// verb is the operation's name without its noun: "quote" for quote-policy, "list-splits" as it stands.
func (op *operation) verb() string {
	noun := op.Tags[0]
	plural := noun + "s"
	if stem, ends := strings.CutSuffix(noun, "y"); ends {
		plural = stem + "ies"
	}
	var kept []string
	for _, word := range strings.Split(op.OperationID, "-") {
		if word != noun && word != plural {
			kept = append(kept, word)
		}
	}
	if len(kept) == 0 {
		return op.OperationID
	}
	return strings.Join(kept, "-")
}
