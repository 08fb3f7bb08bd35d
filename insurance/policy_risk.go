package insurance

import (
	"gongbao/internal/fault"
	"gongbao/product"
)

// Risk is what the rules of the policy's line ask of it.
func (p *Policy) Risk() product.Risk {
	return product.Risk{
		Line: p.Line, Starts: p.Starts, Premium: p.NetPremium, SumInsured: p.SumInsured, Deductible: p.Deductible,
		Sections: p.Sections, EquipmentValue: p.EquipmentValue, ContractValue: p.ContractValue,
		Qualification: p.Qualification, Renewal: p.Renews != "", Facts: p.Facts,
	}
}

// Cover is what the policy pays for.
func (p *Policy) Cover() product.Cover {
	risk := p.Risk()
	return risk.Cover()
}

// checkRules holds the policy against the rules of its line that stop something, and names every broken one.
func (p *Policy) checkRules(severity product.Severity, refusal *fault.Fault) error {
	var check fault.Check
	line, _ := product.FindLine(p.Line)
	risk := p.Risk()
	line.CheckRules(&check, &risk, severity)
	return check.Refuse(refusal)
}
