package httpapi

import (
	"slices"
	"strings"

	"gongbao/internal/access"
)

// grant lets the persons of one kind of organisation pass, in one role; "" stands for any role.
type grant struct {
	kind access.Kind
	role access.Role
}

// permission lists who may pass a door. An empty one is open to everybody, without a token.
type permission []grant

func (p permission) admits(person access.Principal) bool {
	return slices.ContainsFunc(p, func(g grant) bool {
		return g.kind == person.Kind && (g.role == "" && len(person.Roles) > 0 || g.role != "" && person.Has(g.role))
	})
}

// String lists the grants, for the API's documentation.
func (p permission) String() string {
	if len(p) == 0 {
		return "everybody"
	}
	texts := make([]string, len(p))
	for i, g := range p {
		role := string(g.role)
		if role == "" {
			role = "any role"
		}
		texts[i] = string(g.kind) + " (" + role + ")"
	}
	return strings.Join(texts, ", ")
}

// Who may pass: the permissions the route table is written with.
var (
	anyone        = permission{{access.Member, ""}, {access.Manager, ""}, {access.Regulator, ""}, {access.Operator, ""}}
	business      = permission{{access.Member, ""}, {access.Manager, ""}, {access.Regulator, ""}}
	underwriters  = permission{{access.Member, access.Underwriter}}
	poolClerks    = permission{{access.Manager, access.Settlement}}
	claimHandlers = permission{{access.Member, access.Claims}}
	// the members' claims people, and the pool manager's clerks
	conflictKeepers = permission{{access.Member, access.Claims}, {access.Manager, access.Settlement}}
	administrators  = permission{{access.Member, access.Administrator}}
	bankKeepers     = permission{{access.Member, access.Administrator}, {access.Manager, access.Settlement}}
	serviceHealth   = permission{{access.Operator, ""}, {access.Manager, ""}, {access.Regulator, ""}}
)
