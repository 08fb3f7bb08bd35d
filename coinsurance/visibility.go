package coinsurance

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/zone"
)

// Visibility is how much of the members' figures a principal may see under an agreement: every member's, or one's own.
type Visibility struct {
	All    bool
	Member string // whose figures, when not all
}

// Includes says that the member's figures may be seen.
func (v Visibility) Includes(member string) bool { return v.All || member == v.Member }

// Leads says that the principal acts for the leader, the issuer or the servicer of this version.
func (a *Agreement) Leads(by access.Principal) bool {
	return by.IsMember(a.Leader) || by.IsMember(a.Issuer) || by.IsMember(a.Servicer)
}

// Includes says that the code is a member of the table.
func (a *Agreement) Includes(code string) bool {
	_, member := a.premium.Share(code)
	return member
}

// Visibility is what the principal may see: who leads, manages or supervises sees all members' figures, a follower its
// own.
func (a *Agreement) Visibility(by access.Principal) Visibility {
	if by.Kind == access.Manager || by.Kind == access.Regulator || a.Leads(by) {
		return Visibility{All: true}
	}
	return Visibility{Member: by.Organisation}
}

// CoInsurer is a line of the list of insurers of a risk.
type CoInsurer struct {
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Share    money.Share `json:"share"`
	Leader   bool        `json:"leader"`
	Issuer   bool        `json:"issuer"`
	Servicer bool        `json:"servicer"`
}

// CoInsurers lists the members the principal sees, in the order of the share table.
func (a *Agreement) CoInsurers(ctx context.Context, handle bun.IDB, by access.Principal) ([]CoInsurer, error) {
	members, err := zone.MembersByCode(ctx, handle, a.Members())
	if err != nil {
		return nil, err
	}
	visibility := a.Visibility(by)
	list := make([]CoInsurer, 0, len(a.Participations))
	for _, p := range a.Participations {
		if !visibility.Includes(p.Member) {
			continue
		}
		list = append(list, CoInsurer{
			Code: p.Member, Name: members[p.Member].Name, Share: p.Premium,
			Leader: p.Member == a.Leader, Issuer: p.Member == a.Issuer, Servicer: p.Member == a.Servicer,
		})
	}
	return list, nil
}

// ViewAgreements lists the versions of a pool's agreement that the principal may see: a member those it is a member of.
// ErrPoolNotFound when there is no such pool.
func ViewAgreements(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string,
) ([]*Agreement, error) {
	if _, err := FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	versions, err := Agreements(ctx, handle, pool)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(versions, func(a *Agreement) bool { return !a.visibleTo(by) }), nil
}

// ViewAgreement reads one version; ErrAgreementNotFound when there is none, or none that the principal may see.
func ViewAgreement(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, version int,
) (*Agreement, error) {
	agreement, err := AgreementVersion(ctx, handle, pool, version)
	if err != nil {
		return nil, err
	}
	if !agreement.visibleTo(by) {
		return nil, ErrAgreementNotFound.Case(fault.Args{"pool": pool, "version": version})
	}
	return agreement, nil
}

func (a *Agreement) visibleTo(by access.Principal) bool {
	switch by.Kind {
	case access.Manager, access.Regulator:
		return true
	case access.Member:
		return a.Includes(by.Organisation)
	case access.Operator:
		return false
	default:
		return false
	}
}
