package worksheet

import (
	"gongbao/insurance/indemnity"
	"gongbao/internal/money"
)

// Used is what a policy's other claims take of its limit and of its sections': what each has approved or paid, the
// larger, for an advance is paid before anything is approved. Rescue costs and what was paid ex gratia take nothing.
type Used struct {
	OfLimit  money.Amount
	Sections []UsedSection // of the other claims' worksheets, in the order of claims and lines
}

// UsedSection is a line of another claim's worksheet.
type UsedSection struct {
	Claim      string       `bun:"claim"`
	Used       money.Amount `bun:"used"`
	Section    string       `bun:"section"`
	Kind       string       `bun:"kind"`
	Payable    money.Amount `bun:"payable"`
	RescuePays money.Amount `bun:"rescue_pays"`
}

// OfSections divides what each other claim takes over the lines of its worksheet, as an approval is divided.
func (u Used) OfSections() map[string]money.Amount {
	used := map[string]money.Amount{}
	for rows := u.Sections; len(rows) > 0; {
		claim, all := rows[0].Claim, rows[0].Used
		var lines []indemnity.SheetLine
		for ; len(rows) > 0 && rows[0].Claim == claim; rows = rows[1:] {
			lines = append(lines, indemnity.SheetLine{
				Loss: indemnity.Loss{Section: rows[0].Section}, Kind: rows[0].Kind, Payable: rows[0].Payable,
				RescuePays: rows[0].RescuePays,
			})
		}
		indemnity.Allocate(lines, all)
		for _, line := range lines {
			used[line.Section] = used[line.Section].Add(money.Min(line.Approved, line.Payable))
		}
	}
	return used
}
