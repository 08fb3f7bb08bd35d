package fault_test

import (
	"errors"
	"testing"

	"gongbao/internal/fault"
)

var errShort = fault.New(fault.Conflict, "test.premium_short", "the premium is not in",
	"{received} of {asked} is in", "instalment {number} is due", "none of {lines} is in")

type kind string

func TestACaseIsSaidByTheNamesOfItsArguments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args fault.Args
		want string
	}{
		{"two", fault.Args{"asked": 5, "received": "1.00"}, "1.00 of 5 is in"},
		{"one", fault.Args{"number": 2}, "instalment 2 is due"},
		{"a list", fault.Args{"lines": []kind{"a", "b"}}, "none of a, b is in"},
		{"braces in an argument stay", fault.Args{"number": "{asked}"}, "instalment {asked} is due"},
		{"undeclared", fault.Args{"pool": "IC", "day": 3}, "day: 3, pool: IC"},
	} {
		if got := errShort.Case(test.args).Detail; got != test.want {
			t.Errorf("%s: %q, not %q", test.name, got, test.want)
		}
	}
	if errShort.Detail != "" {
		t.Error("a case has changed its rule")
	}
}

func TestOnlyItsNamesTellACaseFromOthers(t *testing.T) {
	t.Parallel()
	if _, err := fault.CasesOf("{a} is above {b}", "{b} is below {a}"); err == nil {
		t.Error("nothing tells the two apart")
	}
	if _, err := fault.CasesOf("nothing is in"); err == nil {
		t.Error("a case that names nothing is the rule itself")
	}
}

func TestAFieldIsSaidInEnglishAndKeepsWhatItSpeaksOf(t *testing.T) {
	t.Parallel()
	var check fault.Check
	check.Require(false, "lines", "at most {most} lines", fault.Args{"most": 3})
	check.Require(false, "name", "the text {reason} {braces}", fault.Args{"reason": fault.Say("is cut off")})
	check.Require(true, "code", "is fine")
	refusal, _ := errors.AsType[*fault.Fault](check.Refuse(errShort))
	for i, want := range []string{"at most 3 lines", "the text is cut off {braces}"} {
		if got := refusal.Fields[i]; got.Message != want || got.Said.String() != want {
			t.Errorf("%+v, not %q", got, want)
		}
	}
	if at := errShort.At("a", "b").At("c", "{d}",
		fault.Args{"d": 1}); len(at.Fields) != 2 || at.Fields[1].Message != "1" {
		t.Errorf("%+v", at.Fields)
	}
}

func TestACheckThatPassesTakesNoMemory(t *testing.T) {
	most := 3
	taken := testing.AllocsPerRun(100, func() {
		var check fault.Check
		check.Require(most < 4, "lines", "at most {most} lines", fault.Args{"most": 3})
	})
	if taken != 0 {
		t.Errorf("a check that passes takes memory %v times", taken)
	}
}
