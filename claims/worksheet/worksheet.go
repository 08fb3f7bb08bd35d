package worksheet

import (
	"slices"

	"github.com/uptrace/bun"

	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

// Row is one line of a claim's worksheet as it is kept.
type Row struct {
	bun.BaseModel `bun:"table:claim_section"`

	Pool       string        `bun:"pool,pk"`
	Claim      string        `bun:"claim,pk"`
	Sequence   int           `bun:"sequence,pk"` // in the worksheet, from 0
	Section    string        `bun:"section"`
	Cause      string        `bun:"cause"`
	Amount     money.Amount  `bun:"amount"`
	Value      *money.Amount `bun:"value"`
	Rescue     money.Amount  `bun:"rescue"`
	Kind       string        `bun:"kind"`
	Insured    money.Amount  `bun:"insured"`
	Deductible money.Amount  `bun:"deductible"`
	Ratio      money.Share   `bun:"indemnity_ratio"`
	LimitLeft  money.Amount  `bun:"limit_left"`
	Payable    money.Amount  `bun:"payable"`
	RescuePays money.Amount  `bun:"rescue_pays"`
	Approved   money.Amount  `bun:"approved"`
	Reason     string        `bun:"reason"`
}

func (r *Row) line() indemnity.SheetLine {
	return indemnity.SheetLine{
		Loss: indemnity.Loss{Section: r.Section, Cause: r.Cause, Amount: r.Amount, Value: r.Value, Rescue: r.Rescue},
		Kind: r.Kind, Insured: r.Insured, Deductible: r.Deductible, Ratio: r.Ratio, LimitLeft: r.LimitLeft,
		Payable: r.Payable, RescuePays: r.RescuePays, Approved: r.Approved, Reason: r.Reason,
	}
}

func rowOf(line *indemnity.SheetLine) Row {
	return Row{
		Section: line.Section, Cause: line.Cause, Amount: line.Amount, Value: line.Value, Rescue: line.Rescue,
		Kind: line.Kind, Insured: line.Insured, Deductible: line.Deductible, Ratio: line.Ratio, LimitLeft: line.LimitLeft,
		Payable: line.Payable, RescuePays: line.RescuePays, Approved: line.Approved, Reason: line.Reason,
	}
}

// Lines are a worksheet's lines as it was last calculated.
func Lines(rows []Row) []indemnity.SheetLine {
	lines := make([]indemnity.SheetLine, len(rows))
	for i := range rows {
		lines[i] = rows[i].line()
	}
	return lines
}

// Losses are what was assessed in the lines.
func Losses(lines []indemnity.SheetLine) []indemnity.Loss {
	losses := make([]indemnity.Loss, len(lines))
	for i, line := range lines {
		losses[i] = line.Loss
	}
	return losses
}

// Calculate works out what the policy pays for the losses, given what its other claims have used.
func Calculate(policy *insurance.Policy, day calendar.Date, losses []indemnity.Loss, used Used) indemnity.Worksheet {
	line, _ := product.FindLine(policy.Line)
	return indemnity.Calculate(indemnity.Case{
		Line: line, Cover: policy.Cover(), Starts: policy.Starts, LossDay: day, Losses: losses,
		LimitUsed: used.OfLimit, SectionUse: used.OfSections(),
	})
}

// Defence is the sum of legal costs that the worksheet pays.
func Defence(lines []indemnity.SheetLine) (total money.Amount, covered bool) {
	for _, line := range lines {
		if line.Kind == product.DefenceCover {
			total, covered = total.Add(line.Payable), true
		}
	}
	return total, covered
}

// IsLiability says that a line of the worksheet is of liability.
func IsLiability(lines []indemnity.SheetLine) bool {
	return slices.ContainsFunc(lines, func(l indemnity.SheetLine) bool { return l.Kind == product.LiabilityCover })
}
