package eventdoc_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/backup"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/feed"
	"gongbao/internal/lab/eventdoc"
	"gongbao/internal/lab/golden"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/migrations"
	"gongbao/product"
	"gongbao/zone"
	"gongbao/zone/authority"
)

var folder = filepath.Join("..", "..", "..", "docs", "events")

func types() map[string]any {
	all := map[string]any{}
	for _, wing := range []map[string]any{
		zone.EventTypes(), coinsurance.EventTypes(), settlement.EventTypes(), product.EventTypes(), insurance.EventTypes(),
		claims.EventTypes(), periodend.EventTypes(), feed.EventTypes(),
	} {
		maps.Copy(all, wing)
	}
	for kind, detail := range dossier.EventDetails() {
		all[kind] = claims.EventData(detail)
	}
	return all
}

// written compares a document with its file, or writes it.
func written(t *testing.T, name string, document any) []byte {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(folder, name)
	golden.Same(t, name, text.String())
	return text.Bytes()
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestEvents makes every type of event, holds each to its schema, and keeps schemas, examples and the list of audiences
// fresh. A type has one audience.
func TestEvents(t *testing.T) {
	t.Parallel()
	schemas := map[string]*jsonschema.Schema{}
	for kind, data := range types() {
		schemas[kind] = compile(t, written(t, kind+".schema.json", eventdoc.Event(kind, data)))
	}
	section := compile(t, written(t, "section.schema.json", eventdoc.Section(claims.SectionData())))
	ofKind := map[string]*jsonschema.Schema{} // sections that are not of the common form
	for kind, data := range settlement.SectionTypes() {
		ofKind[kind] = compile(t, written(t, "section."+kind+".schema.json", eventdoc.Section(data)))
	}
	db := testdb.Open(t)
	story(t, db)
	seen, audiences := map[string]bool{}, map[string]string{}
	for _, row := range slices.Concat(events(t, db.DB), events(t, broughtOver(t))) {
		validate(t, row.Type, schemas[row.Type], row.Common)
		var sections []string
		if err := json.Unmarshal([]byte(row.Sections), &sections); err != nil {
			t.Fatal(err)
		}
		for _, body := range sections {
			validate(t, row.Type+" section", cmp.Or(ofKind[row.Type], section), []byte(body))
		}
		if other, listed := audiences[row.Type]; listed && other != row.Audience {
			t.Errorf("%s is for %s, and for %s", row.Type, other, row.Audience)
		}
		audiences[row.Type] = row.Audience
		if !seen[row.Type] {
			seen[row.Type] = true
			example(t, row.Type, row.Common, sections)
		}
	}
	for kind := range types() {
		if !seen[kind] {
			t.Errorf("the story has no %s", kind)
		}
	}
	written(t, "audiences.json", audiences)
	onlyActsPost(t, db.DB)
}

// onlyActsPost wants the story's book to have journals of no event but those that the gate on money lets through.
func onlyActsPost(t *testing.T, db *pg.DB) {
	t.Helper()
	var kinds []string
	if err := db.NewRaw("SELECT DISTINCT kind FROM journal").Scan(t.Context(), &kinds); err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		if !slices.ContainsFunc(authority.Acts, func(a *authority.Act) bool { return slices.Contains(a.Events, kind) }) {
			t.Errorf("the story posts for %s, which no act does", kind)
		}
	}
}

type event struct {
	Type     string `bun:"type"`
	Audience string `bun:"audience"`
	Common   []byte `bun:"common"`
	Sections string `bun:"sections"`
}

func events(t *testing.T, db *pg.DB) (rows []event) {
	t.Helper()
	err := db.NewRaw(`SELECT type, audience, common,
			coalesce((SELECT json_agg(convert_from(s, 'UTF8')) FROM unnest(sections) AS s), '[]')::text AS sections
		FROM event ORDER BY recorded, pool, subject, subject_version`).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// broughtOver is a book that an older program wrote, with the facts that were announced when it was brought over.
func broughtOver(t *testing.T) *pg.DB {
	t.Helper()
	into := testdb.Empty(t)
	owner, err := pg.Open(t.Context(), pg.Options{URL: into.OwnerAt, MaxConnections: 4})
	must(t, err)
	t.Cleanup(owner.Close)
	must(t, second(backup.Restore(t.Context(), backup.RestoreOptions{
		DB:   owner,
		Path: filepath.Join("..", "..", "backup", "testdata", "before-on-risk.backup"), Migrations: migrations.Files,
		Person: "ops@operator", Reason: "a drill", Clock: clock.NewManual(calendar.MustDate("2026-11-28").Noon()),
	})))
	return owner
}

func validate(t *testing.T, what string, schema *jsonschema.Schema, body []byte) {
	t.Helper()
	if schema == nil {
		t.Errorf("%s has no schema", what)
		return
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("%s: %v\n%s", what, err, body)
	}
}

var (
	drawn = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	// salted is the digest of an account number, over a salt that is drawn anew each time.
	salted = regexp.MustCompile(`("account":"[^"]*","account_name":"[^"]*","digest":")[0-9a-f]{64}(")`)
	// sealed is a month's digest: it is over its journals in the order of their ids, which are drawn anew each time.
	sealed = regexp.MustCompile(`("postings":[0-9]+,"digest":")[0-9a-f]{64}("})`)
)

// example keeps one event of each type, with ids that are drawn anew each time set to a fixed one.
func example(t *testing.T, kind string, common []byte, sections []string) {
	t.Helper()
	fixed := func(text []byte) json.RawMessage {
		text = salted.ReplaceAll(text, []byte("${1}"+strings.Repeat("0", 64)+"${2}"))
		text = sealed.ReplaceAll(text, []byte("${1}"+strings.Repeat("0", 64)+"${2}"))
		return drawn.ReplaceAll(text, []byte("00000000-0000-7000-8000-000000000000"))
	}
	document := map[string]any{"common": fixed(common)}
	var bodies []json.RawMessage
	for _, body := range sections {
		bodies = append(bodies, fixed([]byte(body)))
	}
	document["sections"] = bodies
	written(t, filepath.Join("examples", kind+".json"), document)
}

// TestEveryTypeIsDescribed reads the constants of the wings: a new type of event needs its schema.
func TestEveryTypeIsDescribed(t *testing.T) {
	t.Parallel()
	described := types()
	for _, name := range []string{
		"coinsurance/events.go", "product/events.go", "insurance/events.go", "claims/events.go", "claims/dossier/events.go",
		"internal/periodend/close.go", "internal/feed/continue.go",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "..", filepath.FromSlash(name)), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, is := node.(*ast.ValueSpec)
			if !is || !strings.HasPrefix(spec.Names[0].Name, "Event") || len(spec.Values) == 0 {
				return true
			}
			if literal, is := spec.Values[0].(*ast.BasicLit); is {
				kind, _ := strconv.Unquote(literal.Value)
				if _, known := described[kind]; !known {
					t.Errorf("%s has no data described", kind)
				}
			}
			return true
		})
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.schema.json"))
	for _, file := range files {
		kind := strings.TrimSuffix(filepath.Base(file), ".schema.json")
		if _, known := described[kind]; !known && kind != "section" && !strings.HasPrefix(kind, "section.") {
			t.Errorf("%s describes no event", file)
		}
	}
	if !slices.IsSorted(files) {
		t.Error("the files are not in order")
	}
}
