package claims

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
)

// PageMax is the most claims one page lists.
const PageMax = 500

// SeenClaim is a claim as far as one principal may see it: its figures at 100 %, which concern every member, and of the
// members' figures its own; who leads or services it sees all.
type SeenClaim struct {
	Claim

	Leading  bool                  `json:"leading"`
	Clocks   []Clock               `json:"clocks"`
	Portions []coinsurance.Portion `json:"portions"` // to date
	Calls    []Call                `json:"cash_calls"`
	Paid     []Payment             `json:"payments_made"` // and taken back
	Sheet    []indemnity.SheetLine `json:"worksheet"`     // of a claim assessed by section
	Evidence []Evidence            `json:"evidence"`
	Told     []Notice              `json:"notices_sent"` // to the caller; all, to who handles the claim or supervises
	Queries  []Query               `json:"queries"`      // the caller's; all, to the same
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
		return nil, access.ErrForbidden.With("%s may not see claims", by.Subject)
	}
	found := []Claim{}
	query := handle.NewSelect().Model(&found).Order("number").Limit(int64(min(max(filter.Limit, 1), PageMax)))
	if filter.After != "" {
		query.Where("number > ?", filter.After)
	}
	for column, value := range map[string]string{
		"pool": filter.Pool, "policy": filter.Policy, "state": string(filter.State),
	} {
		if value != "" {
			query.Where("? = ?", bun.Ident(column), value)
		}
	}
	if by.Kind == access.Member {
		query.Where(`EXISTS (SELECT 1 FROM agreement_member AS m WHERE m.pool = claim.pool AND m.member = ?
			AND m.version = claim.agreement_version)`, by.Organisation)
	}
	return found, query.Scan(ctx)
}

// SeeClaim reads one claim as far as the principal may see it; ErrClaimNotFound when there is none of that number, or
// none that it may know of.
func SeeClaim(ctx context.Context, handle bun.IDB, by access.Principal, pool, number string) (*SeenClaim, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.With("%s may not see claims", by.Subject)
	}
	claim, err := FindClaim(ctx, handle, pool, number)
	if err != nil {
		return nil, err
	}
	agreement, err := coinsurance.AgreementVersion(ctx, handle, claim.Pool, claim.AgreementVersion)
	if err != nil {
		return nil, err
	}
	if by.Kind == access.Member && !agreement.Includes(by.Organisation) {
		return nil, ErrClaimNotFound.With("%s", number)
	}
	sight := agreement.Sight(by)
	leading := agreement.Leads(by) || by.IsMember(claim.Leader) || by.IsMember(claim.Servicer)
	sight.All = sight.All || leading
	seen := &SeenClaim{Claim: *claim, Leading: leading, Calls: []Call{}}
	seen.Portions, err = coinsurance.PortionsOf(ctx, handle, claim.Pool, claim.Number, sight)
	if err != nil {
		return nil, err
	}
	calls, err := callsOf(ctx, handle, claim)
	for _, call := range calls {
		if sight.All || sight.Member == call.Member {
			seen.Calls = append(seen.Calls, call)
		}
	}
	if err != nil {
		return nil, err
	}
	if seen.Paid, err = paymentsOf(ctx, handle, claim); err != nil {
		return nil, err
	}
	if seen.Sheet, err = sheetOf(ctx, handle, claim); err != nil {
		return nil, err
	}
	policy, err := insurance.FindPolicy(ctx, handle, claim.Policy)
	if err != nil {
		return nil, err
	}
	if seen.Evidence, err = evidenceOf(ctx, handle, claim, policy.Line); err != nil {
		return nil, err
	}
	notices, err := noticesOf(ctx, handle, claim.Pool, claim.Number)
	if err != nil {
		return nil, err
	}
	seen.Told = slices.DeleteFunc(notices, func(n Notice) bool { return !sight.All && sight.Member != n.Member })
	queries, err := queriesOf(ctx, handle, claim.Pool, claim.Number)
	if err != nil {
		return nil, err
	}
	seen.Queries = slices.DeleteFunc(queries, func(q Query) bool { return !sight.All && sight.Member != q.Member })
	clocks, err := clocksOf(ctx, handle, claim.Pool, claim.Number)
	seen.Clocks = slices.DeleteFunc(clocks, func(c Clock) bool {
		return c.Member != "" && !sight.All && sight.Member != c.Member
	})
	return seen, err
}

// Happened is one event of a claim's life.
type Happened struct {
	Type     string    `bun:"type"            json:"type"`
	Version  int64     `bun:"subject_version" json:"version"`
	Recorded time.Time `bun:"recorded"        json:"recorded"`
}

// HistoryOf lists the events of a claim, oldest first; the principal must be one that may see it (SeeClaim).
func HistoryOf(ctx context.Context, handle bun.IDB, claim *Claim) ([]Happened, error) {
	history := []Happened{}
	err := handle.NewSelect().Table("event").Column("type", "subject_version", "recorded").
		Where("pool = ? AND subject = ?", claim.Pool, claim.Subject()).Order("subject_version").Scan(ctx, &history)
	return history, err
}
