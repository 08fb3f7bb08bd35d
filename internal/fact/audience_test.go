package fact

import (
	"testing"

	"gongbao/internal/access"
)

func TestAudience(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		audience    Audience
		without, by bool // whether a member without a section sees it, and one with
	}{{Everyone, true, true}, {Sections, false, true}, {Overseers, false, false}} {
		if test.audience.Has(false) != test.without || test.audience.Has(true) != test.by {
			t.Errorf("%s has %t without a section and %t with one", test.audience, test.audience.Has(false),
				test.audience.Has(true))
		}
	}
}

// TestWhoSeesAnEvent: the overseers see all sections, a member its own, who has none nothing, and the operator nothing.
func TestWhoSeesAnEvent(t *testing.T) {
	t.Parallel()
	event := goldenRow(t) // with sections of A and B
	for _, test := range []struct {
		by       access.Principal
		sections int
	}{
		{access.Person("li", access.Manager, ""), 2}, {access.Person("wang", access.Regulator, ""), 2},
		{access.Person("wu", access.Member, "B"), 1}, {access.Person("he", access.Member, "C"), 0},
		{access.Person("op", access.Operator, ""), 0},
	} {
		sections, sees := event.SeenBy(test.by)
		if len(sections) != test.sections || sees != (test.sections > 0) {
			t.Errorf("%s sees %d sections: %t", test.by, len(sections), sees)
		}
	}
}
