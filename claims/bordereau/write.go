package bordereau

import (
	"io"

	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

// column is one column of the list as a table.
type column struct {
	sheet.Heading

	cell func(*ClaimRow) any
}

// side is whose amounts are meant: all of a claim, or the member's own.
type side struct {
	code, chinese, english string

	of func(*ClaimRow) *Amounts
}

var (
	wholeSide = side{"all", "全额", "100%", func(l *ClaimRow) *Amounts { return &l.All }}
	ownSide   = side{"own", "分摊", "share", func(l *ClaimRow) *Amounts { return &l.Own }}
)

// moment is when what was paid was paid.
type moment struct {
	code, chinese, english string

	of func(*Amounts) *Paid
}

var (
	thisMonth = moment{"month", "本期", "Paid this month", func(a *Amounts) *Paid { return &a.Month }}
	toDate    = moment{"to_date", "累计", "Paid to date", func(a *Amounts) *Paid { return &a.ToDate }}
	before    = moment{"previous", "上期累计", "Previously paid", func(a *Amounts) *Paid { return &a.Previous }}
)

// kinds are the streams of payments and what comes back, in their order.
var kinds = []struct {
	code, chinese, english string

	of func(*Paid) money.Amount
}{
	{"indemnity", "赔款", "Indemnity", func(p *Paid) money.Amount { return p.Indemnity }},
	{"adjuster", "公估费", "Fees - adjuster", func(p *Paid) money.Amount { return p.Adjuster }},
	{"expert", "专家费", "Fees - expert", func(p *Paid) money.Amount { return p.Expert }},
	{"legal", "律师费", "Fees - defence", func(p *Paid) money.Amount { return p.Legal }},
	{"other", "其他费用", "Fees - other", func(p *Paid) money.Amount { return p.Other }},
	{"recovery", "追偿款", "Recovery", func(p *Paid) money.Amount { return p.Recovery }},
	{"salvage", "损余", "Salvage", func(p *Paid) money.Amount { return p.Salvage }},
}

// paidColumns are what was paid at a moment, on one side.
func (s side) paidColumns(when moment) (columns []column) {
	for _, kind := range kinds {
		columns = append(columns, column{
			sheet.Heading{
				Code: s.code + "_" + when.code + "_" + kind.code, Chinese: s.chinese + when.chinese + kind.chinese,
				English: when.english + " - " + kind.english + " (" + s.english + ")",
			}, func(l *ClaimRow) any { return kind.of(when.of(s.of(l))) },
		})
	}
	return columns
}

// column is an amount that stands at the month's end, on one side.
func (s side) column(code, chinese, english string, of func(*Amounts) money.Amount) column {
	return column{
		sheet.Heading{Code: s.code + "_" + code, Chinese: s.chinese + chinese, English: english + " (" + s.english + ")"},
		func(l *ClaimRow) any { return of(s.of(l)) },
	}
}

func (s side) columns() []column {
	return append(append(s.paidColumns(thisMonth), s.paidColumns(toDate)...),
		s.column("outstanding_indemnity", "未决赔款", "Reserve - Indemnity",
			func(a *Amounts) money.Amount { return a.OutstandingPayment }),
		s.column("outstanding_expense", "未决费用", "Reserve - Fees",
			func(a *Amounts) money.Amount { return a.OutstandingExpenses }),
		s.column("incurred", "已发生", "Total incurred", func(a *Amounts) money.Amount { return a.Incurred }))
}

func text(code, chinese, english string, cell func(*ClaimRow) any) column {
	return column{sheet.Heading{Code: code, Chinese: chinese, English: english}, cell}
}

// tableColumns are the list's, in their order: agreed with whoever reads the file by a program, so new ones come last.
func tableColumns() []column {
	columns := []column{
		text("claim", "赔案号", "Claim reference", func(l *ClaimRow) any { return l.Claim }),
		text("policy", "保单号", "Certificate reference", func(l *ClaimRow) any { return l.Policy }),
		text("insured", "被保险人", "Insured name", func(l *ClaimRow) any { return l.Insured }),
		text("line", "险种", "Class of business", func(l *ClaimRow) any { return l.Product }),
		text("loss_day", "出险日", "Date of loss", func(l *ClaimRow) any { return l.LossDay }),
		text("filed", "立案日", "Date claim opened", func(l *ClaimRow) any { return l.Filed }),
		text("servicer", "理赔主办方", "Claims administrator", func(l *ClaimRow) any { return l.Servicer }),
	}
	columns = append(append(columns, wholeSide.columns()...), ownSide.columns()...)
	columns = append(columns,
		text("notified", "报案日", "Date claim first advised", func(l *ClaimRow) any { return l.Notified }),
		text("closed", "结案日", "Date closed", func(l *ClaimRow) any { return l.Closed }),
		text("state", "状态", "Claim status", func(l *ClaimRow) any { return string(l.State) }),
		text("occurrence", "事故号", "Loss event reference", func(l *ClaimRow) any { return l.Occurrence }),
		text("currency", "币种", "Original currency", func(l *ClaimRow) any { return l.Currency }))
	columns = append(append(columns, wholeSide.paidColumns(before)...), ownSide.paidColumns(before)...)
	return append(columns,
		text("statement", "对账单号", "Statement reference", func(l *ClaimRow) any { return l.Statement }))
}

// Columns are the list's columns with their names, in their order.
func Columns() []sheet.Heading {
	columns := tableColumns()
	headings := make([]sheet.Heading, len(columns))
	for i, column := range columns {
		headings[i] = column.Heading
	}
	return headings
}

// Write writes the list as a table, CSV or XLSX, with the totals in its last row.
func (b *Bordereau) Write(to io.Writer, format sheet.Format) error {
	columns := tableColumns()
	total := ClaimRow{Claim: "total", Figures: b.Total}
	return sheet.WriteTable(to, format, Columns(), func(row func(sheet.Cells) error) error {
		cells := make(sheet.Cells, len(columns))
		for i := range len(b.Lines) + 1 {
			line := &total
			if i < len(b.Lines) {
				line = &b.Lines[i]
			}
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
