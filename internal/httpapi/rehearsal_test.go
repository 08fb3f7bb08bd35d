package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/feed"
	"gongbao/internal/httpapi"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// notRehearsed are the routes that change something and cannot be rehearsed, with the reason.
var notRehearsed = map[string]string{
	"file-claim-document": "its file is kept in the file store, which no transaction takes back",
	"preview-settlement":  "it stores nothing",
	"preview-statement":   "it stores nothing",
	"read-payment":        "it allocates entry by entry, each in a transaction of its own",
	"start-import":        "it has dry_run, which reports on every row of its file",
}

// TestEveryCommandCanBeRehearsed walks all routes: what changes something takes rehearse=true, and its description
// says what it then answers, or the route stands among the exceptions.
func TestEveryCommandCanBeRehearsed(t *testing.T) {
	t.Parallel()
	commands := 0
	for path, item := range httpapi.NewServer(httpapi.Options{Log: zerolog.Nop()}).OpenAPI().Paths {
		for _, operation := range []*huma.Operation{item.Post, item.Put, item.Delete, item.Patch} {
			if operation == nil {
				continue
			}
			can := rehearses(operation)
			if _, excepted := notRehearsed[operation.OperationID]; can == excepted {
				t.Errorf("%s of %s: it rehearses is %t, that it is an exception is %t", operation.OperationID, path, can, excepted)
			}
			if !can {
				continue
			}
			commands++
			answers, err := json.Marshal(operation.Responses["200"].Content["application/json"].Schema)
			if err != nil || !strings.Contains(string(answers), "/Rehearsal") {
				t.Errorf("%s of %s does not describe its rehearsal: %s", operation.OperationID, path, answers)
			}
		}
	}
	if commands < 40 {
		t.Errorf("only %d commands", commands)
	}
}

func rehearses(operation *huma.Operation) bool {
	return slices.ContainsFunc(operation.Parameters, func(p *huma.Param) bool {
		return p.In == "query" && p.Name == "rehearse"
	})
}

// TestARehearsalAnswersAsTheCommandDoes walks every command as every caller: first rehearsed, then done. Both are
// refused for the same reason or give the same answer, and the rehearsal leaves every table as it was.
func TestARehearsalAnswersAsTheCommandDoes(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.proposed()
	digest, done := d.digest(), map[string]bool{}
	for _, door := range d.doors() {
		if _, excepted := notRehearsed[door.id]; excepted || door.method == http.MethodGet {
			continue
		}
		for _, caller := range callers {
			key := []string{"Idempotency-Key", door.id + " of " + caller.name}
			d.api.Finish() // papers are written beside the requests
			was := d.text(digest)
			rehearsed := d.ask(caller.as, door.method, door.path+"?rehearse=true", door.body, key...)
			if is := d.text(digest); is != was {
				t.Fatalf("%s as %s: a rehearsal changed the database", door.id, caller.name)
			}
			answer := d.ask(caller.as, door.method, door.path, door.body, key...)
			if answer.StatusCode/100 != 2 {
				if rehearsed.StatusCode != answer.StatusCode || code(rehearsed) != code(answer) {
					t.Errorf("%s as %s: %s was rehearsed as %s", door.id, caller.name, answer.text, rehearsed.text)
				}
				continue
			}
			done[door.id] = true
			would := d.rehearsal(rehearsed)
			if got, want := undrawn(would.Answer), undrawn([]byte(answer.text)); got != want {
				t.Errorf("%s as %s answers\n%s\nwas rehearsed as\n%s", door.id, caller.name, want, got)
			}
			if rehearsed.Header.Get("ETag") != "" {
				t.Errorf("%s: an ETag of what is not there", door.id)
			}
		}
	}
	if len(done) < 20 {
		t.Errorf("only %d commands were done: %v", len(done), done)
	}
}

// TestARehearsalShowsWhatTheWindowsWillShow compares what a leader is told before an issue with what it sees after.
func TestARehearsalShowsWhatTheWindowsWillShow(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.post(leader, "/v1/policies", firstSet)
	d.post(leader, "/v1/policies/IC-P1/receipts", `{"amount":"106000.01"}`)
	would := d.rehearsal(d.post(leader, "/v1/policies/IC-P1/issue?rehearse=true", ""))
	d.post(leader, "/v1/policies/IC-P1/issue", "")
	d.drain()

	var splits struct{ Items []coinsurance.RecordedSplit }
	d.get(leader, "/v1/policies/IC-P1/splits", &splits)
	if got, want := asJSON(t, would.Splits), asJSON(t, last(splits.Items, len(would.Splits))); got != want {
		t.Errorf("the splits are\n%s\nwere rehearsed as\n%s", want, got)
	}
	if len(would.Journals) != 1 || len(would.Facts) != 1 {
		t.Fatalf("%d journals and %d facts", len(would.Journals), len(would.Facts))
	}
	journal, foretold := would.Journals[0], would.Facts[0]
	var postings struct{ Items []ledger.BookPosting }
	d.get(leader, "/v1/policies/IC-P1/postings?limit=500", &postings)
	var made []ledger.Posting
	for _, p := range postings.Items {
		if p.Kind == journal.Kind && p.Effective == journal.Effective && p.Period == journal.Period {
			made = append(made, ledger.Posting{
				Line: p.Line, Book: p.Book, Debit: p.Debit, Credit: p.Credit, Amount: p.Amount, Stream: p.Stream,
				Counterparty: p.Counterparty, Policy: p.Policy, Claim: p.Claim, AgreementVersion: p.AgreementVersion,
			})
		}
	}
	if diff := cmp.Diff(asJSON(t, made), asJSON(t, journal.Postings)); diff != "" {
		t.Errorf("the postings: %s", diff)
	}
	var facts struct{ Items []feed.Published }
	d.get(leader, "/v1/pools/IC/events", &facts)
	at := slices.IndexFunc(facts.Items, func(f feed.Published) bool { return f.Type == foretold.Type })
	if at < 0 || len(foretold.Sections) != 1 || foretold.Sections[0].Member != "SHAHU" {
		t.Fatalf("among %d facts none is as was rehearsed: %s", len(facts.Items), asJSON(t, foretold))
	}
	told := facts.Items[at]
	if got, want := string(foretold.Sections[0].Body), string(told.Sections[0].Body); got != want {
		t.Errorf("the leader's section is\n%s\nwas rehearsed as\n%s", want, got)
	}
	if got, want := undigested(foretold.Common), undigested(told.Common); got != want {
		t.Errorf("the fact's common part is\n%s\nwas rehearsed as\n%s", want, got)
	}
}

// TestARehearsalHidesWhatTheWindowsHide: each is told of its own book and section alone, and the pool manager of all.
func TestARehearsalHidesWhatTheWindowsHide(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	others := []string{"DONGHU", "YANXI", "TANGXUN", "LIANGZI"}
	handler := access.Person("c", access.Member, "NANHU", access.Claims)
	asked := d.post(handler, "/v1/claims/IC-C1/queries?rehearse=true", `{"topic":"question","text":"查勘何时进行？"}`)
	for _, other := range others {
		if strings.Contains(asked.text, other) {
			t.Errorf("a follower is told of %s: %s", other, asked.text)
		}
	}
	estimated := d.rehearsal(d.post(claimant, "/v1/claims/IC-C1/estimates?rehearse=true", `{"indemnity":"2000.00"}`))
	if len(estimated.Splits) == 0 || len(estimated.Splits[0].Lines) != 6 || len(estimated.Journals) != 1 {
		t.Errorf("the servicer is told %s", asJSON(t, estimated))
	}
	for _, posting := range estimated.Journals[0].Postings {
		if posting.Book != "SHAHU" {
			t.Errorf("the servicer is shown the book of %s", posting.Book)
		}
	}
	for _, told := range estimated.Facts {
		if len(told.Sections) != 1 || told.Sections[0].Member != "SHAHU" {
			t.Errorf("the servicer is shown %s", asJSON(t, told))
		}
	}
	d.clock.Set(d.clock.Now().AddDate(0, 1, 0))
	closed := d.post(clerk, "/v1/pools/IC/periods/2026-03/close?rehearse=true", "")
	for _, member := range append(others, "SHAHU", "NANHU") {
		if !strings.Contains(asJSON(t, d.rehearsal(closed).Journals), `"book": "`+member+`"`) {
			t.Errorf("the pool manager is told nothing of %s", member)
		}
	}
	d.refused(d.ask(regulator, "POST", "/v1/policies/IC-P1/cancellation?rehearse=true", ""), 403, "access.forbidden")
	d.refused(d.ask(leader, "POST", "/v1/policies/IC-P1/receipts?rehearse=perhaps", `{"amount":"1.00"}`), 422,
		"httpapi.request_invalid")
}

// TestASplitThatIsRehearsedIsSeenAsARecordedOne: also by those who can do nothing that splits.
func TestASplitThatIsRehearsedIsSeenAsARecordedOne(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	record := coinsurance.SplitRecord{
		Subject: coinsurance.Subject{Pool: "IC", Number: "IC-C1", Leader: "YANXI", Servicer: "YANXI"}, AgreementVersion: 1,
		Streams: []coinsurance.StreamSplit{{
			Stream: "incurred", Members: []string{"SHAHU", "NANHU"},
			Split: coinsurance.Split{
				Total: money.Fen(3), Portions: []money.Amount{money.Fen(2), money.Fen(1)}, TakenBy: []string{"SHAHU"},
			},
		}},
	}
	for _, test := range []struct {
		by    access.Principal
		lines int
	}{
		{leader, 2}, {access.Person("yu", access.Member, "YANXI", access.Claims), 2}, {clerk, 2}, {regulator, 2},
		{follower, 1}, {stranger, 0}, {operator, 0}, {access.Person("gu", access.Member, "DONGHU", access.Claims), 0},
	} {
		seen, err := record.SeenBy(t.Context(), d.db.DB, test.by)
		if err != nil || len(seen) != min(test.lines, 1) {
			t.Errorf("%s sees %+v, %v", test.by, seen, err)
			continue
		}
		if test.lines > 0 && (len(seen[0].Lines) != test.lines || len(seen[0].TakenBy) != test.lines-1) {
			t.Errorf("%s sees %+v", test.by, seen)
		}
	}
}

// told is a rehearsal as a caller reads it.
type told struct {
	Answer   json.RawMessage
	Splits   []coinsurance.RecordedSplit
	Journals []httpapi.RehearsedJournal `json:"postings"`
	Facts    []httpapi.RehearsedFact
}

func (d *door) rehearsal(answer reply) (would told) {
	d.Helper()
	if err := json.Unmarshal([]byte(answer.text), &would); err != nil || answer.StatusCode != http.StatusOK {
		d.Fatalf("a rehearsal: %d %s, %v", answer.StatusCode, answer.text, err)
	}
	return would
}

func code(answer reply) string {
	var problem struct{ Code, Detail string }
	_ = json.Unmarshal([]byte(answer.text), &problem) // both are then alike
	return problem.Code + " " + problem.Detail
}

var (
	drawnID  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|-[0-9A-Z]{26}`)
	digested = regexp.MustCompile(`"(digest|recorded)":"[^"]*"`)
)

// undrawn is an answer without the ids and numbers that are drawn, and without space around it.
func undrawn(answer []byte) string {
	return drawnID.ReplaceAllString(strings.TrimSpace(string(answer)), "ID")
}

// undigested is a part of a fact without what follows from an id and an instant.
func undigested(part []byte) string { return digested.ReplaceAllString(undrawn(part), "") }

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return undrawn(text)
}

func last[T any](items []T, count int) []T { return items[max(0, len(items)-count):] }

// digest is a statement that gives a digest of every table.
func (d *door) digest() string {
	d.Helper()
	var parts []string
	tables := d.text(`SELECT string_agg(relname::text, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r'
		AND relnamespace = 'gongbao'::regnamespace AND relname NOT LIKE 'bun%'`)
	for _, table := range strings.Fields(tables) {
		parts = append(parts, fmt.Sprintf(
			`(SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM %s AS t)`, table))
	}
	return `SELECT ` + strings.Join(parts, ` || `)
}

func (d *door) text(query string) (text string) {
	d.Helper()
	if err := pg.Row(d.Context(), d.db.DB, query, nil, &text); err != nil {
		d.Fatal(err)
	}
	return text
}
