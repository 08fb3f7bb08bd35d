package claims

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/pg"
)

// PageMax is the most claims one page lists.
const PageMax = 500

// ClaimView is a claim as far as one principal may see it: its figures at 100 %, which concern every member, and of the
// members' figures its own; who leads or services it sees all.
type ClaimView struct {
	Claim

	Leading      bool                  `json:"leading"`
	Deadlines    []Deadline            `json:"clocks"`
	Portions     []coinsurance.Portion `json:"portions"` // to date
	CashCalls    []Call                `json:"cash_calls"`
	PaymentsMade []Payment             `json:"payments_made"` // and taken back
	Worksheet    []indemnity.SheetLine `json:"worksheet"`     // of a claim assessed by section
	Evidence     []Evidence            `json:"evidence"`
	NoticesSent  []Notice              `json:"notices_sent"` // to the caller; all, to who handles the claim or supervises
	Queries      []Query               `json:"queries"`      // the caller's; all, to the same
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
	pool := filter.Pool
	if pool == "" {
		pool = insurance.PoolOf(filter.Policy)
	}
	number := pg.InOrder(handle, pool, "number")
	byNumber := func(a, b Claim) int { return strings.Compare(a.Number, b.Number) }
	found, err := pg.Gather(handle, pool, byNumber, func(part bun.IDB) ([]Claim, error) {
		return filter.read(ctx, part, by, number)
	})
	return found[:min(len(found), filter.limit())], err
}

func (filter Filter) limit() int { return min(max(filter.Limit, 1), PageMax) }

func (filter Filter) read(ctx context.Context, handle bun.IDB, by access.Principal, number string) ([]Claim, error) {
	found := []Claim{}
	query := handle.NewSelect().Model(&found).OrderExpr(number).Limit(int64(filter.limit()))
	if filter.After != "" {
		query.Where(number+" > ?", filter.After)
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

// ViewClaim reads one claim as far as the principal may see it; ErrClaimNotFound when there is none of that number, or
// none that it may know of.
func ViewClaim(ctx context.Context, handle bun.IDB, by access.Principal, pool, number string) (*ClaimView, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.With("%s may not see claims", by.Subject)
	}
	var reads pg.Reads
	var h held
	var payments []Payment
	pg.Find(&reads, &h.claim, claimByNumber, pool, number)
	belongings(&reads, &h, pool, number)
	pg.List(&reads, &payments, ofClaim+`number`, pool, number)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	if h.claim == nil {
		return nil, ErrClaimNotFound.With("%s", number)
	}
	var err error
	if h.agreement, err = coinsurance.AgreementVersion(ctx, handle, pool, h.claim.AgreementVersion); err != nil {
		return nil, err
	}
	if by.Kind == access.Member && !h.agreement.Includes(by.Organisation) {
		return nil, ErrClaimNotFound.With("%s", number)
	}
	seen := h.seenBy(by)
	seen.PaymentsMade = payments
	if seen.Portions, err = coinsurance.PortionsOf(ctx, handle, pool, number, h.sight(by)); err != nil {
		return nil, err
	}
	policy, err := insurance.FindPolicy(ctx, handle, h.claim.Policy)
	if err != nil {
		return nil, err
	}
	seen.Evidence, err = evidenceOf(ctx, handle, h.claim, policy.Line)
	return seen, err
}

// leads says that the principal leads or services the claim, or the agreement.
func (h *held) leads(by access.Principal) bool {
	return h.agreement.Leads(by) || by.IsMember(h.claim.Leader) || by.IsMember(h.claim.Servicer)
}

// sight is whose figures the principal may see.
func (h *held) sight(by access.Principal) coinsurance.Visibility {
	sight := h.agreement.Visibility(by)
	sight.All = sight.All || h.leads(by)
	return sight
}

// seenBy is the claim, and of what belongs to it what the principal may see.
func (h *held) seenBy(by access.Principal) *ClaimView {
	sight := h.sight(by)
	hidden := func(member string) bool { return !sight.All && sight.Member != member }
	return &ClaimView{
		Claim: *h.claim, Leading: h.leads(by), Worksheet: h.lines(),
		CashCalls:   slices.DeleteFunc(h.calls, func(c Call) bool { return hidden(c.Member) }),
		NoticesSent: slices.DeleteFunc(h.notices, func(n Notice) bool { return hidden(n.Member) }),
		Queries:     slices.DeleteFunc(h.queries, func(q Query) bool { return hidden(q.Member) }),
		Deadlines:   slices.DeleteFunc(h.clocks, func(c Deadline) bool { return c.Member != "" && hidden(c.Member) }),
	}
}

// HistoryEvent is one event of a claim's life.
type HistoryEvent struct {
	Type     string    `bun:"type"            json:"type"`
	Version  int64     `bun:"subject_version" json:"version"`
	Recorded time.Time `bun:"recorded"        json:"recorded"`
}

// HistoryOf lists the events of a claim, oldest first; the principal must be one that may see it (SeeClaim).
func HistoryOf(ctx context.Context, handle bun.IDB, claim *Claim) ([]HistoryEvent, error) {
	history := []HistoryEvent{}
	err := handle.NewSelect().Table("event").Column("type", "subject_version", "recorded").
		Where("pool = ? AND subject = ?", claim.Pool, claim.Subject()).Order("subject_version").Scan(ctx, &history)
	return history, err
}
