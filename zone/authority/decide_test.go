package authority_test

import (
	"strings"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/zone/authority"
)

func yuan(text string) money.Amount { return money.MustAmount(text) }

// Who may move how much: by the person's limit, by the word of a second person, and not at all.
func TestTheGateDecides(t *testing.T) {
	t.Parallel()
	li := access.Person("li", access.Member, "A", access.Claims)
	unset, ten := authority.Limit{Unset: true}, authority.UpTo(yuan("10.00"))
	word := func(by, organisation, amount string) []authority.Word {
		return []authority.Word{{
			Act: "claims.advance_claim", By: by, Organisation: organisation, Amount: yuan(amount),
		}}
	}
	const alone, exceeded, maker = "access.second_person_needed", "access.authority_exceeded", "access.maker_is_checker"
	for _, test := range []struct {
		name string
		c    authority.Case
		code string
	}{
		{"no limit binds", authority.Case{}, ""},
		{"at the limit", authority.Case{Limit: ten, Amount: yuan("10.00")}, ""},
		{"above the limit", authority.Case{Limit: ten}, exceeded},
		{"no limit was set", authority.Case{Limit: unset}, alone},
		{"no limit was set, not even for nothing", authority.Case{Limit: unset, Amount: yuan("0.00")}, alone},
		{"no limit was set, and another made it", authority.Case{Limit: unset, Makers: []string{"wu@A"}}, ""},
		{"no limit was set, and nobody made it", authority.Case{Limit: unset, Makers: []string{""}}, alone},
		{"no limit was set, and the same made it", authority.Case{Limit: unset, Makers: []string{"li@A"}}, alone},
		{"above the limit, whoever made it", authority.Case{Limit: ten, Makers: []string{"wu@A"}}, exceeded},
		{"who made it, above the junior's limit", authority.Case{Junior: ten, Makers: []string{"li@A"}}, maker},
		{"another made it, above the junior's limit", authority.Case{Junior: ten, Makers: []string{"wu@A"}}, ""},
		{"by a word", authority.Case{Limit: ten, Words: word("wu@A", "A", "10.01")}, ""},
		{"by a word, without a limit", authority.Case{Limit: unset, Words: word("wu@A", "A", "10.01")}, ""},
		{"who made it, by a word", authority.Case{
			Junior: ten, Makers: []string{"li@A"}, Words: word("wu@A", "A", "10.01"),
		}, ""},
		{"by a word for less", authority.Case{Limit: ten, Words: word("wu@A", "A", "10.00")}, exceeded},
		{"by a word of one's own", authority.Case{Limit: ten, Words: word("li@A", "A", "10.01")}, exceeded},
		{"by a word of another member", authority.Case{Limit: ten, Words: word("wu@B", "B", "10.01")}, exceeded},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.c.By, test.c.Role, test.c.Line = li, access.Claims, "first_set"
			if test.c.Amount.IsZero() && !strings.HasSuffix(test.name, "for nothing") {
				test.c.Amount = yuan("10.01")
			}
			pass, err := authority.AdvanceClaim.Decide(test.c)
			if fault.CodeOf(err) != test.code {
				t.Fatalf("got %v, wanted %q", err, test.code)
			}
			if pass.Covers("claims.claim_advanced") != (err == nil) {
				t.Errorf("let through: %v, and refused: %v", pass, err)
			}
		})
	}
	if _, err := authority.ApproveClaim.Decide(authority.Case{
		By: li, Limit: ten, Amount: yuan("10.01"), Words: word("wu@A", "A", "99.00"),
	}); fault.CodeOf(err) != exceeded {
		t.Errorf("by a word for another act: %v", err)
	}
}

// An act by amount is let through by a decision alone, every other by its own control, and none for another's events.
func TestAPassIsForItsAct(t *testing.T) {
	t.Parallel()
	for _, act := range authority.Acts {
		for _, event := range act.Events {
			if covered := act.Pass().Covers(event); covered == (act.Control == authority.ByAmount) {
				t.Errorf("%s by %s: let through without a decision: %v", act.Command, act.Control, covered)
			}
		}
		if act.Pass().Covers("claims.claim_tied") || (authority.Pass{}).Covers(act.Events[0]) {
			t.Errorf("%s lets through what it is not for", act.Command)
		}
		if act.Pass().OnlyReserves() != (act.Control == authority.Estimated) {
			t.Errorf("%s is for reserves: %v", act.Command, act.Pass().OnlyReserves())
		}
	}
}
