package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gongbao/internal/access"
)

// hostileMax is far more than any refusal takes; what once took minutes is not quick by accident.
const hostileMax = 10 * time.Second

// hostileTexts are texts that no text of ours may be.
var hostileTexts = map[string]string{
	"invisible": `a\u200bb`, "turned": `a\u202eb`, "replaced": `a\ufffdb`, "NUL": `a\u0000b`, "a mark inside": `\ufeffab`,
	"a variation": `a\ufe0fb`, "a tag": `a\udb40\udc41b`, "for private use": `a\ue000b`, "a filler": `a\u3164b`,
}

// hostileBodies are made of a good body: none may be taken by any route.
func hostileBodies(good string) map[string]string {
	bodies := map[string]string{
		"a mark":           "\ufeff" + good,
		"something behind": good + "{}",
		"cut off":          good[:len(good)-1],
		"deep":             `{"x":` + strings.Repeat("[", 100_000),
		"many keys":        manyKeys(18_000),
		"a long key":       `{"` + strings.Repeat("k", 200_000) + `":1}`,
		"too large":        `{"x":"` + strings.Repeat("x", 300_000) + `"}`,
		"UTF-16":           "\xff\xfe{\x00}\x00",
	}
	members := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(good), &members) != nil {
		return bodies
	}
	for key, value := range members {
		rest := strings.TrimPrefix(good, "{")
		bodies["twice "+key] = `{"` + key + `":` + string(value) + `,` + rest
		bodies["another spelling of "+key] = `{"` + strings.ToUpper(key) + `":` + string(value) + `,` + rest
		bodies["only another spelling of "+key] = strings.Replace(good, `"`+key+`"`, `"`+strings.ToUpper(key)+`"`, 1)
		bodies["half a pair in "+key] = strings.Replace(good, string(value), `"\ud800"`, 1)
		bodies["no UTF-8 in "+key] = strings.Replace(good, string(value), "\"\xff\"", 1)
		bodies["a number beyond all in "+key] = strings.Replace(good, string(value), `1e1000000`, 1)
		bodies["many digits in "+key] = strings.Replace(good, string(value), strings.Repeat("9", 100_000), 1)
		bodies["a list in "+key] = strings.Replace(good, string(value), `[`+strings.Repeat(`{"a":1},`, 9999)+`{}]`, 1)
		for name, text := range hostileTexts {
			bodies[name+" in "+key] = strings.Replace(good, string(value), `"`+text+`"`, 1)
		}
	}
	for name, text := range hostileTexts {
		bodies["a key that is "+name] = `{"` + text + `":1}`
	}
	return bodies
}

// keyless are the routes that take no idempotency key: a file is known by its bytes, and a preview stores nothing.
var keyless = []string{"start-import", "read-payment", "preview-statement", "preview-settlement"}

// TestHostileRequestsOverAllRoutes knocks at every door as who may pass it, with bodies, queries and paths that no
// program of good will sends. None is taken, none breaks the service or is slow, and none changes anything.
func TestHostileRequestsOverAllRoutes(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	asked := 0
	for _, door := range d.doors() {
		before := d.state()
		by := d.whoMay(door)
		refuse := func(what, path, body string, headers ...string) {
			asked++
			begun := time.Now()
			answer := d.ask(by, door.method, path, body, headers...)
			took := time.Since(begun)
			var problem struct{ Code string }
			if answer.StatusCode/100 != 4 || json.Unmarshal([]byte(answer.text), &problem) != nil || problem.Code == "" ||
				took > hostileMax || len(answer.text) > 64<<10 {
				t.Errorf("%s, %s: %d in %s, %d bytes: %.300s", door.id, what, answer.StatusCode, took, len(answer.text),
					answer.text)
			}
		}
		good := door.body
		if good == "" {
			good = `{}`
		}
		if door.id != "start-import" && door.id != "file-claim-document" {
			bodies := hostileBodies(good)
			if door.id == "read-payment" {
				delete(bodies, "a mark") // XML may begin with one
			}
			for what, body := range bodies {
				refuse(what, door.path, body)
			}
		}
		for what, query := range map[string]string{
			"unknown": "surprise=1", "twice": "surprise=1&surprise=1", "no UTF-8": "name=%ff", "invisible": "pool=a%E2%80%8Bb",
			"badly escaped": "limit=%zz", "without a value": "dry_run", "many": strings.Repeat("a=1&", 2000) + "a=1",
		} {
			refuse("a query: "+what, door.path+"?"+query, "")
		}
		for name, value := range places {
			if value = url.PathEscape(value); name != "{version}" && strings.HasSuffix(door.path, "/"+value) {
				refuse("a path", door.path+"%E2%80%8B", door.body)
				refuse("a path that is no UTF-8", door.path+"%ff", door.body)
			}
		}
		if door.method == http.MethodPost && !slices.Contains(keyless, door.id) {
			refuse("a key", door.path, good, "Idempotency-Key", "a\u202eb")
		}
		if door.method == http.MethodPost {
			refuse("packed", door.path, good, "Content-Encoding", "gzip")
		}
		if d.state() != before {
			t.Errorf("%s: a refused request has changed something", door.id)
		}
	}
	t.Logf("%d requests", asked)
	if answer := d.ask(leader, http.MethodGet, "/v1/policies/IC-P1", ""); answer.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %d %s", answer.StatusCode, answer.text)
	}
}

// whoMay is a caller of those in the table who passes this door's permission.
func (d *door) whoMay(door doorway) access.Principal {
	d.Helper()
	for _, caller := range slices.Backward(callers) {
		answer := d.ask(caller.as, door.method, door.path+"?surprise=1", "")
		if answer.StatusCode == http.StatusUnprocessableEntity || answer.StatusCode == http.StatusBadRequest {
			return caller.as
		}
	}
	d.Fatalf("nobody passes %s", door.id)
	return access.Principal{}
}
