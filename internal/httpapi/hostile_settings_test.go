package httpapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/access"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// hostileSettings are what somebody may have set for a role or a database.
const hostileSettings = `standard_conforming_strings = off; backslash_quote = on; bytea_output = escape;
	DateStyle = 'SQL, DMY'; IntervalStyle = sql_standard; TimeZone = 'Asia/Kathmandu'; extra_float_digits = -15;
	array_nulls = off; transform_null_equals = on; quote_all_identifiers = on;
	default_transaction_isolation = serializable; default_transaction_read_only = on; lock_timeout = '1ms';
	statement_timeout = '5ms'; idle_in_transaction_session_timeout = '5ms'; search_path = evil, pg_catalog, gongbao`

// settingTexts are texts of which a database that is set up otherwise would make something else. 縗 ends, in GBK, with
// the byte of a backslash.
var settingTexts = []string{
	`\' OR 1=1 --`, `' OR '1'='1`, `\`, `縗\' OR 1=1 --`, `a\`, `''`, `%_%`, `$1`, `?0`, `\x27`, "E'\\047'", "\x00", `"`,
	`{"a":1}`, "2026-13-45", strings.Repeat("长", 300), "😀", "武汉", "; DROP TABLE policy", "NULL", "../..",
}

// TestHostileSettings walks all routes with hostile texts, on a database as we like it and on databases that are set up
// otherwise: nothing breaks, nothing is answered differently, and what is written comes back as it was sent.
func TestHostileSettings(t *testing.T) {
	t.Parallel()
	friendly := walked(t, func(*testdb.Database) string { return "" })
	for name, settings := range map[string]func(db *testdb.Database) string{
		"OK of the database, and Latin letters": func(db *testdb.Database) string {
			return altered("DATABASE "+db.Name, hostileSettings+`; client_encoding = LATIN1`)
		},
		"OK of the login, and Chinese ones": func(db *testdb.Database) string {
			return altered("ROLE "+testdb.Application+" IN DATABASE "+db.Name, hostileSettings+`; client_encoding = GBK`)
		},
		"OK of the login, and no letters at all": func(db *testdb.Database) string {
			return altered("ROLE "+testdb.Application+" IN DATABASE "+db.Name, `client_encoding = SQL_ASCII`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := walked(t, settings)
			if len(answers) != len(friendly) {
				t.Errorf("%d requests were made, and %d on the friendly database", len(answers), len(friendly))
			}
			for request, answer := range answers {
				if answer != friendly[request] {
					t.Errorf("%s:\n%.500s\ninstead of\n%.500s", request, answer, friendly[request])
				}
			}
		})
	}
}

func altered(target, settings string) string {
	var script strings.Builder
	for setting := range strings.SplitSeq(settings, ";") {
		script.WriteString("ALTER " + target + " SET " + strings.TrimSpace(setting) + "; ")
	}
	return script.String()
}

// drawn is what differs from run to run.
var drawn = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|"[A-Za-z0-9+/_-]{20,}={0,2}"`)

// walked gives every request's answer.
func walked(t *testing.T, settings func(db *testdb.Database) string) map[string]string {
	t.Helper()
	db := testdb.Open(t)
	_, err := db.Superuser.Pool.Exec(t.Context(), `CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC;
		CREATE TABLE evil.policy (number text); CREATE TABLE evil.schema_contract (writable_by int);
		CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
		CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same); `+settings(db))
	if err != nil {
		t.Fatal(err)
	}
	reached, err := pg.Open(t.Context(), pg.Options{URL: db.ApplicationAt, MaxConnections: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reached.Close)
	d := openDoorOn(t, db, reached)
	d.issued()
	const insured = `O'Brien \' OR 1=1 -- \x27 縗\ %s 武汉`
	quoted := strings.NewReplacer("武汉示例装备", strings.ReplaceAll(insured, `\`, `\\`), "IC-P1", "IC-HOSTILE")
	d.post(leader, "/v1/policies", quoted.Replace(firstSet))
	var policy struct{ Insured string }
	if d.get(leader, "/v1/policies/IC-HOSTILE", &policy); policy.Insured != insured {
		t.Errorf("%q was quoted and %q is insured", insured, policy.Insured)
	}
	answers, turn := map[string]string{}, 0
	paths := d.api.OpenAPI().Paths
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			operation := paths[path].Get
			if method == http.MethodPost {
				operation = paths[path].Post
			}
			if operation == nil {
				continue
			}
			for _, request := range d.hostile(path, method, operation, &turn) {
				answer := d.ask(request.as, method, request.target, request.body)
				if answer.StatusCode >= 500 {
					t.Errorf("%s: %d %.300s", request.name, answer.StatusCode, answer.text)
				}
				if answer.StatusCode == http.StatusAccepted {
					d.ended(answer)
				}
				answers[request.name] = fmt.Sprint(answer.StatusCode, drawn.ReplaceAllString(answer.text, "…"))
			}
		}
	}
	return answers
}

// hostileRequest is one request with a hostile text in one place.
type hostileRequest struct {
	name, target, body string
	as                 access.Principal
}

// hostile gives an operation's requests: a few texts in each place of its address and its body that takes one, in turn.
func (d *door) hostile(path, method string, operation *huma.Operation, turn *int) []hostileRequest {
	var requests []hostileRequest
	const each = 4
	add := func(place string, make func(text string) (target, body string)) {
		for range each {
			text := settingTexts[*turn%len(settingTexts)]
			*turn++
			for _, as := range []access.Principal{leader, clerk} {
				target, body := make(text)
				requests = append(requests, hostileRequest{
					name:   fmt.Sprintf("%s %s %s=%.40q by %s", method, path, place, text, as.Subject),
					target: target, body: body, as: as,
				})
			}
		}
	}
	fit := bodies[operation.OperationID]
	filled := func(but, text string) string {
		target := path
		for name, value := range places {
			if name == "{"+but+"}" {
				value = text
			}
			target = strings.ReplaceAll(target, name, url.PathEscape(value))
		}
		return target
	}
	for _, parameter := range operation.Parameters {
		switch parameter.In {
		case "path":
			add(parameter.Name, func(text string) (string, string) { return filled(parameter.Name, text), fit })
		case "query":
			add(parameter.Name, func(text string) (string, string) {
				return filled("", "") + "?" + url.Values{parameter.Name: {text}}.Encode(), fit
			})
		}
	}
	var body map[string]any
	if json.Unmarshal([]byte(fit), &body) != nil {
		return requests
	}
	for _, field := range slices.Sorted(maps.Keys(body)) {
		if _, is := body[field].(string); !is {
			continue
		}
		add(field, func(text string) (string, string) {
			changed := maps.Clone(body)
			changed[field] = text
			raw, _ := json.Marshal(changed)
			return filled("", ""), string(raw)
		})
	}
	return requests
}
