package claims

import (
	"slices"

	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// Expense is claim expense by kind 直接理赔费用, at 100 %. The kinds are those the regulator's tables tell apart.
type Expense struct {
	Adjuster money.Amount `bun:"adjuster" json:"adjuster,omitzero"` // loss adjusters and surveyors 公估费
	Expert   money.Amount `bun:"expert"   json:"expert,omitzero"`   // experts and inspections 鉴定检验费
	Legal    money.Amount `bun:"legal"    json:"legal,omitzero"`    // lawyers and courts, defence costs 律师诉讼费
	Other    money.Amount `bun:"other"    json:"other,omitzero"`    // travel and all else 其他费用
}

// kinds are the streams of the kinds, in the order of Expense.list.
var kinds = []ledger.Stream{ledger.ExpenseAdjuster, ledger.ExpenseExpert, ledger.ExpenseLegal, ledger.ExpenseOther}

const kindCount = 4

func (e Expense) list() []money.Amount {
	return []money.Amount{e.Adjuster, e.Expert, e.Legal, e.Other}
}

// Total is the expense of all kinds.
func (e Expense) Total() money.Amount { return e.Adjuster.Add(e.Expert).Add(e.Legal).Add(e.Other) }

func (e Expense) neg() Expense {
	return Expense{Adjuster: e.Adjuster.Neg(), Expert: e.Expert.Neg(), Legal: e.Legal.Neg(), Other: e.Other.Neg()}
}

// spend adds to what is paid of expense.
func (c *Claim) spend(e Expense) {
	c.PaidExpense = c.PaidExpense.Add(e.Total())
	c.PaidAdjuster = c.PaidAdjuster.Add(e.Adjuster)
	c.PaidExpert = c.PaidExpert.Add(e.Expert)
	c.PaidLegal = c.PaidLegal.Add(e.Legal)
}

// Spent is the expense paid to date, by kind.
func (c *Claim) Spent() Expense {
	return Expense{
		Adjuster: c.PaidAdjuster, Expert: c.PaidExpert, Legal: c.PaidLegal,
		Other: c.PaidExpense.Sub(c.PaidAdjuster).Sub(c.PaidExpert).Sub(c.PaidLegal),
	}
}

// byKind divides the kinds, given the portions of all expense. Each kind is divided by itself; other expense is what is
// left of a member's portion of all expense, fens of rounding included, so that the kinds add up to it. What returns to
// zero returns every member to zero.
func byKind(agreement *coinsurance.Agreement, e Expense, all []money.Amount) [kindCount][]money.Amount {
	var portions [kindCount][]money.Amount
	rest := slices.Clone(all)
	for kind, amount := range e.list()[:kindCount-1] {
		portions[kind] = agreement.Divide(kinds[kind], amount)
		for member, portion := range portions[kind] {
			rest[member] = rest[member].Sub(portion)
		}
	}
	portions[kindCount-1] = rest
	return portions
}
