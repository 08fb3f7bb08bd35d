package access_test

import (
	"errors"
	"slices"
	"testing"

	"gongbao/internal/access"
)

var kinds = []access.Kind{access.Member, access.Manager, access.Regulator, access.Operator}

func TestHas(t *testing.T) {
	t.Parallel()
	includes := map[access.Role]access.Role{
		access.SeniorUnderwriter: access.Underwriter, access.SeniorClaims: access.Claims,
	}
	for _, held := range access.Roles {
		person := access.Person("li", access.Member, "A", held)
		for _, asked := range access.Roles {
			if wanted := held == asked || includes[held] == asked; person.Has(asked) != wanted {
				t.Errorf("%s has %s: got %v", held, asked, !wanted)
			}
		}
	}
	if access.Person("li", access.Member, "A").Has(access.Reader) {
		t.Error("who has no role has one")
	}
}

func TestActing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		held          []access.Role
		asked, wanted access.Role
	}{
		{[]access.Role{access.Underwriter}, access.Underwriter, access.Underwriter},
		{[]access.Role{access.SeniorUnderwriter}, access.Underwriter, access.SeniorUnderwriter},
		{[]access.Role{access.Underwriter, access.SeniorUnderwriter}, access.Underwriter, access.SeniorUnderwriter},
		{[]access.Role{access.SeniorUnderwriter}, access.Claims, access.Claims},
		{[]access.Role{access.SeniorClaims}, access.Claims, access.SeniorClaims},
		{[]access.Role{access.Settlement}, access.Settlement, access.Settlement},
	}
	for _, test := range tests {
		if got := access.Person("li", access.Member, "A", test.held...).Acting(test.asked); got != test.wanted {
			t.Errorf("%v acts as %s in %s, wanted %s", test.held, got, test.asked, test.wanted)
		}
	}
}

func TestRequireMember(t *testing.T) {
	t.Parallel()
	senior := access.Person("wang", access.Member, "A", access.SeniorUnderwriter)
	tests := []struct {
		name  string
		by    access.Principal
		role  access.Role
		codes []string
		ok    bool
	}{
		{"the senior role includes the plain one", senior, access.Underwriter, []string{"A"}, true},
		{"one of several", senior, access.Underwriter, []string{"B", "A"}, true},
		{"another member", senior, access.Underwriter, []string{"B"}, false},
		{"another role", senior, access.Claims, []string{"A"}, false},
		{"nobody named", senior, access.Underwriter, nil, false},
		{
			"a manager of that name", access.Principal{
				Kind: access.Manager, Organisation: "A", Roles: []access.Role{access.Underwriter},
			}, access.Underwriter, []string{"A"}, false,
		},
		{
			"the plain role is not the senior", access.Person("li", access.Member, "A", access.Underwriter),
			access.SeniorUnderwriter, []string{"A"}, false,
		},
	}
	for _, test := range tests {
		err := test.by.RequireMember(test.role, test.codes...)
		if (err == nil) != test.ok || !test.ok && !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}

func TestRequireKind(t *testing.T) {
	t.Parallel()
	for _, is := range kinds {
		person := access.Person("x", is, "A", access.SeniorClaims)
		for _, asked := range kinds {
			if err := person.RequireKind(access.Claims, asked); (err == nil) != (is == asked) {
				t.Errorf("%s as %s: got %v", is, asked, err)
			}
		}
		if err := person.RequireKind(access.Settlement, kinds...); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s in a role it has not: got %v", is, err)
		}
	}
}

func TestRequireOther(t *testing.T) {
	t.Parallel()
	li := access.Person("li", access.Member, "A", access.Underwriter)
	if err := li.RequireOther("li@B", "wang@A", ""); err != nil {
		t.Errorf("another person: %v", err)
	}
	if err := li.RequireOther("wang@A", "li@A"); !errors.Is(err, access.ErrMakerIsChecker) {
		t.Errorf("the maker: %v", err)
	}
}

func TestMayRead(t *testing.T) {
	t.Parallel()
	readers := []access.Principal{
		access.Person("x", access.Member, "A"), access.Person("x", access.Manager, ""),
		access.Person("x", access.Regulator, ""),
	}
	others := []access.Principal{
		access.Person("x", access.Member, "B"), access.Person("x", access.Operator, ""),
		{Kind: "ghost", Organisation: "A"},
	}
	for _, by := range readers {
		if err := by.RequireRead("A"); err != nil {
			t.Errorf("%s: %v", by, err)
		}
	}
	for _, by := range others {
		if err := by.RequireRead("A"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("%s: %v", by, err)
		}
	}
}

func TestLimitedRolesAreRoles(t *testing.T) {
	t.Parallel()
	for _, role := range access.Limited {
		if !slices.Contains(access.Roles, role) || !slices.Contains(access.Roles, role.Senior()) {
			t.Errorf("%s is no role", role)
		}
	}
}
