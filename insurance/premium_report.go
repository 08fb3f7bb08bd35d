package insurance

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
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

var (
	premiumWritten = pg.SQL[struct{ Member string }](files, "PremiumWritten")
	premiumSigned  = pg.SQL[pg.None](files, "PremiumSigned")
)

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
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("premium income")})
	default:
		return nil, access.ErrForbidden.Case(fault.Args{"stranger": by.Subject})
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
	return premiumWritten.With(struct{ Member string }{member}).Rows(ctx, part, func(rows *sql.Rows) error {
		var key cellKey
		var policies int
		var net money.Amount
		err := rows.Scan(&key.pool, &key.line, &key.member, &key.month, &policies, &net)
		cell := at(key)
		cell.Policies, cell.Net = policies, net
		return err
	})
}

// signedTotal is the premium signed in a month under one version of an agreement.
type signedTotal struct {
	cellKey

	version int
	total   money.Amount
}

// signed is what was agreed: the total of a month under one version of the agreement is divided by that version's
// shares.
func signed(ctx context.Context, part bun.IDB, member string, at func(cellKey) *PremiumIncome) error {
	var totals []signedTotal
	err := premiumSigned.With(pg.None{}).Rows(ctx, part, func(rows *sql.Rows) error {
		var t signedTotal
		err := rows.Scan(&t.pool, &t.line, &t.version, &t.month, &t.total)
		totals = append(totals, t)
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range totals {
		agreement, err := coinsurance.AgreementVersion(ctx, part, t.pool, t.version)
		if err != nil {
			return err
		}
		portions := agreement.Divide(ledger.NetPremium, t.total)
		for i, code := range agreement.Members() {
			if member == "" || member == code {
				cell := at(cellKey{t.pool, t.line, code, t.month})
				cell.Signed = cell.Signed.Add(portions[i])
			}
		}
	}
	return nil
}
