package launch

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// TestARehearsalSaysWhatTheCommandDoes rehearses commands on the book of before and does each right after: the answer,
// the postings and the facts are the same, but for ids, and until then not a row has changed.
func TestARehearsalSaysWhatTheCommandDoes(t *testing.T) {
	t.Parallel()
	b := openBefore(t)
	rehearsed := map[string]bool{}
	for _, cmd := range b.commands() {
		if later, is := cmd.(func(t *testing.T) any); is {
			cmd = later(t)
		}
		name := reflect.TypeOf(cmd).String()
		rehearsed[name] = true
		t.Run(name, func(t *testing.T) { b.rehearse(t, cmd) })
	}
	b.verified(t)
	for _, service := range b.services() {
		for i := range reflect.TypeOf(service).NumMethod() {
			if name, is := commandOf(reflect.TypeOf(service).Method(i)); is && !rehearsed[name] {
				t.Errorf("%s is not rehearsed", name)
			}
		}
	}
}

// services are all that take commands. A document is filed otherwise and cannot be rehearsed: its bytes are kept before
// the transaction begins.
func (b *before) services() []any {
	return []any{
		b.house.Insurance, b.house.Product, b.house.Zone, b.house.Coinsurance, b.house.Claims, b.house.Periods,
		b.house.Settlement,
	}
}

// commandOf is the type of the command that a use case takes.
func commandOf(method reflect.Method) (name string, is bool) {
	if method.Type.NumIn() != 3 || method.Type.In(2).Kind() != reflect.Struct {
		return "", false
	}
	command, embeds := method.Type.In(2).FieldByName("Rehearsal")
	return method.Type.In(2).String(), embeds && command.Type == reflect.TypeFor[*idempotency.Rehearsal]()
}

// rehearse sends a command twice, first as a rehearsal.
func (b *before) rehearse(t *testing.T, cmd any) {
	t.Helper()
	was, known := b.picture(t), b.events(t)
	would := new(idempotency.Rehearsal)
	trial := reflect.New(reflect.TypeOf(cmd)).Elem()
	trial.Set(reflect.ValueOf(cmd))
	trial.FieldByName("Rehearsal").Set(reflect.ValueOf(would))
	if _, err := b.send(t.Context(), trial.Interface()); err != nil {
		t.Fatalf("the rehearsal: %v", err)
	}
	if is := b.picture(t); !maps.Equal(was, is) {
		t.Fatalf("a rehearsal changed the database: %v was %v", is, was)
	}
	answer, err := b.send(t.Context(), cmd)
	if err != nil {
		t.Fatalf("the command: %v", err)
	}
	if got, want := plain(t, would.Answer), plain(t, answer); got != want {
		t.Errorf("the answer:\n%s\nwas rehearsed as\n%s", want, got)
	}
	var facts, postings []string
	for _, told := range idempotency.Told[fact.Fact](would) {
		facts = append(facts, fmt.Sprintln(told.Pool, told.Type, told.Subject, told.SubjectVersion, told.Effective))
	}
	for _, told := range idempotency.Told[ledger.PostedJournal](would) {
		for _, p := range told.Posted.Lines {
			line := fmt.Sprintln(told.Journal.Pool, p.Book, p.Debit, p.Credit, p.Amount.Fen(), p.Counterparty)
			postings = append(postings, line)
		}
	}
	var splits []string
	for _, told := range idempotency.Told[coinsurance.SplitRecord](would) {
		for _, stream := range told.Streams {
			splits = append(splits, fmt.Sprintln(told.Subject.Pool, told.Subject.Number, stream.Stream,
				told.SubjectVersion, stream.Split.Total.Fen(), strings.Join(stream.Members, ",")))
		}
	}
	if want := b.splits(t, known); !slices.Equal(sorted(splits), want) {
		t.Errorf("splits:\n%v\nwere rehearsed as\n%v", want, splits)
	}
	if want := b.facts(t, known); !slices.Equal(sorted(facts), want) {
		t.Errorf("facts:\n%v\nwere rehearsed as\n%v", want, facts)
	}
	if want := b.postings(t, known); !slices.Equal(sorted(postings), want) {
		t.Errorf("postings:\n%v\nwere rehearsed as\n%v", want, postings)
	}
	if len(facts) == 0 {
		t.Error("a command that announces nothing")
	}
}

func sorted(lines []string) []string { slices.Sort(lines); return lines }

// send finds the use case by its command's type.
func (b *before) send(ctx context.Context, cmd any) (any, error) {
	for _, service := range b.services() {
		for i := range reflect.TypeOf(service).NumMethod() {
			if name, is := commandOf(reflect.TypeOf(service).Method(i)); is && name == reflect.TypeOf(cmd).String() {
				out := reflect.ValueOf(service).Method(i).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(cmd)})
				err, _ := out[1].Interface().(error)
				return out[0].Interface(), err
			}
		}
	}
	return nil, fmt.Errorf("no use case takes %T", cmd)
}

var drawn = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// plain is an answer without the ids that are drawn.
func plain(t *testing.T, answer any) string {
	t.Helper()
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return drawn.ReplaceAllString(string(text), "ID")
}

// picture is a digest of every table.
func (b *before) picture(t *testing.T) map[string]string {
	t.Helper()
	picture := map[string]string{}
	for _, table := range b.lines(t, `SELECT relname::text FROM pg_class WHERE relkind = 'r'
			AND relnamespace = 'gongbao'::regnamespace AND relname NOT LIKE 'bun%'`) {
		picture[table] = strings.Join(b.lines(t, `SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), ''))
			FROM `+table+` AS t`), "")
	}
	return picture
}

func (b *before) events(t *testing.T) []string {
	t.Helper()
	return b.lines(t, `SELECT id::text FROM event`)
}

// facts are those announced since.
func (b *before) facts(t *testing.T, known []string) []string {
	t.Helper()
	return sorted(b.lines(t, `SELECT concat_ws(' ', pool, type, subject, subject_version, effective) || chr(10)
		FROM event WHERE id::text <> ALL ($1)`, known))
}

// postings are those of facts announced since.
func (b *before) postings(t *testing.T, known []string) []string {
	t.Helper()
	return sorted(b.lines(t, `SELECT concat_ws(' ', pool, book, debit, credit, amount, counterparty) || chr(10)
		FROM posting WHERE journal::text <> ALL ($1)`, known))
}

// splits are those of facts announced since.
func (b *before) splits(t *testing.T, known []string) []string {
	t.Helper()
	return sorted(b.lines(t, `SELECT concat_ws(' ', pool, subject, stream, subject_version, total,
		array_to_string(members, ',')) || chr(10) FROM split WHERE event::text <> ALL ($1)`, known))
}

func (b *before) lines(t *testing.T, query string, args ...any) []string {
	t.Helper()
	var lines []string
	err := pg.Rows(t.Context(), b.house.DB, query, args, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		lines = append(lines, line)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
