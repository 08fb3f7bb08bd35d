package bordereau

import (
	"context"
	"io"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/sheet"
)

// columns are the list's, in their order: agreed with whoever reads the file by a program.
var columns = []sheet.Heading{
	{Code: "period", Chinese: "期间", English: "Reporting period"},
	{Code: "pool", Chinese: "共保体", English: "Pool"},
	{Code: "agreement_version", Chinese: "协议版本", English: "Agreement no"},
	{Code: "leader", Chinese: "首席承保人", English: "Lead"},
	{Code: "member", Chinese: "成员", English: "Co-insurance code"},
	{Code: "share", Chinese: "份额", English: "Co-insurance share"},
	{Code: "policy", Chinese: "保单号", English: "Certificate reference"},
	{Code: "endorsement", Chinese: "批单号", English: "Endorsement reference"},
	{Code: "transaction", Chinese: "交易类型", English: "Transaction type"},
	{Code: "effective", Chinese: "生效日", English: "Effective date of transaction"},
	{Code: "recorded", Chinese: "入账时间", English: "Transaction date"},
	{Code: "line", Chinese: "险种", English: "Class of business"},
	{Code: "insured", Chinese: "被保险人", English: "Insured name"},
	{Code: "start", Chinese: "保险起期", English: "Period of cover - from"},
	{Code: "end", Chinese: "保险止期", English: "Period of cover - to"},
	{Code: "limit_100", Chinese: "限额（全额）", English: "Sum insured (100%)"},
	{Code: "instalment", Chinese: "期次", English: "Instalment no"},
	{Code: "instalments", Chinese: "期数", English: "Total number of instalments"},
	{Code: "due", Chinese: "应缴日", English: "Instalment due date"},
	{Code: "net_premium_100", Chinese: "全额净保费", English: "Gross premium excluding tax (100%)"},
	{Code: "vat_100", Chinese: "全额税额", English: "Tax (100%)"},
	{Code: "net_premium", Chinese: "分摊净保费", English: "Gross premium excluding tax (share)"},
	{Code: "vat", Chinese: "分摊税额", English: "Tax (share)"},
	{Code: "net_received", Chinese: "分摊实收净保费", English: "Premium received excluding tax (share)"},
	{Code: "vat_received", Chinese: "分摊实收税额", English: "Tax received (share)"},
	{Code: "issuing_fee", Chinese: "出单费", English: "Issuing fee"},
	{Code: "issuing_fee_vat", Chinese: "出单费税额", English: "Tax on issuing fee"},
	{Code: "commission", Chinese: "手续费", English: "Commission"},
	{Code: "net_due", Chinese: "应结净额", English: "Net premium to underwriters"},
	{Code: "statement", Chinese: "对账单号", English: "Statement reference"},
	{Code: "state", Chinese: "状态", English: "Settlement status"},
}

// Columns are the list's columns with their names, in their order.
func Columns() []sheet.Heading { return columns }

// amountsFrom is the column of the first amount that is added up.
const amountsFrom = 19

// cells are the line as a row of the table.
func (q *Question) cells(l *PremiumRow) sheet.Cells {
	row := sheet.Cells{
		l.Period.String(), q.Pool, l.AgreementVersion, l.Leader, q.Member, l.Share, l.Policy, l.Endorsement,
		string(l.Transaction), l.Effective, l.Recorded, l.Product, l.Insured, l.Starts, l.Ends, l.Limit,
		countOrNone(l.Instalment), l.Instalments, l.Due,
	}
	for _, amount := range l.places() {
		row = append(row, *amount)
	}
	return append(row, l.Statement, l.State)
}

func countOrNone(count int) any {
	if count == 0 {
		return nil
	}
	return count
}

// Write writes the list as a table, CSV or XLSX, row by row as the book gives them, with the totals in its last row. It
// refuses as Of does, before it writes.
func Write(
	ctx context.Context, handle bun.IDB, by access.Principal, now time.Time, q Question, format sheet.Format, to io.Writer,
) error {
	if err := q.admit(ctx, handle, by, now); err != nil {
		return err
	}
	return sheet.WriteTable(to, format, columns, func(row func(sheet.Cells) error) error {
		var total PremiumFigures
		err := q.each(ctx, handle, func(line *PremiumRow) error {
			total.add(&line.PremiumFigures)
			return row(q.cells(line))
		})
		if err != nil {
			return err
		}
		last := make(sheet.Cells, len(columns))
		last[0] = "total"
		for i, amount := range total.places() {
			last[amountsFrom+i] = *amount
		}
		return row(last)
	})
}
