package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/internal/wire"
)

// addressFaults are what is wrong with the path, the query and the headers of a request, apart from what the API's
// description says of their values. A filter that is misspelt, empty or there twice would be passed over, and the
// answer would show more than was asked for; so it is refused.
func addressFaults(r *http.Request, operation *huma.Operation) door.Faults {
	var found door.Faults
	known := map[string]bool{}
	for _, parameter := range operation.Parameters {
		switch parameter.In {
		case "query":
			known[parameter.Name] = true
		case "path":
			if reason := wire.TextFault(r.PathValue(parameter.Name)); reason.Any() {
				found.Add("path."+parameter.Name, reason)
			}
		case "header":
			values := r.Header.Values(parameter.Name)
			if len(values) > 1 {
				found.Add("header."+parameter.Name, fault.Say("stands there twice"))
			}
			for _, value := range values {
				if reason := wire.TextFault(value); reason.Any() {
					found.Add("header."+parameter.Name, reason)
				}
			}
		}
	}
	if r.URL.RawQuery == "" {
		return found
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if reason := queryFault(known, seen, name, value); reason.Any() {
			found.Add("query."+wire.Shown(name), reason)
		}
		seen[name] = true
	}
	return found
}

// fromTheStart is the cursor of lists: programs that read page by page send it empty with the first.
const fromTheStart = "after"

func queryFault(known, seen map[string]bool, name, value string) fault.Said {
	text, err := url.QueryUnescape(value)
	switch {
	case !known[name]:
		return fault.Say("there is no such query parameter")
	case seen[name]:
		return fault.Say("stands there twice")
	case err != nil:
		return fault.Say("is badly escaped")
	case text == "" && name != fromTheStart:
		return fault.Say("is empty; leave it out")
	default:
		return wire.TextFault(text)
	}
}
