package bordereau

import (
	"io"

	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

// column is one column of the list as a table.
type column struct {
	heading string
	cell    func(*ClaimRow) any
}

// amountColumns are those of one side, "all" or "own".
func amountColumns(side string, pick func(*ClaimRow) *Amounts) []column {
	var columns []column
	add := func(heading string, value func(*Amounts) money.Amount) {
		columns = append(columns, column{side + "_" + heading, func(l *ClaimRow) any { return value(pick(l)) }})
	}
	for _, paid := range []struct {
		when string
		of   func(*Amounts) *Paid
	}{
		{"month", func(a *Amounts) *Paid { return &a.Month }}, {"to_date", func(a *Amounts) *Paid { return &a.ToDate }},
	} {
		for _, stream := range []struct {
			name string
			of   func(*Paid) money.Amount
		}{
			{"indemnity", func(p *Paid) money.Amount { return p.Indemnity }},
			{"adjuster", func(p *Paid) money.Amount { return p.Adjuster }},
			{"expert", func(p *Paid) money.Amount { return p.Expert }},
			{"legal", func(p *Paid) money.Amount { return p.Legal }},
			{"other", func(p *Paid) money.Amount { return p.Other }},
			{"recovery", func(p *Paid) money.Amount { return p.Recovery }},
			{"salvage", func(p *Paid) money.Amount { return p.Salvage }},
		} {
			add(paid.when+"_"+stream.name, func(a *Amounts) money.Amount { return stream.of(paid.of(a)) })
		}
	}
	add("outstanding_indemnity", func(a *Amounts) money.Amount { return a.OutstandingPayment })
	add("outstanding_expense", func(a *Amounts) money.Amount { return a.OutstandingExpenses })
	add("incurred", func(a *Amounts) money.Amount { return a.Incurred })
	return columns
}

func tableColumns() []column {
	columns := []column{
		{"claim", func(l *ClaimRow) any { return l.Claim }}, {"policy", func(l *ClaimRow) any { return l.Policy }},
		{"insured", func(l *ClaimRow) any { return l.Insured }}, {"line", func(l *ClaimRow) any { return l.Product }},
		{"loss_day", func(l *ClaimRow) any { return l.LossDay }},
		{"filed", func(l *ClaimRow) any { return l.Filed }},
		{"servicer", func(l *ClaimRow) any { return l.Servicer }},
	}
	columns = append(columns, amountColumns("all", func(l *ClaimRow) *Amounts { return &l.All })...)
	return append(columns, amountColumns("own", func(l *ClaimRow) *Amounts { return &l.Own })...)
}

// Write writes the list as a table, CSV or XLSX, with the totals in its last row.
func (b *Bordereau) Write(to io.Writer, format sheet.Format) error {
	columns := tableColumns()
	header := make([]string, len(columns))
	for i, column := range columns {
		header[i] = column.heading
	}
	total := ClaimRow{Claim: "total", Figures: b.Total}
	return sheet.Write(to, format, header, func(row func(sheet.Cells) error) error {
		for i := range append(b.Lines, total) {
			line := &total
			if i < len(b.Lines) {
				line = &b.Lines[i]
			}
			cells := make(sheet.Cells, len(columns))
			for c, column := range columns {
				cells[c] = column.cell(line)
			}
			if err := row(cells); err != nil {
				return err
			}
		}
		return nil
	})
}
