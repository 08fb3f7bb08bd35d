package periodend

import (
	"io"

	"gongbao/internal/sheet"
)

// resultColumns are the result's as a table, in their order: agreed with whoever reads the file by a program.
var resultColumns = []sheet.Heading{
	{Code: "month", Chinese: "会计期间", English: "Accounting month"},
	{Code: "pool", Chinese: "共保体", English: "Pool"},
	{Code: "member", Chinese: "成员", English: "Co-insurance code"},
	{Code: "written", Chinese: "保费收入", English: "Written premium"},
	{Code: "unearned_change", Chinese: "提取未到期责任准备金", English: "Change in unearned premium reserve"},
	{Code: "earned", Chinese: "已赚保费", English: "Earned premium"},
	{Code: "claims_paid", Chinese: "赔款支出", English: "Claims paid"},
	{Code: "claim_expense", Chinese: "理赔费用", English: "Claim expense"},
	{Code: "recovered", Chinese: "追偿及损余冲减", English: "Recoveries and salvage"},
	{Code: "reserve_change", Chinese: "提取未决赔款准备金", English: "Change in outstanding claims reserve"},
	{Code: "incurred", Chinese: "已发生赔款", English: "Incurred claims"},
	{Code: "loss_ratio", Chinese: "赔付率", English: "Loss ratio"},
	{Code: "commission", Chinese: "手续费支出", English: "Commission"},
	{Code: "issuing_fee_earned", Chinese: "出单费收入", English: "Issuing fee earned"},
	{Code: "issuing_fee_paid", Chinese: "出单费支出", English: "Issuing fee paid"},
	{Code: "management_fee", Chinese: "管理费支出", English: "Management fee"},
	{Code: "interest", Chinese: "利息净收入", English: "Interest earned less paid"},
	{Code: "result", Chinese: "经营结果", English: "Underwriting result"},
}

// ResultColumns are the result's columns with their names, in their order.
func ResultColumns() []sheet.Heading { return resultColumns }

// Write writes the result as a table, CSV or XLSX: a row for each month of each member, the totals in the last.
func (r *Result) Write(to io.Writer, format sheet.Format) error {
	return sheet.WriteTable(to, format, resultColumns, func(row func(sheet.Cells) error) error {
		for i := range r.Lines {
			line := &r.Lines[i]
			if err := row(r.cells(line.Month.String(), line.Member, &line.ResultFigures)); err != nil {
				return err
			}
		}
		return row(r.cells("total", "", &r.Total))
	})
}

func (r *Result) cells(month, member string, f *ResultFigures) sheet.Cells {
	cells := sheet.Cells{
		month, r.Pool, member, f.Written, f.UnearnedChange, f.Earned, f.ClaimsPaid, f.ClaimExpense, f.Recovered,
		f.ReserveChange, f.Incurred, nil, f.Commission, f.IssuingFeeEarned, f.IssuingFeePaid, f.ManagementFee, f.Interest,
		f.Result,
	}
	if f.LossRatio != nil {
		cells[ratioAt] = *f.LossRatio
	}
	return cells
}

const ratioAt = 11 // the column of the loss ratio
