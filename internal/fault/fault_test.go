package fault_test

import (
	"testing"

	"gongbao/internal/fault"
)

var errShort = fault.New(fault.Conflict, "test.premium_short", "the premium is not in",
	"{received} of {asked} is in", "instalment {number} is due", "nothing is in")

func TestACaseIsSaidByTheNamesOfItsArguments(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args fault.Args
		want string
	}{
		{"two", fault.Args{"asked": 5, "received": "1.00"}, "1.00 of 5 is in"},
		{"one", fault.Args{"number": 2}, "instalment 2 is due"},
		{"none", nil, "nothing is in"},
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

func TestTwoSentencesOfTheSameNamesAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := fault.CasesOf("{a} is above {b}", "{b} is below {a}"); err == nil {
		t.Error("nothing tells the two apart")
	}
}
