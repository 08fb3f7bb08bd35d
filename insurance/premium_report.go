package insurance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// PremiumIncome is one cell of the premium of the zone, net of VAT: what a member wrote 保费收入, by the accounting month
// of the day on risk, and beside it what was signed 签单保费, by the month of the day of issue. A policy signed ahead of
// its first day is in one cell as signed and in a later one as income.
type PremiumIncome struct {
	Pool     string         `json:"pool"`
	Line     string         `json:"line"`
	Member   string         `json:"member"`
	Month    calendar.Month `json:"month"`
	Policies int            `json:"policies"` // of the income
	Net      money.Amount   `json:"net"`      // premium income
	Signed   money.Amount   `json:"signed"`   // the member's part of the premium signed in the month
}

type cellKey struct {
	pool, line, member string
	month              calendar.Month
}

// PremiumIncomeBy reads the premium by pool, line, member and month. A member sees its own, the pool manager and the
// regulator all; anyone else is refused with access.forbidden.
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
	return pg.Gather(handle, "", byPool, func(part bun.IDB) ([]PremiumIncome, error) {
		return incomeIn(ctx, part, member)
	})
}

func incomeIn(ctx context.Context, part bun.IDB, member string) ([]PremiumIncome, error) {
	cells := map[cellKey]*PremiumIncome{}
	at := func(key cellKey) *PremiumIncome {
		if cells[key] == nil {
			cells[key] = &PremiumIncome{Pool: key.pool, Line: key.line, Member: key.member, Month: key.month}
		}
		return cells[key]
	}
	if err := written(ctx, part, member, at); err != nil {
		return nil, err
	}
	if err := signed(ctx, part, member, at); err != nil {
		return nil, err
	}
	list := make([]PremiumIncome, 0, len(cells))
	for _, cell := range cells {
		list = append(list, *cell)
	}
	slices.SortFunc(list, func(a, b PremiumIncome) int {
		return cmp.Or(strings.Compare(a.Pool, b.Pool), strings.Compare(a.Line, b.Line), strings.Compare(a.Member, b.Member),
			strings.Compare(a.Month.String(), b.Month.String()))
	})
	return list, nil
}

// written is what the books say.
func written(ctx context.Context, part bun.IDB, member string, at func(cellKey) *PremiumIncome) error {
	var rows []struct {
		Pool     string         `bun:"pool"`
		Line     string         `bun:"line"`
		Member   string         `bun:"member"`
		Month    calendar.Month `bun:"month"`
		Policies int            `bun:"policies"`
		Net      money.Amount   `bun:"net"`
	}
	err := part.NewRaw(`
		SELECT p.pool, policy.line, p.book AS member, p.period AS month, count(DISTINCT p.policy) AS policies,
			-sum(p.amount) AS net
		FROM account_movement AS p JOIN policy ON policy.pool = p.pool AND policy.number = p.policy
		WHERE p.stream = 'net_premium' AND p.account = 'premium_written'
			AND (?0 = '' OR p.book = ?0)
		GROUP BY p.pool, policy.line, p.book, p.period`, member).Scan(ctx, &rows)
	for _, row := range rows {
		cell := at(cellKey{row.Pool, row.Line, row.Member, row.Month})
		cell.Policies, cell.Net = row.Policies, row.Net
	}
	return err
}

// signed is what was agreed: the original premium on the day of issue, what changed it on the day that was recorded.
// The total of a month under one version of the agreement is divided by that version's shares.
func signed(ctx context.Context, part bun.IDB, member string, at func(cellKey) *PremiumIncome) error {
	var rows []struct {
		Pool    string         `bun:"pool"`
		Line    string         `bun:"line"`
		Version int            `bun:"version"`
		Month   calendar.Month `bun:"month"`
		Total   money.Amount   `bun:"total"`
	}
	err := part.NewRaw(`
		SELECT p.pool, p.line, p.agreement_version AS version, date_trunc('month', CASE
				WHEN s.kind = 'premium' AND s.endorsement = '' THEN p.issued::timestamp
				ELSE s.recorded AT TIME ZONE 'Asia/Shanghai' END)::date AS month, sum(s.amount) AS total
		FROM premium_item AS s JOIN policy AS p ON p.pool = s.pool AND p.number = s.policy
		GROUP BY 1, 2, 3, 4`).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		agreement, err := coinsurance.AgreementVersion(ctx, part, row.Pool, row.Version)
		if err != nil {
			return err
		}
		portions := agreement.Divide(ledger.NetPremium, row.Total)
		for i, code := range agreement.Members() {
			if member == "" || member == code {
				cell := at(cellKey{row.Pool, row.Line, code, row.Month})
				cell.Signed = cell.Signed.Add(portions[i])
			}
		}
	}
	return nil
}
