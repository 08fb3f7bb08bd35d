// Package access says who asks. Every use case and query checks the principal it is given; none looks one up.
package access

import (
	"slices"
	"strings"

	"gongbao/internal/fault"
)

// Kind is what an organisation is in the zone.
type Kind string

// The closed list of organisations: member insurers, the pool manager, the regulator and the operator of the service.
const (
	Member    Kind = "member"
	Manager   Kind = "manager"
	Regulator Kind = "regulator"
	Operator  Kind = "operator"
)

// Role is what a person may do for an organisation.
type Role string

// The closed list of roles.
const (
	Underwriter       Role = "underwriter"        // quotes, takes premium, issues, endorses, cancels
	SeniorUnderwriter Role = "senior_underwriter" // also approves what is above an underwriter's limit
	Claims            Role = "claims"             // handles claims
	SeniorClaims      Role = "senior_claims"      // also approves what is above a claims handler's limit
	Settlement        Role = "settlement"         // pools, agreements, periods, statements
	Administrator     Role = "administrator"      // the organisation's own limits and bank details
	Reader            Role = "reader"             // looks
)

// Roles are all of them.
var Roles = []Role{Underwriter, SeniorUnderwriter, Claims, SeniorClaims, Settlement, Administrator, Reader}

// seniors maps a role to the one that includes its powers and may approve above its limits.
var seniors = map[Role]Role{Underwriter: SeniorUnderwriter, Claims: SeniorClaims}

// Limited are the roles whose decisions an organisation may limit by amount.
var Limited = []Role{Underwriter, SeniorUnderwriter, Claims, SeniorClaims}

// Senior is the role that approves above this one's limits, the role itself where there is none above.
func (r Role) Senior() Role {
	if senior, there := seniors[r]; there {
		return senior
	}
	return r
}

// Principal is the person who asks, on behalf of one organisation.
type Principal struct {
	Subject      string // the person, unique in the zone: "li@A"
	Kind         Kind
	Organisation string // the member's code; the kind itself for the others
	Roles        []Role
}

// Person is a principal with the given roles; member is "" for the other kinds.
func Person(name string, kind Kind, member string, roles ...Role) Principal {
	organisation := member
	if kind != Member {
		organisation = string(kind)
	}
	return Principal{Subject: name + "@" + organisation, Kind: kind, Organisation: organisation, Roles: roles}
}

// String is the person as events and journals name it.
func (p Principal) String() string { return p.Subject }

// Has says that the principal holds the role, or the senior one that includes it.
func (p Principal) Has(role Role) bool {
	return slices.Contains(p.Roles, role) || slices.Contains(p.Roles, role.Senior())
}

// Acting is the highest of the role and its senior that the principal holds; the role itself when it holds neither.
func (p Principal) Acting(role Role) Role {
	if slices.Contains(p.Roles, role.Senior()) {
		return role.Senior()
	}
	return role
}

// RequireSecond is RequireOther for a step that is no approval: it says what the person has done, and which step is
// therefore for another.
func (p Principal) RequireSecond(made, step fault.Said, makers ...string) error {
	if slices.Contains(makers, p.Subject) {
		return ErrMakerIsChecker.Case(fault.Args{"person": p.Subject, "made": made, "step": step})
	}
	return nil
}

// RequireOther refuses with ErrMakerIsChecker who made a thing to approve it.
func (p Principal) RequireOther(makers ...string) error {
	if slices.Contains(makers, p.Subject) {
		return ErrMakerIsChecker.Case(fault.Args{"person": p.Subject})
	}
	return nil
}

// IsMember says that the principal acts for that member insurer.
func (p Principal) IsMember(code string) bool { return p.Kind == Member && p.Organisation == code }

// RequireMember refuses anyone but a person of one of the members, in the role.
func (p Principal) RequireMember(role Role, codes ...string) error {
	if p.Has(role) {
		for _, code := range codes {
			if p.IsMember(code) {
				return nil
			}
		}
	}
	return ErrForbidden.Case(fault.Args{
		"person": p.Subject, "role": role, "organisations": strings.Join(slices.Compact(codes), ", "),
	})
}

// RequireKind refuses anyone but a person of an organisation of that kind, in the role.
func (p Principal) RequireKind(role Role, kinds ...Kind) error {
	if p.Has(role) {
		for _, kind := range kinds {
			if p.Kind == kind {
				return nil
			}
		}
	}
	return ErrForbidden.Case(fault.Args{"person": p.Subject, "role": role, "kinds": kinds})
}

// MayRead says whether the principal may see a member's book: the member itself, the pool manager, the regulator.
// The operator keeps the service running and sees no business data.
func (p Principal) MayRead(member string) bool {
	switch p.Kind {
	case Member:
		return p.Organisation == member
	case Manager, Regulator:
		return true
	case Operator:
		return false
	default:
		return false
	}
}

// RequireRead refuses to show a member's book to anyone who may not see it.
func (p Principal) RequireRead(member string) error {
	if p.MayRead(member) {
		return nil
	}
	return ErrForbidden.Case(fault.Args{"person": p.Subject, "member": member})
}
