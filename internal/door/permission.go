package door

import (
	"slices"
	"strings"

	"gongbao/internal/access"
)

// Grant lets the persons of one kind of organisation pass, in one role; "" stands for any role.
type Grant struct {
	Kind access.Kind
	Role access.Role
}

// Permission lists who may pass a door. An empty one is open to everybody, without a token.
type Permission []Grant

// Admits says whether a person may pass.
func (p Permission) Admits(person access.Principal) bool {
	return slices.ContainsFunc(p, func(g Grant) bool {
		return g.Kind == person.Kind && (g.Role == "" && len(person.Roles) > 0 || g.Role != "" && person.Has(g.Role))
	})
}

// String lists the grants, for the API's documentation.
func (p Permission) String() string {
	if len(p) == 0 {
		return "everybody"
	}
	texts := make([]string, len(p))
	for i, g := range p {
		role := string(g.Role)
		if role == "" {
			role = "any role"
		}
		texts[i] = string(g.Kind) + " (" + role + ")"
	}
	return strings.Join(texts, ", ")
}

// Who may pass: the permissions that operations are declared with.
var (
	Anyone        = Permission{{access.Member, ""}, {access.Manager, ""}, {access.Regulator, ""}, {access.Operator, ""}}
	Business      = Permission{{access.Member, ""}, {access.Manager, ""}, {access.Regulator, ""}}
	Underwriters  = Permission{{access.Member, access.Underwriter}}
	PoolClerks    = Permission{{access.Manager, access.Settlement}}
	MemberClerks  = Permission{{access.Member, access.Settlement}}
	ClaimHandlers = Permission{{access.Member, access.Claims}}
	// who settles for a member, and the pool manager's clerks
	StatementClerks = Permission{{access.Member, access.Settlement}, {access.Manager, access.Settlement}}
	// the members' claims people, and the pool manager's clerks
	ConflictKeepers = Permission{{access.Member, access.Claims}, {access.Manager, access.Settlement}}
	Administrators  = Permission{{access.Member, access.Administrator}}
	BankKeepers     = Permission{{access.Member, access.Administrator}, {access.Manager, access.Settlement}}
	BankConfirmers  = Permission{{access.Member, access.Settlement}, {access.Member, access.Administrator}}
	BankReaders     = Permission{{access.Member, access.Settlement}, {access.Manager, access.Settlement}}
	ServiceHealth   = Permission{{access.Operator, ""}, {access.Manager, ""}, {access.Regulator, ""}}
)
