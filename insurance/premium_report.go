package insurance

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PremiumIncome is one cell of the premium income of the zone: net written premium of a member 保费收入.
type PremiumIncome struct {
	Pool     string         `bun:"pool"     json:"pool"`
	Line     string         `bun:"line"     json:"line"`
	Member   string         `bun:"member"   json:"member"`
	Month    calendar.Month `bun:"month"    json:"month"` // accounting month
	Policies int            `bun:"policies" json:"policies"`
	Net      money.Amount   `bun:"net"      json:"net"` // net of VAT
}

// PremiumIncomeBy reads the premium income by pool, line, member and accounting month. A member sees its own, the pool
// manager and the regulator all; anyone else is refused with access.forbidden.
func PremiumIncomeBy(ctx context.Context, handle bun.IDB, by access.Principal) ([]PremiumIncome, error) {
	member := ""
	switch by.Kind {
	case access.Member:
		member = by.Organisation
	case access.Manager, access.Regulator:
	case access.Operator:
		return nil, access.ErrForbidden.With("%s may not see premium income", by.Subject)
	default:
		return nil, access.ErrForbidden.With("%s is of no known kind", by.Subject)
	}
	byPool := func(a, b PremiumIncome) int { return strings.Compare(a.Pool, b.Pool) }
	return pg.Gather(handle, "", byPool, func(part bun.IDB) (cells []PremiumIncome, err error) {
		err = part.NewRaw(`
		SELECT p.pool, policy.line, p.book AS member, p.period AS month, count(DISTINCT p.policy) AS policies,
			sum(CASE WHEN p.credit = 'premium_written' THEN p.amount ELSE -p.amount END) AS net
		FROM posting AS p JOIN policy ON policy.pool = p.pool AND policy.number = p.policy
		WHERE p.stream = 'net_premium' AND (p.credit = 'premium_written' OR p.debit = 'premium_written')
			AND (?0 = '' OR p.book = ?0)
		GROUP BY p.pool, policy.line, p.book, p.period
		ORDER BY p.pool, policy.line, p.book, p.period`, member).Scan(ctx, &cells)
		return cells, err
	})
}
