package launch

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/access"
	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/identity"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/internal/throttle"
	"gongbao/ledger"
	"gongbao/migrations"
)

// beforeHouse is where the book lies that the program wrote before tables and types had the names of the glossary, on
// 2026-11-28 with its API's commands: policies of every state with instalments, endorsements, a renewal and subsidies,
// claims of every state with notices, a consent, a cash call, worksheets, queries, recoveries and a document, closed
// months, imports, idempotency keys, and facts that were not published. Its answers lie beside it.
const beforeHouse = "../backup/testdata/before-house"

// TestBookOfTheProgramBefore restores that book under this program's schema: it verifies, every question has the
// answer of then, and work goes on.
func TestBookOfTheProgramBefore(t *testing.T) {
	t.Parallel()
	b := openBefore(t)
	for _, key := range slices.Sorted(maps.Keys(b.answers)) {
		person, path, _ := strings.Cut(key, " ")
		status, got := b.ask(t, person, http.MethodGet, path, "", "")
		if status != http.StatusOK {
			t.Errorf("%s: %d %v", key, status, got)
			continue
		}
		for _, lost := range missing("", b.answers[key], got) {
			t.Errorf("%s: %s", key, lost)
		}
	}
	b.verified(t)
	b.inRenminbi(t)
	b.goOn(t)
	b.verified(t)
}

// before is the book of before, open as a service has it.
type before struct {
	house   *House
	config  *Config
	answers map[string]any // to "PERSON PATH"
}

func openBefore(t *testing.T) *before {
	t.Helper()
	db, ctx := testdb.Empty(t), t.Context()
	manual := clock.NewManual(time.Date(2026, 11, 28, 4, 30, 0, 0, clock.Zone))
	store, err := filestore.OpenFolder(filepath.Join(t.TempDir(), "documents"))
	if err != nil {
		t.Fatal(err)
	}
	owner, err := pg.Open(ctx, pg.Options{URL: db.OwnerAt})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	_, err = backup.Restore(ctx, backup.RestoreOptions{
		DB: owner, Path: beforeHouse + ".backup", Migrations: migrations.Files, Person: "ops@operator", Reason: "drill",
		Checks: Checks(store), Clock: manual, Store: store,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Migrate(ctx, db.OwnerAt, db.ApplicationAt, manual, func(string, int, int) {}); err != nil {
		t.Fatal(err)
	}
	config := &Config{Database: db.ApplicationAt, Clock: manual, Data: t.TempDir()}
	house, err := config.Open(ctx, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(house.Close)
	return &before{house: house, config: config, answers: readAnswers(t)}
}

func readAnswers(t *testing.T) map[string]any {
	t.Helper()
	file, err := os.Open(beforeHouse + ".answers.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	text, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string]any
	if err := json.NewDecoder(text).Decode(&answers); err != nil || len(answers) < 50 {
		t.Fatalf("%d answers: %v", len(answers), err)
	}
	return answers
}

// ask sends one request to the API in this process, as a person.
func (b *before) ask(t *testing.T, as, method, path, key, body string) (status int, answer any) {
	t.Helper()
	person, err := identity.ParsePerson(as)
	if err != nil {
		t.Fatal(err)
	}
	b.house.person = func(context.Context, string) (access.Principal, error) { return person, nil }
	api := b.config.server(b.house, nil, throttle.Limits{}, zerolog.Nop())
	defer api.Close()
	request, err := http.NewRequestWithContext(t.Context(), method, ownServer+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer x")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := inProcess{api.Handler()}.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

// missing says what of an answer of before is not in the one of now; what is new does not matter.
func missing(at string, was, is any) []string {
	switch was := was.(type) {
	case map[string]any:
		now, same := is.(map[string]any)
		if !same {
			return []string{fmt.Sprintf("%s: %v was %v", at, is, was)}
		}
		var lost []string
		for _, name := range slices.Sorted(maps.Keys(was)) {
			lost = append(lost, missing(at+"."+name, was[name], now[name])...)
		}
		return lost
	case []any:
		now, same := is.([]any)
		if !same || len(now) != len(was) {
			return []string{fmt.Sprintf("%s: %v was %v", at, is, was)}
		}
		var lost []string
		for i := range was {
			lost = append(lost, missing(fmt.Sprintf("%s[%d]", at, i), was[i], now[i])...)
		}
		return lost
	default:
		if !reflect.DeepEqual(was, is) {
			return []string{fmt.Sprintf("%s: %v was %v", at, is, was)}
		}
		return nil
	}
}

func (b *before) verified(t *testing.T) {
	t.Helper()
	report, err := ledger.Verify(t.Context(), b.house.DB, ledger.VerifyOptions{Checks: Checks(b.house.Store)})
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range report.Findings {
		t.Error(finding)
	}
}

// inRenminbi holds that what was agreed before there was a currency is in renminbi, and so is what is agreed next.
func (b *before) inRenminbi(t *testing.T) {
	t.Helper()
	const clerk, path = "wang@manager:settlement", "/v1/pools/IC/agreements"
	_, answer := b.ask(t, clerk, http.MethodGet, path, "", "")
	listed, _ := answer.(map[string]any)
	versions, _ := listed["items"].([]any)
	for _, version := range versions {
		if agreement, _ := version.(map[string]any); agreement["currency"] != "CNY" {
			t.Errorf("an agreement of before in %v", agreement["currency"])
		}
	}
	books := b.lines(t, `SELECT DISTINCT currency FROM period_head`)
	if len(versions) == 0 || !slices.Equal(books, []string{"CNY"}) {
		t.Errorf("%d agreements, books in %v", len(versions), books)
	}
	status, answer := b.ask(t, clerk, http.MethodPost, path, "dollars", `{"version":99,"from":"2030-01-01",
		"shares":[{"member":"SHAHU","premium":"100%"}],"terms":{"currency":"USD"}}`)
	if status != http.StatusUnprocessableEntity || !strings.Contains(fmt.Sprint(answer), "terms.currency") {
		t.Errorf("an agreement in dollars: %d %v", status, answer)
	}
}

// goOn issues, receives, pays and closes on the book of before. A key that was used before says so in its own words.
func (b *before) goOn(t *testing.T) {
	t.Helper()
	const underwriter, handler = "li@SHAHU:underwriter", "zhou@SHAHU:claims,senior_claims"
	const clerk = "wang@manager:settlement"
	var noted string
	err := pg.Row(t.Context(), b.house.DB, `SELECT key FROM idempotency
		WHERE operation = 'insurance.note_policy' ORDER BY recorded LIMIT 1`, nil, &noted)
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct{ as, path, body, key, code string }{
		{
			underwriter, "/v1/policies/IC-P1/notes", `{"name":"备注","value":"示例"}`, noted,
			"idempotency.key_of_old_form",
		},
		{underwriter, "/v1/policies/IC-Q1/receipts", `{"amount":"127200.00"}`, "", ""},
		{underwriter, "/v1/policies/IC-Q1/issue", `{}`, "", ""},
		{underwriter, "/v1/policies/IC-P2/receipts", `{"amount":"63600.00"}`, "", ""},
		{underwriter, "/v1/policies/IC-P3/endorsements", `{"endorsement":"E2","premium":"-3000.00"}`, "", ""},
		{handler, "/v1/claims/IC-C-2/payments", `{"indemnity":"100000.00","payee":"示例客户","payee_kind":"insured"}`, "", ""},
		{"qian@DONGHU:claims", "/v1/claims/IC-C-6/calls", `{"member":"DONGHU","amount":"2000000.00"}`, "", ""},
		{clerk, "/v1/pools/IC/periods/2026-08/close", `{}`, "", ""},
		{clerk, "/v1/pools/IC/periods/2026-09/close", `{}`, "", ""},
	} {
		key := step.key
		if key == "" {
			key = fmt.Sprintf("after-%d", i)
		}
		status, answer := b.ask(t, step.as, http.MethodPost, step.path, key, step.body)
		said, _ := answer.(map[string]any)
		if code, _ := said["code"].(string); code != step.code || step.code == "" && status >= http.StatusBadRequest {
			t.Errorf("%s: %d %v", step.path, status, answer)
		}
	}
}
