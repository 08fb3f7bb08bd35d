package httpapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/access"
	"gongbao/internal/pg"
)

var requests = flag.Int("requests", 60, "random requests per route")

// TestRandomRequests makes requests from the served description: good types and bad ones, sizes, scripts, dates,
// decimals, things left out and things too many. None may break the service, and none that is refused may change
// anything.
func TestRandomRequests(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &guesser{Rand: rand.New(rand.NewPCG(seed, 1)), schemas: d.api.OpenAPI().Components.Schemas}
	statuses := map[int]int{}
	for path, item := range d.api.OpenAPI().Paths {
		for method, operation := range map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post} {
			if operation == nil {
				continue
			}
			for range *requests {
				target, headers := g.address(path, operation)
				body := g.body(operation)
				d.api.Finish() // papers are written beside the requests
				before := d.state()
				answer := d.ask(g.caller(), method, target, body, headers...)
				statuses[answer.StatusCode]++
				if answer.StatusCode == http.StatusAccepted {
					d.ended(answer) // so that what it changes is not taken for a later request's doing
				}
				if answer.StatusCode >= 500 {
					t.Errorf("%s %s %.300q: %d %s", method, target, body, answer.StatusCode, answer.text)
				}
				if answer.StatusCode >= 400 && d.state() != before {
					t.Errorf("%s %s %.300q was refused (%d) and changed something", method, target, body, answer.StatusCode)
				}
				if answer.StatusCode >= 400 && !json.Valid([]byte(answer.text)) {
					t.Errorf("%s %s: %d is no problem document: %.200q", method, target, answer.StatusCode, answer.text)
				}
			}
		}
	}
	t.Logf("answers by status: %v", statuses)
	if statuses[200]+statuses[201] == 0 || statuses[422] == 0 {
		t.Errorf("the requests are all alike: %v", statuses)
	}
}

// state is what a refused request must leave as it was.
func (d *door) state() (state [4]int64) {
	d.Helper()
	err := pg.Row(d.Context(), d.db.DB, `SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM posting),
		(SELECT coalesce(sum(version), 0)::bigint FROM policy), (SELECT count(*) FROM idempotency)`, nil,
		&state[0], &state[1], &state[2], &state[3])
	if err != nil {
		d.Fatal(err)
	}
	return state
}

// guesser makes values that fit a schema, and values that almost do.
type guesser struct {
	*rand.Rand

	schemas huma.Registry
}

func (g *guesser) caller() access.Principal { return callers[g.IntN(len(callers))].as }

func (g *guesser) address(path string, operation *huma.Operation) (string, []string) {
	query, headers := url.Values{}, []string{}
	for _, parameter := range operation.Parameters {
		known := places["{"+parameter.Name+"}"]
		value := known
		if known == "" || g.IntN(4) == 0 {
			value = fmt.Sprint(g.value(parameter.Schema, 0))
		}
		switch {
		case parameter.In == "path":
			path = strings.Replace(path, "{"+parameter.Name+"}", url.PathEscape(value), 1)
		case g.IntN(2) == 0:
		case parameter.In == "query":
			query.Set(parameter.Name, value)
		case parameter.In == "header":
			headers = append(headers, parameter.Name, headerText(value))
		}
	}
	if g.IntN(20) == 0 {
		query.Set("surprise", "1")
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, headers
}

// headerText keeps what a client's library would not send out of a header.
func headerText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

func (g *guesser) body(operation *huma.Operation) string {
	if operation.RequestBody == nil || g.IntN(15) == 0 {
		return ""
	}
	if fit := bodies[operation.OperationID]; fit != "" && g.IntN(3) == 0 {
		return fit
	}
	content, isJSON := operation.RequestBody.Content["application/json"]
	if !isJSON { // a table: lines and cells of anything
		var lines []string
		for range g.IntN(5) {
			lines = append(lines, fmt.Sprintf("%v,%v", odd[g.IntN(len(odd))], g.text(&huma.Schema{})))
		}
		return "code,name\n" + strings.Join(lines, "\n")
	}
	text, err := json.Marshal(g.value(content.Schema, 0))
	if err != nil {
		return "{"
	}
	body := string(text)
	switch g.IntN(25) {
	case 0:
		return body[:len(body)/2] // cut off
	case 1:
		return body + body
	case 2:
		return strings.Replace(body, `":`, "\":\x80\xff", 1) // no UTF-8
	case 3:
		return `{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}"
	}
	return body
}

// odd are values that programs trip over.
var odd = []any{
	nil, true, -1, 0, 1 << 40, 1e308, "", " ", "\x00", "null", "0", "-0.00", "1e5", "0.005", "NaN", "99999999999999999999",
	"1,000.00", "１００.００", "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-13", "' OR 1=1 --", "<script>",
	"../../etc/passwd",
	"\u202e武汉\ufeff", "😀", "%s%n", "IC-P1", "IC-", "-", "ZONE", []any{}, map[string]any{}, strings.Repeat("长", 300),
}

func (g *guesser) value(schema *huma.Schema, depth int) any {
	if schema == nil || g.IntN(8) == 0 || depth > 4 {
		return odd[g.IntN(len(odd))]
	}
	if schema.Ref != "" {
		return g.value(g.schemas.SchemaFromRef(schema.Ref), depth)
	}
	if len(schema.Enum) > 0 && g.IntN(4) > 0 {
		return schema.Enum[g.IntN(len(schema.Enum))]
	}
	switch schema.Type {
	case huma.TypeObject:
		object := map[string]any{}
		for name, property := range schema.Properties {
			if g.IntN(6) > 0 {
				object[name] = g.value(property, depth+1)
			}
		}
		if g.IntN(20) == 0 {
			object["surprise"] = 1
		}
		return object
	case huma.TypeArray:
		list := make([]any, g.IntN(4))
		for i := range list {
			list[i] = g.value(schema.Items, depth+1)
		}
		return list
	case huma.TypeInteger:
		return g.IntN(400) - 20
	case huma.TypeBoolean:
		return g.IntN(2) == 0
	default:
		return g.text(schema)
	}
}

func (g *guesser) text(schema *huma.Schema) string {
	switch {
	case schema.Format == "date":
		return fmt.Sprintf("20%02d-%02d-%02d", g.IntN(60), g.IntN(13), g.IntN(32))
	case schema.Format == "uuid":
		return fmt.Sprintf("%08x-0000-7000-8000-%012x", g.Uint32(), g.Uint32())
	case strings.Contains(schema.Pattern, "%"): // a share or a rate
		return fmt.Sprintf("0.%0*d", 1+g.IntN(9), g.IntN(1000))
	case schema.Pattern != "": // an amount
		return fmt.Sprintf("%d.%02d", g.Int64N(1<<uint(1+g.IntN(62)))-5, g.IntN(100))
	}
	words := []string{"IC", "LH", "IC-P1", "IC-X", "SHAHU", "NANHU", "first_set", "rd_liability", "武汉光谷", "E1", "a b"}
	return words[g.IntN(len(words))]
}
