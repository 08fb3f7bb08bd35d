package sample_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
)

// hostile is what no text and no code may be.
var hostile = map[string]string{
	"a NUL": "A\x00", "no UTF-8": "A\xff", "an escape": "A\x1b[2J", "an invisible blank": "A\u200b",
	"a turned direction": "A\u202eB", "a lost character": "A\ufffd", "a variation": "A\ufe0f", "no letter": "---",
	"for private use": "A\ue000", "a carriage return": "A\r\nB", "too long": strings.Repeat("x", 5000),
}

// hostileCodes are texts, but no codes.
var hostileCodes = map[string]string{
	"an underscore": "A_B", "a dot": "A.B", "Chinese": "甲", "full-width": "A１", "Cyrillic": "А1", "a blank": "A B",
	"a slash": "A/B", "a quote": "A'B", "two lines": "A\nB",
}

// looked says of a field that it points to something, or is one of a list: what is not there is refused in other words,
// and what was made before the rule for codes is found.
var looked = []string{
	"policy", "claim", "pool", "member", "organisation", "occurrence", "line", "renews", "industry", "role", "basis",
	"paid_to", "facts.unit_basis", "purpose", "answer", "state", "item", "topic", "outcome", "report", "payee.kind",
	"kind", "sha256", "consent_digest", "book", "terms.leader", "terms.issuer", "terms.servicer", "terms.residue",
	"terms.collection", "terms.claims", "terms.netting", "terms.vat_invoice", "terms.currency", "terms.second_lead",
	"terms.silence", "terms.ring_fence", "terms.evidence",
	"sections[0].code", "losses[0].section", "losses[0].cause", "cnaps", "account_number", "ground",
}

// codes are made by their commands.
var codes = []string{"code", "number", "endorsement"}

// Every text of every command, found by its type, is refused by name when it holds what no text may, and changes
// nothing. A field that is added is walked too.
func TestNoCommandTakesAHostileText(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	clock := clock.NewManual(today.Start())
	files, err := filestore.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	desk := claims.NewService(db.DB, clock)
	_, err = coinsurance.NewService(db.DB, clock).OpenPool(t.Context(), coinsurance.OpenPool{
		Command: idempotency.By(sample.Clerk),
		Code:    "IC", Name: "集成电路", Industry: coinsurance.IntegratedCircuits,
	})
	if err != nil {
		t.Fatal(err)
	}
	walked := 0
	for _, service := range []any{
		coinsurance.NewService(db.DB, clock), insurance.NewService(db.DB, clock), desk,
		dossier.NewService(desk, db.DB, files), periodend.NewService(db.DB, clock),
	} {
		value := reflect.ValueOf(service)
		for i := range value.NumMethod() {
			if command, is := commandOf(value.Method(i).Type()); is {
				walked += walk(t, value.Type().Method(i).Name, value.Method(i), command)
			}
		}
	}
	if walked < 60 {
		t.Errorf("only %d texts were found", walked)
	}
	var events int
	if err := pg.Row(t.Context(), db, `SELECT count(*) FROM event`, nil, &events); err != nil || events > 1 {
		t.Errorf("refusals made %d events, %v", events, err)
	}
}

// commandOf is the command that a use case takes.
func commandOf(method reflect.Type) (reflect.Type, bool) {
	if method.NumIn() != 2 || method.NumOut() != 2 || method.In(1).Kind() != reflect.Struct {
		return nil, false
	}
	command := method.In(1)
	_, asks := command.FieldByName("By")
	_, source := command.FieldByName("Source")
	return command, asks && !source // what files hold is looked at by the tests of imports
}

// walk puts every hostile text into every text of a command and gives the number of texts.
func walk(t *testing.T, name string, method reflect.Value, command reflect.Type) int {
	t.Helper()
	paths := textsOf(command, "")
	for _, path := range paths {
		values := maps.Clone(hostile)
		if slices.Contains(codes, path) {
			maps.Copy(values, hostileCodes)
		}
		for what, text := range values {
			cmd := reflect.New(command).Elem()
			prepare(cmd, name)
			place(cmd, path).SetString(text)
			answer := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), cmd})
			err, _ := answer[1].Interface().(error)
			if pg.CodeOf(err) == "22021" && slices.Contains(looked, path) {
				continue // no text that Postgres takes, so nothing is found by it; the door says so
			}
			refusal, is := errors.AsType[*fault.Fault](err)
			switch {
			case !is || refusal.Kind == fault.Internal:
				t.Errorf("%s: %s is %s: %v", name, path, what, err)
			case slices.Contains(looked, path):
			case refusal.Kind != fault.Invalid || !slices.ContainsFunc(refusal.Fields, func(f fault.Field) bool {
				return f.Path == path
			}):
				t.Errorf("%s: %s is %s, and is not named: %v", name, path, what, err)
			}
		}
	}
	return len(paths)
}

// prepare makes a command that gets as far as its texts.
func prepare(cmd reflect.Value, name string) {
	place(cmd, "By").Set(reflect.ValueOf(sample.Clerk))
	switch name {
	case "ProposeBank":
		place(cmd, "By").Set(reflect.ValueOf(access.Person("li", access.Member, "A", access.Administrator)))
		place(cmd, "member").SetString("A")
	case "RaiseQuery":
		place(cmd, "topic").SetString(claims.TopicQuestion)
	case "QuotePolicy", "ProposeAgreement":
		place(cmd, "pool").SetString("IC")
	}
}

// textsOf are the places of all texts of a command, as a refusal names them.
func textsOf(of reflect.Type, prefix string) (paths []string) {
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		inside := field.Type
		switch {
		case field.Anonymous:
			paths = append(paths, textsOf(field.Type, prefix)...)
			continue
		case name == "-" || !field.IsExported():
			continue
		case inside.Kind() == reflect.Slice:
			name, inside = name+"[0]", inside.Elem()
		}
		switch inside.Kind() {
		case reflect.String:
			paths = append(paths, prefix+name)
		case reflect.Struct:
			paths = append(paths, textsOf(inside, prefix+name+".")...)
		default:
		}
	}
	return paths
}

// place finds a field by the path that a refusal names; By has none and goes by its own name.
func place(of reflect.Value, path string) reflect.Value {
	first, rest, nested := strings.Cut(path, ".")
	first, list := strings.CutSuffix(first, "[0]")
	for field, value := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			if found := place(value, path); found.IsValid() {
				return found
			}
			continue
		case name != first && (name != "-" || field.Name != first):
			continue
		}
		if list {
			value.Set(reflect.MakeSlice(value.Type(), 1, 1))
			value = value.Index(0)
		}
		if nested {
			return place(value, rest)
		}
		return value
	}
	return reflect.Value{}
}
