package insurance

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// PageMax is the most policies one page lists.
const PageMax = 500

// PolicyView is a policy as far as one principal may see it: all of the contract, and of the co-insurers' figures its
// own.
type PolicyView struct {
	Policy

	State       State                   `json:"state"` // on the day of the question
	Leading     bool                    `json:"leading"`
	CoInsurers  []coinsurance.CoInsurer `json:"co_insurers"` // whom the caller may see
	Portions    []coinsurance.Portion   `json:"portions"`    // to date
	Instalments []Instalment            `json:"instalments"`
	QuotedBy    string                  `json:"quoted_by,omitempty"` // told to who leads, manages or supervises
	Approvals   []Approval              `json:"approvals,omitempty"` // of the issue; told to the same
}

// PolicyFilter says which policies are listed; what is left empty does not count.
type PolicyFilter struct {
	Pool, Line, Insured string
	State               State
	StartFrom, StartTo  calendar.Date
	After               string // the last number of the page before
	Limit               int
}

// ListPolicies lists the policies that the principal may see, by number: a member those under an agreement it is a
// member of (a quotation: under which it would come), the pool manager and the regulator all; the operator none
// (access.forbidden).
func ListPolicies(
	ctx context.Context, handle bun.IDB, by access.Principal, today calendar.Date, filter PolicyFilter,
) ([]Policy, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("policies")})
	}
	merged := len(pg.Parts(handle, filter.Pool)) > 1
	byNumber := func(a, b Policy) int { return strings.Compare(a.Number, b.Number) }
	policies, err := pg.Gather(handle, filter.Pool, byNumber, func(part bun.IDB) ([]Policy, error) {
		return filter.read(ctx, part, by, today, merged)
	})
	policies = policies[:min(len(policies), filter.limit())]
	for i := range policies {
		policies[i].Status = policies[i].StateOn(today)
	}
	return policies, err
}

// listed are the conditions of a page of policies; what is left empty does not count.
type listed struct {
	Pool, Line, Insured, State, Member, After string
	StartFrom, StartTo, EndsFrom, EndsBefore  calendar.Date
	Most                                      int
}

// Policies in the database's own order of their numbers, and in that of their bytes, in which several are merged.
var (
	policiesByName  = pg.Select[Policy, listed](files, "PoliciesByName")
	policiesByBytes = pg.Select[Policy, listed](files, "PoliciesByBytes")
)

func (filter PolicyFilter) limit() int { return min(max(filter.Limit, 1), PageMax) }

func (filter PolicyFilter) read(
	ctx context.Context, handle bun.IDB, by access.Principal, today calendar.Date, merged bool,
) ([]Policy, error) {
	asked := listed{
		Pool: filter.Pool, Line: filter.Line, Insured: filter.Insured, State: string(filter.State), After: filter.After,
		StartFrom: filter.StartFrom, StartTo: filter.StartTo, Most: filter.limit(),
	}
	switch filter.State {
	case "", Quoted, Issued, Cancelled:
	case Expired:
		asked.State, asked.EndsBefore = string(InForce), today
	case InForce:
		asked.EndsFrom = today
	default:
		return nil, ErrPolicyInvalid.At("state", "{given} is no state of a policy",
			fault.Args{"given": strconv.Quote(string(filter.State))})
	}
	if by.Kind == access.Member {
		asked.Member = by.Organisation
	}
	if merged {
		return pg.Listed[Policy](ctx, handle, policiesByBytes.With(asked))
	}
	return pg.Listed[Policy](ctx, handle, policiesByName.With(asked))
}

// ViewPolicy reads one policy as far as the principal may see it; ErrPolicyNotFound when there is none of that number,
// or none that it may know of.
func ViewPolicy(
	ctx context.Context, handle bun.IDB, by access.Principal, number string, today calendar.Date,
) (*PolicyView, error) {
	policy, agreement, err := findVisible(ctx, handle, by, number)
	if err != nil {
		return nil, err
	}
	seen := &PolicyView{
		Policy: *policy, State: policy.StateOn(today), Instalments: policy.Instalments,
		CoInsurers: []coinsurance.CoInsurer{}, Portions: []coinsurance.Portion{},
	}
	if agreement == nil {
		return seen, nil
	}
	seen.Leading = agreement.Leads(by)
	if seen.CoInsurers, err = agreement.CoInsurers(ctx, handle, by); err != nil {
		return nil, err
	}
	visibility := agreement.Visibility(by)
	if visibility.All {
		seen.QuotedBy = policy.QuotedBy
		if seen.Approvals, err = pg.Listed[Approval](ctx, handle, approvalsOf.With(policy.key())); err != nil {
			return nil, err
		}
	}
	seen.Portions, err = coinsurance.PortionsOf(ctx, handle, policy.Pool, policy.Number, visibility)
	return seen, err
}

// ViewSplits lists the working of a policy's splits, oldest first, each with the caller's own portion alone unless it
// leads; it refuses as ViewPolicy does.
func ViewSplits(
	ctx context.Context, handle bun.IDB, by access.Principal, number string, after int64, limit int,
) ([]coinsurance.RecordedSplit, error) {
	policy, agreement, err := findVisible(ctx, handle, by, number)
	if err != nil || agreement == nil {
		return []coinsurance.RecordedSplit{}, err
	}
	return coinsurance.RecordedSplits(ctx, handle, policy.Pool, policy.Number, agreement.Visibility(by), after, limit)
}

// findVisible reads a policy and the agreement it is or would be under. Whoever has no part in it is told that it is
// not there.
func findVisible(
	ctx context.Context, handle bun.IDB, by access.Principal, number string,
) (*Policy, *coinsurance.Agreement, error) {
	if by.Kind == access.Operator {
		return nil, nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("policies")})
	}
	policy, instalments, err := readPolicy(ctx, handle, number)
	if err != nil {
		return nil, nil, err
	}
	policy.Instalments = plain(instalments)
	agreement, err := agreementOf(ctx, handle, policy)
	if isNoAgreement(err) {
		agreement, err = nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if by.Kind == access.Member && (agreement == nil || !agreement.Includes(by.Organisation)) {
		return nil, nil, ErrPolicyNotFound.Case(fault.Args{"policy": number})
	}
	return policy, agreement, nil
}

// Printed is the list of members as printed on the policy at issue; empty before.
func (p *Policy) Printed() ([]PrintedMember, error) {
	var printed []PrintedMember
	err := json.Unmarshal(p.Members, &printed)
	return printed, err
}
