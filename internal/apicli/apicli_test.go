package apicli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gongbao/internal/apicli"
	"gongbao/internal/httpapi"
)

// service is an API that notes what it is asked and answers what it is told.
type service struct {
	asked   []*http.Request
	bodies  []string
	answers []said
}

// said is what the service answers.
type said struct {
	status      int
	media, body string
}

// RoundTrip notes a request; with no answer left it says an empty object.
func (s *service) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	s.asked, s.bodies = append(s.asked, request), append(s.bodies, string(body))
	next := said{http.StatusOK, "application/json", "{}"}
	if len(s.answers) > 0 {
		next, s.answers = s.answers[0], s.answers[1:]
	}
	return &http.Response{
		StatusCode: next.status, Header: http.Header{"Content-Type": {next.media}},
		Body: io.NopCloser(strings.NewReader(next.body)),
	}, nil
}

func answered(bodies ...string) *service {
	s := &service{}
	for _, body := range bodies {
		s.answers = append(s.answers, said{http.StatusOK, "application/json", body})
	}
	return s
}

var errMisused = errors.New("misused")

// ran is what a command line did.
type ran struct {
	out, aside string
	err        error
}

func (s *service) run(t *testing.T, stdin string, args ...string) ran {
	t.Helper()
	var out bytes.Buffer
	done := s.runTo(t, &out, stdin, args...)
	done.out = out.String()
	return done
}

// runTo is run with what is written elsewhere.
func (s *service) runTo(t *testing.T, out io.Writer, stdin string, args ...string) ran {
	t.Helper()
	root := &cobra.Command{Use: "gongbao", SilenceErrors: true, SilenceUsage: true}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errors.Join(errMisused, err) })
	apicli.Add(root, apicli.Options{
		API: described(),
		Connect: func(context.Context) (*apicli.Connection, error) {
			return &apicli.Connection{
				Client: &http.Client{Transport: s}, URL: "https://gongbao.example", Token: "secret", Close: func() {},
			}, nil
		},
		Misused: func(err error) error { return errors.Join(errMisused, err) },
	})
	var aside bytes.Buffer
	root.SetArgs(args)
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(out)
	root.SetErr(&aside)
	err := root.ExecuteContext(t.Context())
	return ran{aside: aside.String(), err: err}
}

func described() *huma.OpenAPI {
	return httpapi.NewServer(httpapi.Options{Log: zerolog.Nop()}).OpenAPI()
}

// What a tag's description names in backticks are its commands: the order of a day's work stands above their list.
func TestTheOrderOfWorkNamesCommands(t *testing.T) {
	t.Parallel()
	root := &cobra.Command{Use: "gongbao"}
	apicli.Add(root, apicli.Options{API: described()})
	quoted, named := regexp.MustCompile("`([a-z-]+)`"), 0
	for _, tag := range described().Tags {
		for _, word := range quoted.FindAllStringSubmatch(tag.Description, -1) {
			named++
			if command, rest, err := root.Find([]string{tag.Name, word[1]}); err != nil || len(rest) > 0 ||
				command.Name() != word[1] {
				t.Errorf("gongbao %s has no %s", tag.Name, word[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d commands are named", named)
	}
}

// A page says on one line, aside, what stands beside its items.
func TestAPageSaysWhatStandsBesideItsItems(t *testing.T) {
	t.Parallel()
	s := answered(`{"statement":"2026-11/2","against":"2026-11/1","items":[{"policy":"P1"}],"next":"abc"}`)
	done := s.run(t, "", "statement", "compare", "IC", "2026-11")
	if !strings.Contains(done.aside, "statement 2026-11/2, against 2026-11/1\n") || !strings.Contains(done.out, "P1") {
		t.Errorf("got %+v", done)
	}
	done = answered(`{"totals":{"new":1,"members":[{"member":"A","now":"1.00"}]},"items":[{"policy":"P1"}]}`).
		run(t, "", "statement", "compare", "IC", "2026-11", "--columns", "policy")
	want := "totals\n  new  1\n  members\n    member   now\n    A       1.00\n\npolicy\nP1\n"
	if done.out != want {
		t.Error(cmp.Diff(want, done.out))
	}
}

// A list is shown item by item or in columns also where it comes whole.
func TestAListThatComesWholeIsShownInFullToo(t *testing.T) {
	t.Parallel()
	const list = `{"items":[{"account":"622","left":"1.00"}]}`
	done := answered(list).run(t, "", "payment", "list-entries", "--long")
	if want := "account  622\nleft     1.00\n"; done.err != nil || done.out != want {
		t.Errorf("%v\n%s", done.err, cmp.Diff(want, done.out))
	}
	done = answered(list).run(t, "", "payment", "list-entries", "--columns", "left")
	if want := "left\n1.00\n"; done.err != nil || done.out != want {
		t.Errorf("%v\n%s", done.err, cmp.Diff(want, done.out))
	}
}

// What nobody can read goes to a file or another program, and never to a terminal.
func TestAFileIsNotWrittenToATerminal(t *testing.T) {
	t.Parallel()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = terminal.Close() }()
	paper := func() *service { return &service{answers: []said{{http.StatusOK, "application/pdf", "%PDF"}}} }
	read := []string{"statement", "download", "IC", "2026-11", "NANHU"}
	done := paper().runTo(t, terminal, "", read...)
	if !errors.Is(done.err, errMisused) || !strings.Contains(done.err.Error(), "--output FILE") {
		t.Errorf("to a terminal: %v", done.err)
	}
	if done := paper().run(t, "", read...); done.err != nil || done.out != "%PDF" {
		t.Errorf("to a program: %+v", done)
	}
}

// Times are in one zone, whatever zone the service answers in.
func TestTimesAreInTheZonesOwn(t *testing.T) {
	t.Parallel()
	done := answered(`{"a":"2026-11-28T03:00:00Z","b":"2026-11-28T11:00:00.5+08:00","c":"2026-11-28"}`).
		run(t, "", "policy", "get", "IC-1")
	want := "a  2026-11-28T11:00:00+08:00\nb  2026-11-28T11:00:00.5+08:00\nc  2026-11-28\n"
	if done.out != want {
		t.Error(cmp.Diff(want, done.out))
	}
}

// The key of a repetition has one flag; what a command calls key itself is another.
func TestTheKeyOfARepetitionHasOneFlag(t *testing.T) {
	t.Parallel()
	s := answered()
	done := s.run(t, "", "payment", "match", "IC", "G1-1-1", "--account", "622", "--key", "R1/0",
		"--idempotency-key", "k")
	if done.err != nil || s.asked[0].Header.Get("Idempotency-Key") != "k" ||
		!strings.Contains(s.bodies[0], `"key":"R1/0"`) {
		t.Errorf("%v: %q", done.err, s.bodies)
	}
	s = answered()
	if done := s.run(t, "", "policy", "issue", "IC-1", "--key", "k"); done.err != nil ||
		s.asked[0].Header.Get("Idempotency-Key") != "k" {
		t.Errorf("in short: %v", done.err)
	}
	help := answered().run(t, "", "policy", "issue", "--help").out
	if !strings.Contains(help, "--idempotency-key") || strings.Contains(help, "--key") ||
		strings.Contains(help, "--header") {
		t.Errorf("help names\n%s", help)
	}
}

// Every operation of the API is a command, and the example in its help asks for that operation.
func TestEveryOperationIsACommandWhoseExampleWorks(t *testing.T) {
	root := &cobra.Command{Use: "gongbao"}
	apicli.Add(root, apicli.Options{API: described()})
	upload := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(upload, []byte("pool,number\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, noun := range root.Commands() {
		for _, verb := range noun.Commands() {
			commands++
			line := strings.Fields(strings.NewReplacer("'", "", "FILE", upload).Replace(verb.Example))
			s := answered("{}")
			if done := s.run(t, "", withFiles(t, line[1:])...); done.err != nil {
				t.Errorf("%s: %v", verb.Example, done.err)
				continue
			}
			asked, words := s.asked[0], strings.Fields(verb.Long)
			want := words[len(words)-2] + " " + strings.NewReplacer("{", "", "}", "").Replace(words[len(words)-1])
			if got := asked.Method + " " + strings.ToLower(asked.URL.Path); !strings.EqualFold(got, want) {
				t.Errorf("%s asks %s, not %s", verb.Example, got, want)
			}
			if got := asked.Header.Get("Authorization"); got != "Bearer secret" {
				t.Errorf("%s sends %q", verb.Example, got)
			}
		}
	}
	operations := 0
	for _, item := range described().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				operations++
			}
		}
	}
	if commands != operations {
		t.Errorf("%d commands for %d operations", commands, operations)
	}
}

// withFiles makes the JSON files an example names.
func withFiles(t *testing.T, words []string) []string {
	t.Helper()
	for i, word := range words {
		if name, is := strings.CutPrefix(word, "@"); is {
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, []byte("[]"), 0o600); err != nil {
				t.Fatal(err)
			}
			words[i] = "@" + file
		}
	}
	return words
}

func TestFlagsBecomeTheRequest(t *testing.T) {
	s := answered("{}")
	done := s.run(t, `{"insured":"武汉示例","premium":"1.00","limit":"5.00"}`, "policy", "quote", "--body", "-", "--pool",
		"IC", "--line", "first_set", "--start", "2026-01-01", "--end", "2026-12-31", "--premium", "100.00",
		"--instalments", `[{"due":"2026-01-01","percent":"100%"}]`, "--key", "k-1")
	if done.err != nil {
		t.Fatal(done.err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(s.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"pool": "IC", "line": "first_set", "insured": "武汉示例", "start": "2026-01-01", "end": "2026-12-31",
		"premium": "100.00", "limit": "5.00",
		"instalments": []any{map[string]any{"due": "2026-01-01", "percent": "100%"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if key := s.asked[0].Header.Get("Idempotency-Key"); key != "k-1" {
		t.Errorf("key %q", key)
	}
}

// A rehearsal is asked for by a flag, says aside that nothing was done, and shows what the command would do in full.
func TestACommandIsRehearsed(t *testing.T) {
	s := answered(`{"answer":{"number":"IC-P1"},"splits":[{"stream":"vat","rest_taken_by":[],"portions":[
		{"member":"SHAHU","portion":"1.00"}]}],"postings":[{"kind":"insurance.policy_issued","postings":[
		{"line":1,"book":"SHAHU","amount":"30.01"},{"line":2,"book":"SHAHU","amount":"2.00"}]}],"facts":[]}`)
	done := s.run(t, "", "policy", "issue", "IC-P1", "--rehearse")
	if done.err != nil || s.asked[0].URL.RawQuery != "rehearse=true" {
		t.Fatalf("%v, asked %s", done.err, s.asked[0].URL)
	}
	if !strings.HasPrefix(done.aside, "Rehearsed: nothing was done.\n") {
		t.Errorf("says aside %q", done.aside)
	}
	for _, part := range []string{"IC-P1", "insurance.policy_issued", "30.01", "2.00", "SHAHU      1.00"} {
		if !strings.Contains(done.out, part) {
			t.Errorf("%s is not shown:\n%s", part, done.out)
		}
	}
	if real := answered("{}"); strings.Contains(real.run(t, "", "policy", "issue", "IC-P1").aside, "Rehearsed") {
		t.Error("a command that is done says that it was not")
	}
}

func TestPlacesAndQueriesAreEscaped(t *testing.T) {
	s := answered("{}")
	if done := s.run(t, "", "policy", "list-splits", "IC/1 ?", "--limit", "3"); done.err != nil {
		t.Fatal(done.err)
	}
	if got := s.asked[0].URL.RequestURI(); got != "/v1/policies/IC%2F1%20%3F/splits?limit=3" {
		t.Error(got)
	}
}

func TestNoBodyIsSentWhereNoneIsNeeded(t *testing.T) {
	s := answered("{}")
	if done := s.run(t, "", "policy", "issue", "IC-1", "--if-match", `"3"`); done.err != nil {
		t.Fatal(done.err)
	}
	if s.bodies[0] != "" || s.asked[0].Header.Get("If-Match") != `"3"` {
		t.Errorf("body %q, headers %v", s.bodies[0], s.asked[0].Header)
	}
}

func TestMistakesAreSeenBeforeAnythingIsSent(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"all that is missing": {[]string{"policy", "quote", "--pool", "IC"}, "give --end, --insured, --limit"},
		"no whole number":     {[]string{"policy", "list", "--limit", "ten"}, "whole number"},
		"no truth":            {[]string{"policy", "decide-risk", "IC-1", "--accept=perhaps"}, "true or false"},
		"no JSON":             {[]string{"policy", "quote", "--instalments", "{"}, "it is JSON"},
		"no such file":        {[]string{"policy", "quote", "--instalments", "@nowhere.json"}, "nowhere.json"},
		"none of the choices": {[]string{"policy", "endorse", "IC-1", "--basis", "week"}, "remaining, period"},
		"body that is none":   {[]string{"policy", "issue", "IC-1", "--body", "[]"}, "no JSON object"},
		"a key twice": {
			[]string{"policy", "issue", "IC-1", "--body", `{"a":1,"a":2}`}, "a: stands there twice",
		},
		"a key twice in a flag": {
			[]string{"policy", "quote", "--instalments", `[{"amount":"1.00","amount":"7.00"}]`}, "stands there twice",
		},
		"body from nowhere": {[]string{"policy", "issue", "IC-1", "--body", "@nowhere.json"}, "nowhere.json"},
		"output to nowhere": {[]string{"policy", "list", "--output", "/nowhere/at/all"}, "/nowhere/at/all"},
	} {
		t.Run(name, func(t *testing.T) {
			s := answered()
			done := s.run(t, "", test.args...)
			if !errors.Is(done.err, errMisused) || !strings.Contains(done.err.Error(), test.says) {
				t.Errorf("%v", done.err)
			}
			if len(s.asked) > 0 && name != "output to nowhere" {
				t.Error("something was sent")
			}
		})
	}
}

func TestWordsAreCounted(t *testing.T) {
	for says, args := range map[string][]string{
		"policy get takes NUMBER, and 0 words are there": {"policy", "get"},
		"policy get takes NUMBER, and 2 words are there": {"policy", "get", "IC-1", "now"},
		"policy list takes no word, and 1 word is there": {"policy", "list", "now"},
	} {
		if done := answered().run(t, "", args...); done.err == nil || !strings.HasSuffix(done.err.Error(), says) {
			t.Errorf("%v", done.err)
		}
	}
}
