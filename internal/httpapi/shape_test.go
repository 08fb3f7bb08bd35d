package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/httpapi"
	"gongbao/internal/wire"
)

// TestOneMeaning: a body that two readers could understand differently is refused, and nothing is booked.
func TestOneMeaning(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.post(leader, "/v1/policies", firstSet)
	before := d.state()
	const receipts = "/v1/policies/IC-P1/receipts"
	for body, wanted := range map[string]struct {
		status       int
		path, reason string
	}{
		`{"amount":"1.00","AMOUNT":"7.00"}`:              {422, "AMOUNT", "it is written amount"},
		`{"AMOUNT":"1.00"}`:                              {422, "AMOUNT", "it is written amount"},
		`{"amount":"1.00","amount":"7.00"}`:              {400, "amount", "twice"},
		`{"amount":"1.00","\u0061mount":"7.00"}`:         {400, "amount", "twice"},
		"{\"\u017fmount\":\"1.00\",\"amount\":\"7.00\"}": {422, "\u017fmount", "unknown"},
		`{"amount":"1.00","reference":"\ud800"}`:         {400, "reference", "surrogate"},
		`{"amount":"1.00"} {}`:                           {400, "", "behind"},
		"\ufeff" + `{"amount":"1.00"}`:                   {400, "", "byte-order mark"},
		"{\"amount\":\"1.00\xff\"}":                      {400, "amount", "UTF-8"},
		`{"amount":1.00}`:                                {422, "amount", "text"},
		`{"amount":"1e2"}`:                               {422, "amount", "written like"},
		`{"amount":1e1000000}`:                           {422, "amount", "text"},
		`{"amount":null}`:                                {422, "amount", "text"},
		`{"amount":["1.00"]}`:                            {422, "amount", "text"},
		`{"amount":{"amount":"1.00"}}`:                   {422, "amount", "text"},
		`[{"amount":"1.00"}]`:                            {422, "", "object"},
		`"1.00"`:                                         {422, "", "object"},
		`null`:                                           {422, "", "object"},
		`{}`:                                             {422, "amount", "needed"},
		`{"amount":"1.00","note":"a\u200bb"}`:            {422, "note", ""},
	} {
		problem := d.refused(d.ask(leader, http.MethodPost, receipts, body), wanted.status, "httpapi.request_invalid")
		named := slices.ContainsFunc(problem.Errors, func(f fieldOf) bool {
			return f.Path == wanted.path && strings.Contains(f.Message, wanted.reason)
		})
		if !named {
			t.Errorf("%s: the fault at %q (%s) is not named: %+v", body, wanted.path, wanted.reason, problem.Errors)
		}
	}
	nested := d.refused(d.ask(leader, http.MethodPost, "/v1/policies", strings.Replace(firstSet, `"facts":{`,
		`"instalments":[{"due":"2026-03-01","amount":"1.00","Amount":"2.00"}],"facts":{"a\u202eb":"x","c":"\ufffd",`, 1)),
		422, "httpapi.request_invalid")
	for _, path := range []string{"instalments[0].Amount", "facts.a?b", "facts.c"} {
		if !slices.ContainsFunc(nested.Errors, func(f fieldOf) bool { return f.Path == path }) {
			t.Errorf("the fault at %s is not named: %+v", path, nested.Errors)
		}
	}
	if d.state() != before {
		t.Error("a refused body has booked something")
	}
	for _, body := range []string{"", "{}", " {} "} { // of a route that needs none
		if answer := d.ask(leader, http.MethodPost, "/v1/policies/IC-P1/issue", body); answer.StatusCode == 400 {
			t.Errorf("%q: %s", body, answer.text)
		}
	}
	d.refused(d.ask(leader, http.MethodPost, "/v1/policies/IC-P1/issue", `{"amount":"1.00"}`), 422,
		"httpapi.request_invalid")
}

type fieldOf = fault.Field

// TestQueriesHaveOneMeaning: a filter that would be passed over is refused.
func TestQueriesHaveOneMeaning(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for query, path := range map[string]string{
		"limit=1&limit=2": "query.limit", "Limit=1": "query.Limit", "%6cimit=1": "query.%6cimit", "limit": "query.limit",
		"limit&pool=IC": "query.limit", "pool=": "query.pool", "pool=%zz": "query.pool", "pool=IC;limit=1": "query.pool",
		"pool=%ff": "query.pool", "insured=%00": "query.insured", "insured=a%E2%80%8Bb": "query.insured",
		"insured=%EF%BF%BD": "query.insured", "x=1": "query.x", "&pool=IC": "query.",
	} {
		answer := d.ask(leader, http.MethodGet, "/v1/policies?"+query, "")
		if query == "pool=IC;limit=1" && answer.StatusCode == http.StatusOK { // one value, which names no pool
			continue
		}
		problem := d.refused(answer, 422, "httpapi.request_invalid")
		if !slices.ContainsFunc(problem.Errors, func(f fieldOf) bool { return f.Path == path }) {
			t.Errorf("%s: %s is not named: %+v", query, path, problem.Errors)
		}
	}
	d.refused(d.ask(leader, http.MethodGet, "/v1/policies/IC%E2%80%8B-P1", ""), 422, "httpapi.request_invalid")
	d.refused(d.ask(leader, http.MethodPost, "/v1/policies", firstSet, "Idempotency-Key", "a\u200bb"), 422,
		"httpapi.request_invalid")
	two := d.knock(leader, "/v1/policies", 2, io.NopCloser(strings.NewReader("{}")),
		"Idempotency-Key", "a", "Idempotency-Key", "b")
	d.refused(two, 422, "httpapi.request_invalid")
	if answer := d.ask(leader, http.MethodGet, "/v1/policies?pool=IC&limit=1&after=", ""); answer.StatusCode != 200 {
		t.Errorf("the first page of a list: %s", answer.text)
	}
}

// TestManyFaults: fifty are listed, the rest is counted, and none is long.
func TestManyFaults(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	problem := d.refused(d.ask(leader, http.MethodPost, "/v1/policies?x=1", manyKeys(20_000)), 422,
		"httpapi.request_invalid")
	if len(problem.Errors) != 50 || problem.More < 19_950 {
		t.Errorf("%d faults are listed and %d counted", len(problem.Errors), problem.More)
	}
	long := d.ask(leader, http.MethodPost, "/v1/policies", `{"`+strings.Repeat("k", 200_000)+`":1}`)
	d.refused(long, 422, "httpapi.request_invalid")
	if len(long.text) > 10_000 {
		t.Errorf("an answer of %d bytes to one long key", len(long.text))
	}
}

func manyKeys(count int) string {
	var body strings.Builder
	for i := range count {
		fmt.Fprintf(&body, `,"k.%05d":1`, i)
	}
	return "{" + body.String()[1:] + "}"
}

// heavy are bodies that are as large as one may be and faulty from end to end, by what is wrong with them.
func heavy(size int) map[string]string {
	fill := func(head, part, tail string) string {
		return head + strings.TrimSuffix(strings.Repeat(part, (size-len(head)-len(tail))/len(part)), ",") + tail
	}
	bodies := map[string]string{
		"unknown keys":       manyKeys(size/14 - 1),
		"a list of wrongs":   fill(`{"instalments":[`, `1,`, `]}`),
		"a list of objects":  fill(`{"instalments":[`, `{"x":1,"y":[2]},`, `]}`),
		"an unknown list":    fill(`{"x":[`, `{"a":"b"},`, `]}`),
		"one text":           fill(`{"insured":"`, `x`, `"}`),
		"one text of Han":    fill(`{"insured":"`, `武`, `"}`),
		"one rare text":      fill(`{"insured":"`, `ж`, `"}`),
		"one escaped text":   fill(`{"insured":"`, `\u0416`, `"}`),
		"one number":         fill(`{"premium":`, `9`, `}`),
		"a fraction":         fill(`{"premium":0.`, `9`, `}`),
		"an amount":          fill(`{"premium":"`, `9`, `"}`),
		"an enum":            fill(`{"collection":"`, `x`, `"}`),
		"a long key":         fill(`{"`, `k`, `":1}`),
		"a key with dots":    fill(`{"`, `k.`, `":1}`),
		"deep":               fill(`{"x":`, `[`, ``),
		"not ended":          fill(`{"insured":"`, `\"`, ``),
		"blanks":             fill(`{`, ` `, `}`),
		"facts of bad texts": "",
	}
	var facts strings.Builder
	for i := 0; facts.Len() < size-100; i++ {
		facts.WriteString(`,"f.` + strconv.Itoa(i) + `":7`)
	}
	bodies["facts of bad texts"] = `{"facts":{` + facts.String()[1:] + `}}`
	return bodies
}

const largest = 256 << 10

// TestRefusingCostsNoMoreThanReading: twice as large a body makes no more than about twice the work, counted in
// allocations and in bytes, so no part of the judgement looks at everything for each part.
func TestRefusingCostsNoMoreThanReading(t *testing.T) {
	handler := httpapi.NewServer(httpapi.Options{Log: zerolog.Nop(), Person: always(leader)}).Handler()
	cost := func(body string) (allocations, bytes uint64) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		status, text := post(handler, body)
		runtime.ReadMemStats(&after)
		if status != 422 && status != 400 || len(text) > 40_000 {
			t.Errorf("%d, %d bytes: %.200s", status, len(text), text)
		}
		return after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc
	}
	half := heavy(largest / 2)
	for name, whole := range heavy(largest) {
		cost(half[name]) // what is made once
		smallCount, smallBytes := cost(half[name])
		largeCount, largeBytes := cost(whole)
		if largeCount > 3*smallCount+2000 || largeBytes > 3*smallBytes+200_000 {
			t.Errorf("%s: %d allocations of %d bytes, and of twice as much %d of %d", name, smallCount, smallBytes, largeCount,
				largeBytes)
		}
		if largeBytes > 24*largest {
			t.Errorf("%s: refusing %d bytes takes %d", name, len(whole), largeBytes)
		}
	}
}

func always(person access.Principal) func(context.Context, string) (access.Principal, error) {
	return func(context.Context, string) (access.Principal, error) { return person, nil }
}

// post sends a quotation past the network.
func post(handler http.Handler, body string) (status int, text string) {
	request := httptest.NewRequest(http.MethodPost, "/v1/policies", strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer x")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

// BenchmarkRefuse compares what it costs to refuse the largest bodies with what it costs to read them as JSON: the
// metric "times" is to stay below 2.
func BenchmarkRefuse(b *testing.B) {
	handler := httpapi.NewServer(httpapi.Options{Log: zerolog.Nop(), Person: always(leader)}).Handler()
	for name, body := range heavy(largest) {
		b.Run(name, func(b *testing.B) {
			var reading time.Duration
			for b.Loop() {
				b.StopTimer()
				begun := time.Now()
				data, _ := io.ReadAll(strings.NewReader(body))
				var any any
				_ = json.Unmarshal(data, &any)
				reading += time.Since(begun)
				b.StartTimer()
				post(handler, body)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(reading), "times")
		})
	}
}

// TestSchemasAreUnderstood: the judgement of bodies knows every word that the schemas of bodies are written with.
func TestSchemasAreUnderstood(t *testing.T) {
	t.Parallel()
	api := httpapi.NewServer(httpapi.Options{Log: zerolog.Nop()}).OpenAPI()
	seen := map[*huma.Schema]bool{}
	var look func(where string, s *huma.Schema)
	look = func(where string, s *huma.Schema) {
		for s != nil && s.Ref != "" {
			s = api.Components.Schemas.SchemaFromRef(s.Ref)
		}
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if s.OneOf != nil || s.AnyOf != nil || s.AllOf != nil || s.Not != nil || len(s.DependentRequired) > 0 ||
			s.MinProperties != nil || s.MaxProperties != nil || s.UniqueItems {
			t.Errorf("%s: a schema with a word that bodies are not judged by", where)
		}
		if s.Type == huma.TypeNumber {
			t.Errorf("%s: a number that may be a fraction", where)
		}
		if _, chosen := s.AdditionalProperties.(*huma.Schema); s.Type == huma.TypeObject && !chosen &&
			s.AdditionalProperties != false {
			t.Errorf("%s: an object with any keys", where)
		}
		look(where+"[]", s.Items)
		for name, property := range s.Properties {
			look(where+"."+name, property)
		}
		if chosen, is := s.AdditionalProperties.(*huma.Schema); is {
			look(where+".*", chosen)
		}
	}
	for path, item := range api.Paths {
		if item.Post == nil || item.Post.RequestBody == nil {
			continue
		}
		if content := item.Post.RequestBody.Content["application/json"]; content != nil {
			look(path, content.Schema)
		}
	}
	if len(seen) < 50 || wire.DepthMax < 8 {
		t.Errorf("only %d schemas were looked at", len(seen))
	}
}
