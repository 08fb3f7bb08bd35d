package scenario

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, name := range CaseNames() {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			file, err := Case(name)
			if err != nil || len(file.Lines) == 0 {
				t.Fatalf("%d lines: %v", len(file.Lines), err)
			}
		})
	}
	t.Run("OK what is left out has its default", func(t *testing.T) {
		t.Parallel()
		file, err := Parse("x", []byte("\ufeff# 注释\r\n2026-01-01 policy P1 pool=IC line=first_set start=2026-01-01 "+
			"end=2026-12-31 premium=1 limit=2.5 insured=\"甲 # 乙\" # tail\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		policy := file.Lines[0].Statement.(Policy)
		if policy.Insured != "甲 # 乙" || policy.VAT.String() != "0.06" || policy.Deductible.String() != "0.00" {
			t.Errorf("got %+v", policy)
		}
		if file.Lines[0].Number != 2 {
			t.Errorf("line %d", file.Lines[0].Number)
		}
	})
	t.Run("OK outcome, as and effective", func(t *testing.T) {
		t.Parallel()
		file, err := Parse("x", []byte("2026-01-01 issue P1 as=B effective=2026-01-02 => error access.forbidden"))
		if err != nil {
			t.Fatal(err)
		}
		line := file.Lines[0]
		if line.Outcome != "access.forbidden" || line.As != "B" || line.Effective.String() != "2026-01-02" {
			t.Errorf("got %+v", line)
		}
	})
}

func TestParseRefused(t *testing.T) {
	t.Parallel()
	const policy = "2026-01-01 policy P1 pool=IC line=first_set start=2026-01-01 end=2026-12-31 premium=1 " +
		"limit=1 insured=x"
	tests := []struct {
		name, source string
		line, column int
		message      string
	}{
		{"no date", "issue P1", 1, 1, "date"},
		{"a day that is none", "2026-02-30 issue P1", 1, 1, "date"},
		{"a date that goes back", "2026-01-02 issue P1\n2026-01-01 issue P1", 2, 1, "goes back"},
		{"no verb", "2026-01-01", 1, 11, "verb"},
		{"an unknown verb", "2026-01-01 insure P1", 1, 12, "insure"},
		{"an unknown key", "2026-01-01 issue P1 colour=red", 1, 21, "colour"},
		{"a key twice", "2026-01-01 issue P1 as=A as=B", 1, 26, "twice"},
		{"a word too many", "2026-01-01 issue P1 P2", 1, 21, "too many"},
		{"a word missing", "2026-01-01 receive P1", 1, 22, "amount is missing"},
		{"three decimals", "2026-01-01 receive P1 1.005", 1, 23, "amount"},
		{"a negative amount", "2026-01-01 receive P1 -1.00", 1, 23, "negative"},
		{"a float", "2026-01-01 receive P1 1e3", 1, 23, "amount"},
		{"thousands signs", "2026-01-01 receive P1 1,000.00", 1, 23, "amount"},
		{"a quote that is not closed", `2026-01-01 member A "甲`, 1, 23, "not closed"},
		{"no UTF-8", "2026-01-01 member A \xff", 1, 21, "UTF-8"},
		{"an unknown industry", "2026-01-01 pool IC industry=farming", 1, 20, "industry"},
		{"no industry", "2026-01-01 pool IC", 1, 19, "industry= is missing"},
		{"a version without v", "2026-01-01 agreement IC 1 from=2026-01-01 shares=A:100%", 1, 25, "version"},
		{"a share without a member", "2026-01-01 agreement IC v1 from=2026-01-01 shares=100%", 1, 44, "shares"},
		{"nine decimals of a share", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:0.123456789", 1, 44, "shares"},
		{
			"nine decimals of a rate", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 issuing_fee=0.0000001%",
			1, 55, "issuing_fee",
		},
		{"an unknown residue policy", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 residue=me", 1, 55, "residue"},
		{"an unknown netting", "2026-01-01 agreement IC v1 from=2026-01-01 shares=A:1 netting=some", 1, 55, "netting"},
		{"an unknown line", strings.Replace(policy, "first_set", "marine", 1), 1, 30, "line"},
		{"no premium", strings.Replace(policy, " premium=1", "", 1), 1, 94, "premium= is missing"},
		{"an instalment without a day", policy + " instalments=60000.00", 1, 105, "instalments"},
		{"a basis that is none", "2026-01-01 endorse P1 E1 premium=-1 basis=half", 1, 37, "basis"},
		{"a period that is none", "2026-01-01 statement IC 2026-13", 1, 25, "period"},
		{"a quarter that is none", "2026-01-01 statement IC 2026-Q5", 1, 25, "period"},
		{"a quarter to close", "2026-01-01 close_period IC 2026-Q1", 1, 28, "month"},
		{"nothing to reserve", "2026-01-01 reserve C1", 1, 22, "missing"},
		{"an unknown expectation", "2026-01-01 expect luck", 1, 19, "luck"},
		{"an unknown stream", "2026-01-01 expect portion P1 love A 1.00", 1, 30, "stream"},
		{"an unknown account", "2026-01-01 expect balance A purse 1.00", 1, 29, "account"},
		{"an unknown state", "2026-01-01 expect state P1 happy", 1, 28, "state"},
		{"an unknown clock", "2026-01-01 expect clock C1 lunch 2026-01-01", 1, 28, "clock"},
		{"a count that is none", "2026-01-01 expect event a.b many", 1, 29, "number"},
		{"an event without a wing", "2026-01-01 expect event issued 1", 1, 25, "event"},
		{"an outcome that is none", "2026-01-01 issue P1 => maybe", 1, 21, "=>"},
		{"an error without a code", "2026-01-01 issue P1 => error", 1, 21, "=>"},
		{"a code without a wing", "2026-01-01 issue P1 => error oops", 1, 21, "=>"},
	}
	for _, test := range tests {
		t.Run("Err "+test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("x.txt", []byte(test.source))
			failure, ok := errors.AsType[*ParseError](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if failure.Line != test.line || failure.Column != test.column || !strings.Contains(failure.Message, test.message) {
				t.Errorf("got %v, wanted %d:%d and %q", failure, test.line, test.column, test.message)
			}
		})
	}
}

// TestSharedCases compares the embedded cases and calendar with the shared ones, where those lie beside the module.
func TestSharedCases(t *testing.T) {
	t.Parallel()
	shared := filepath.Join("..", "..", "..", "shared")
	pairs := map[string]string{
		filepath.Join("..", "calendar", "cn-workdays.csv"): filepath.Join(shared, "data", "cn-workdays.csv"),
	}
	for _, name := range CaseNames() {
		pairs[name] = filepath.Join(shared, name)
	}
	for ours, theirs := range pairs {
		wanted, err := os.ReadFile(theirs)
		if errors.Is(err, os.ErrNotExist) {
			continue // a clone of the module alone has nothing to compare with
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(ours)
		if err != nil || string(got) != string(wanted) {
			t.Errorf("%s differs from %s: %v", ours, theirs, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range CaseNames() {
		source, err := embedded.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		file, err := Parse("fuzz", source)
		if err != nil {
			if _, ok := errors.AsType[*ParseError](err); !ok {
				t.Fatalf("not a ParseError: %v", err)
			}
			return
		}
		var text strings.Builder
		for _, line := range file.Lines {
			text.WriteString(line.Text + "\n")
		}
		again, err := Parse("again", []byte(text.String()))
		if err != nil || len(again.Lines) != len(file.Lines) {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
	})
}
