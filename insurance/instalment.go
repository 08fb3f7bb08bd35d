package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Instalment is a part of the premium with the day it falls due, at 00:00 分期保费.
type Instalment struct {
	Due    calendar.Date `bun:"due"    json:"due"`
	Amount money.Amount  `bun:"amount" json:"amount"` // net of VAT
}

// instalmentRow is an instalment as it is kept.
type instalmentRow struct {
	bun.BaseModel `bun:"table:policy_instalment"`

	Pool     string `bun:"pool,pk"`
	Policy   string `bun:"policy,pk"`
	Sequence int32  `bun:"sequence,pk"`
	Instalment
}

// plain takes instalments out of their rows.
func plain(rows []instalmentRow) []Instalment {
	if len(rows) == 0 {
		return nil
	}
	instalments := make([]Instalment, len(rows))
	for i, row := range rows {
		instalments[i] = row.Instalment
	}
	return instalments
}

// Statements on instalments.
var (
	instalmentsOf         = pg.Select[instalmentRow, policyKey](files, "InstalmentsOf")
	instalmentsOfPolicies = pg.Select[instalmentRow, policiesKey](files, "InstalmentsOfPolicies")
)

// instalmentsByPolicy reads the instalments of many policies of a pool at once.
func instalmentsByPolicy(
	ctx context.Context, handle bun.IDB, pool string, numbers []string,
) (map[string][]instalmentRow, error) {
	rows, err := pg.Listed[instalmentRow](ctx, handle, instalmentsOfPolicies.With(policiesKey{pool, numbers}))
	byPolicy := make(map[string][]instalmentRow)
	for _, row := range rows {
		byPolicy[row.Policy] = append(byPolicy[row.Policy], row)
	}
	return byPolicy, err
}
