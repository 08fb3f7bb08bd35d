package apicli

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

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
	lists   bool          // the answer has items
}

const mediaJSON = "application/json"

// Names of paging, as the API has them.
const (
	pageAfter = "after"
	pageItems = "items"
	pageNext  = "next"
)

func newOperation(api *huma.OpenAPI, described *huma.Operation) *operation {
	op := &operation{Operation: described, lists: answersItems(api, described)}
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

// answersItems says that an operation answers a list, page by page or whole.
func answersItems(api *huma.OpenAPI, described *huma.Operation) bool {
	for status, response := range described.Responses {
		content, isJSON := response.Content[mediaJSON]
		if !strings.HasPrefix(status, "2") || !isJSON {
			continue
		}
		if answer := resolve(api, content.Schema); answer != nil && answer.Properties[pageItems] != nil {
			return true
		}
	}
	return false
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
