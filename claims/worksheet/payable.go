package worksheet

import (
	"strings"

	"gongbao/insurance/indemnity"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// Payable is what the policy pays for a loss as of now: of the loss, which uses up its limit, and on top of it.
type Payable struct {
	Loss, Top money.Amount
	Because   fault.Said
}

// Total is all that is payable of indemnity.
func (p Payable) Total() money.Amount { return p.Loss.Add(p.Top) }

// OfOneSum is what is payable of a loss that was assessed as one sum.
func OfOneSum(loss, deductible, limit, exGratia money.Amount, used Used) Payable {
	left := limit.Sub(used.OfLimit)
	return Payable{
		Loss: money.Min(left, money.Max(money.Amount{}, loss.Sub(deductible))), Top: exGratia,
		Because: fault.Say("the loss is {loss}, the deductible {deductible}, {left} of the limit is left",
			fault.Args{"loss": loss, "deductible": deductible, "left": left}),
	}
}

// BySection is what is payable of a loss that was assessed by section.
func BySection(sheet *indemnity.Worksheet, exGratia money.Amount) Payable {
	p := Payable{Loss: sheet.Payable, Top: sheet.Rescue.Add(exGratia), Because: fault.Say("as calculated by section")}
	var reasons []string
	for _, line := range sheet.Lines {
		if line.Reason != "" {
			reasons = append(reasons, line.Section+": "+line.Reason)
		}
	}
	if len(reasons) > 0 {
		p.Because = fault.Say("as calculated by section; {reasons}", fault.Args{"reasons": strings.Join(reasons, "; ")})
	}
	return p
}
