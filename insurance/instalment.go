package insurance

import (
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
