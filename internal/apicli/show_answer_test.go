package apicli_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestARefusalSaysRuleCaseAndFields(t *testing.T) {
	s := &service{answers: []said{{http.StatusUnprocessableEntity, "application/problem+json",
		`{"status":422,"title":"the request is not understood","code":"httpapi.request_invalid","detail":"two faults",
		"errors":[{"path":"premium","message":"expected string"},{"message":"no more"}]}`}}}
	done := s.run(t, "", "policy", "get", "IC-1")
	want := "the request is not understood: two faults (httpapi.request_invalid)\n  premium: expected string\n  no more"
	if done.err == nil || done.err.Error() != want || errors.Is(done.err, errMisused) {
		t.Errorf("%v", done.err)
	}
	s = &service{answers: []said{{http.StatusBadGateway, "text/html", "<html>"}}}
	if done := s.run(t, "", "policy", "get", "IC-1"); done.err == nil || !strings.Contains(done.err.Error(), "answers") {
		t.Errorf("a proxy's page: %v", done.err)
	}
}

func TestAnswersForPeople(t *testing.T) {
	const list = `{"items":[{"number":"IC-1","insured":"武汉示例","premium":"100.00","paid":null,"parts":[{"x":1}]},
		{"number":"IC-20","insured":"A\u001b[2J","premium":"-5.00","paid":null}],"next":"abc"}`
	done := answered(list).run(t, "", "policy", "list")
	want := "number  insured   premium\nIC-1    武汉示例   100.00\nIC-20   A [2J       -5.00\n"
	if done.err != nil || done.out != want {
		t.Errorf("%v\n%s", done.err, cmp.Diff(want, done.out))
	}
	if !strings.Contains(done.aside, "--after abc") {
		t.Errorf("nothing says there is more: %q", done.aside)
	}
	done = answered(list).run(t, "", "policy", "list", "--columns", "premium,number")
	if want := "premium  number\n 100.00  IC-1\n  -5.00  IC-20\n"; done.out != want {
		t.Error(cmp.Diff(want, done.out))
	}
	done = answered(list).run(t, "", "policy", "list", "--long")
	want = "number   IC-1\ninsured  武汉示例\npremium  100.00\nparts\n  x\n  1\n\n" +
		"number   IC-20\ninsured  A [2J\npremium  -5.00\n"
	if done.out != want {
		t.Error(cmp.Diff(want, done.out))
	}
	done = answered(`{"number":"IC-1","line":"first_set","tags":["a","b"],"cover":{"limit":"5.00"},
		"splits":[{"member":"A","amount":"1.00"}],"none":[]}`).run(t, "", "policy", "get", "IC-1")
	want = "number  IC-1\nline    first_set\ntags    a, b\ncover\n  limit  5.00\n" +
		"splits\n  member  amount\n  A         1.00\n"
	if done.out != want {
		t.Error(cmp.Diff(want, done.out))
	}
	done = answered(`{"items":[{"sections":[{"member":"A","body":{"closing":"1.00"}}]}]}`).
		run(t, "", "policy", "list", "--long")
	if want := "sections\n  member  A\n  body\n    closing  1.00\n"; done.out != want {
		t.Error(cmp.Diff(want, done.out))
	}
	if done = answered(`{"items":[]}`).run(t, "", "policy", "list"); done.out != "" || done.aside != "none\n" {
		t.Errorf("an empty list: %q %q", done.out, done.aside)
	}
}

func TestAWideTableSaysWhatItLeavesOut(t *testing.T) {
	wide := strings.Repeat("x", 80)
	done := answered(`{"items":[{"a":"`+wide+`","b":"`+wide+`","c":"1"}]}`).run(t, "", "policy", "list")
	if strings.Count(done.out, wide) != 1 || !strings.Contains(done.aside, "b, c") {
		t.Errorf("%q %q", done.out, done.aside)
	}
}

func TestAnswersForPrograms(t *testing.T) {
	s := answered(`{"items":[{"n":"1"}],"next":"p2"}`, `{"items":[{"n":"2"}]}`)
	file := filepath.Join(t.TempDir(), "answer.json")
	if done := s.run(t, "", "policy", "list", "--all", "--json", "--output", file); done.err != nil {
		t.Fatal(done.err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"items\": [\n    {\n      \"n\": \"1\"\n    },\n    {\n      \"n\": \"2\"\n    }\n  ]\n}\n"
	if string(got) != want {
		t.Error(cmp.Diff(want, string(got)))
	}
	if got := s.asked[1].URL.RawQuery; got != "after=p2" {
		t.Errorf("the second page was asked for with %q", got)
	}
}

func TestCompletionOffersTheChoices(t *testing.T) {
	done := answered().run(t, "", "__complete", "policy", "endorse", "IC-1", "--basis", "")
	if !strings.Contains(done.out, "remaining\nperiod\n") {
		t.Errorf("%q", done.out)
	}
	done = answered().run(t, "", "__complete", "policy", "get", "")
	if !strings.Contains(done.out, ":4") {
		t.Errorf("files are offered where a number is asked for: %q", done.out)
	}
}
