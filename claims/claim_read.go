package claims

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/claims/cashcall"
	"gongbao/claims/deadline"
	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PageMax is the most claims one page lists.
const PageMax = 500

// ClaimView is a claim as far as one principal may see it: its figures at 100 %, which concern every member, and of the
// members' figures its own; who leads or services it sees all.
type ClaimView struct {
	Claim

	Leading      bool                  `json:"leading"`
	Deadlines    []deadline.Deadline   `json:"clocks"`
	Portions     []coinsurance.Portion `json:"portions"` // to date
	CashCalls    []cashcall.CashCall   `json:"cash_calls"`
	PaymentsMade []Payment             `json:"payments_made"` // and taken back
	Worksheet    []indemnity.SheetLine `json:"worksheet"`     // of a claim assessed by section
	// PolicyDeductible is the policy's own, once a claim; those in the worksheet are the sections'.
	PolicyDeductible money.Amount    `json:"policy_deductible"`
	Evidence         []Evidence      `json:"evidence"`
	NoticesSent      []notice.Notice `json:"notices_sent"` // to the caller; all, to who handles the claim or supervises
	Queries          []Query         `json:"queries"`      // the caller's; all, to the same
}

// Filter says which claims are listed; what is left empty does not count.
type Filter struct {
	Pool, Policy string
	State        State
	After        string // the last number of the page before
	Limit        int
}

// ListClaims lists the claims that the principal may see, by number: a member those of agreements it is a member of,
// the pool manager and the regulator all; the operator none (access.forbidden).
func ListClaims(ctx context.Context, handle bun.IDB, by access.Principal, filter Filter) ([]Claim, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("claims")})
	}
	pool := filter.Pool
	if pool == "" {
		pool = insurance.PoolOf(filter.Policy)
	}
	wanted := claimsWanted{
		Pool: pool, Policy: filter.Policy, State: filter.State, After: filter.After, Most: filter.limit(),
	}
	if by.Kind == access.Member {
		wanted.Member = by.Organisation
	}
	statement := claimsOfPoolInView
	switch {
	case len(pg.Parts(handle, pool)) > 1:
		statement = claimsOfZoneInView
	case pool == "":
		statement = claimsOfHouseInView
	}
	byNumber := func(a, b Claim) int { return strings.Compare(a.Number, b.Number) }
	found, err := pg.Gather(handle, pool, byNumber, func(part bun.IDB) ([]Claim, error) {
		return pg.Listed[Claim](ctx, part, statement.With(wanted))
	})
	return found[:min(len(found), filter.limit())], err
}

func (filter Filter) limit() int { return min(max(filter.Limit, 1), PageMax) }

// ViewClaim reads one claim as far as the principal may see it; ErrClaimNotFound when there is none of that number, or
// none that it may know of.
func ViewClaim(ctx context.Context, handle bun.IDB, by access.Principal, pool, number string) (*ClaimView, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("claims")})
	}
	var reads pg.Reads
	var l lockedClaim
	var payments []Payment
	var checked []Evidence
	pg.FindIn(&reads, claimByNumber.With(claimNumber{pool, number}), &l.before)
	l.kept.in(&reads, pool, number)
	pg.ListIn(&reads, paymentsOfClaim.With(claimKey{pool, number}), &payments)
	pg.ListIn(&reads, evidenceOfClaim.With(claimKey{pool, number}), &checked)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	if l.before == nil {
		return nil, ErrClaimNotFound.Case(fault.Args{"claim": number})
	}
	var err error
	if l.agreement, err = coinsurance.AgreementVersion(ctx, handle, pool, l.before.AgreementVersion); err != nil {
		return nil, err
	}
	if by.Kind == access.Member && !l.agreement.Includes(by.Organisation) {
		return nil, ErrClaimNotFound.Case(fault.Args{"claim": number})
	}
	view := l.viewFor(by)
	view.PaymentsMade = payments
	if view.Portions, err = coinsurance.PortionsOf(ctx, handle, pool, number, l.visibility(by)); err != nil {
		return nil, err
	}
	policy, err := insurance.FindPolicy(ctx, handle, l.before.Policy)
	if err != nil {
		return nil, err
	}
	view.PolicyDeductible, view.Evidence = policy.Deductible, evidenceOf(checked, policy.Line)
	return view, nil
}

// leads says that the principal leads or services the claim, or the agreement.
func (l *lockedClaim) leads(by access.Principal) bool {
	return l.agreement.Leads(by) || by.IsMember(l.before.Leader) || by.IsMember(l.before.Servicer)
}

// visibility is whose figures the principal may see.
func (l *lockedClaim) visibility(by access.Principal) coinsurance.Visibility {
	sight := l.agreement.Visibility(by)
	sight.All = sight.All || l.leads(by)
	return sight
}

// viewFor is the claim, and of what belongs to it what the principal may see.
func (l *lockedClaim) viewFor(by access.Principal) *ClaimView {
	visible := l.visibility(by)
	hidden := func(member string) bool { return !visible.All && visible.Member != member }
	k := &l.kept
	return &ClaimView{
		Claim: *l.before, Leading: l.leads(by), Worksheet: l.lines(),
		CashCalls:   slices.DeleteFunc(k.calls, func(c cashcall.CashCall) bool { return hidden(c.Member) }),
		NoticesSent: slices.DeleteFunc(k.notices, func(n notice.Notice) bool { return hidden(n.Member) }),
		Queries:     slices.DeleteFunc(k.queries, func(q Query) bool { return hidden(q.Member) }),
		Deadlines: slices.DeleteFunc(k.deadlines, func(d deadline.Deadline) bool {
			return d.Member != "" && hidden(d.Member)
		}),
	}
}

// HistoryOf lists the events of a claim, oldest first; the principal must be one that may see it (ViewClaim).
func HistoryOf(ctx context.Context, handle bun.IDB, claim *Claim) ([]HistoryEvent, error) {
	return pg.Listed[HistoryEvent](ctx, handle, historyOfClaim.With(subjectKey{claim.Pool, claim.Subject()}))
}

// ListOccurrences lists the occurrences of a pool with what their claims come to, newest first, to whoever takes part
// in the pool, manages or supervises it; access.forbidden for anyone else.
func ListOccurrences(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string,
) ([]OccurrenceFigures, error) {
	seen, err := coinsurance.ViewAgreements(ctx, handle, by, pool)
	if err != nil {
		return nil, err
	}
	if by.Kind == access.Operator || by.Kind == access.Member && len(seen) == 0 {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "pool": pool})
	}
	return pg.Listed[OccurrenceFigures](ctx, handle, occurrencesOfPool.With(poolCode{pool}))
}
