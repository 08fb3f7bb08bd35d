package insurance

import (
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
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

// instalmentRows are a policy's instalments as they are kept.
func (p *Policy) instalmentRows() []instalmentRow {
	rows := make([]instalmentRow, len(p.Instalments))
	for i, instalment := range p.Instalments {
		rows[i] = instalmentRow{Pool: p.Pool, Policy: p.Number, Sequence: int32(i), Instalment: instalment}
	}
	return rows
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
