package fact

import "testing"

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
