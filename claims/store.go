package claims

import (
	"fmt"
	"strings"
	"sync"

	"gongbao/insurance"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// columns are how a claim is kept. What never changes stands first.
var columns = []struct {
	name  string
	value func(*Claim) any
}{
	{"pool", func(c *Claim) any { return c.Pool }},
	{"number", func(c *Claim) any { return c.Number }},
	{"policy", func(c *Claim) any { return c.Policy }},
	{"loss_day", func(c *Claim) any { return c.LossDay.SQL() }},
	{"filed", func(c *Claim) any { return c.Filed.SQL() }},
	{"agreement_version", func(c *Claim) any { return c.AgreementVersion }},

	{"papers", func(c *Claim) any { return c.DocumentsCompleteOn.SQL() }},
	{"state", func(c *Claim) any { return string(c.Status) }},
	{"reason", func(c *Claim) any { return c.Reason }},
	{"ground", func(c *Claim) any { return c.Ground }},
	{"calculated", func(c *Claim) any { return c.Calculated }},
	{"payable", func(c *Claim) any { return fenOrNil(c.Payable) }},
	{"ex_gratia", func(c *Claim) any { return c.ExGratia.Fen() }},
	{"injury", func(c *Claim) any { return c.Injury.Fen() }},
	{"assessed_by", func(c *Claim) any { return c.AssessedBy }},
	{"loss", func(c *Claim) any { return fenOrNil(c.Loss) }},
	{"estimate_indemnity", func(c *Claim) any { return c.EstimateIndemnity.Fen() }},
	{"estimate_expense", func(c *Claim) any { return c.EstimateExpense.Fen() }},
	{"approved_indemnity", func(c *Claim) any { return c.ApprovedIndemnity.Fen() }},
	{"approved_expense", func(c *Claim) any { return c.ApprovedExpense.Fen() }},
	{"paid_indemnity", func(c *Claim) any { return c.PaidIndemnity.Fen() }},
	{"paid_expense", func(c *Claim) any { return c.PaidExpense.Fen() }},
	{"paid_adjuster", func(c *Claim) any { return c.PaidAdjuster.Fen() }},
	{"paid_expert", func(c *Claim) any { return c.PaidExpert.Fen() }},
	{"paid_legal", func(c *Claim) any { return c.PaidLegal.Fen() }},
	{"payments", func(c *Claim) any { return c.Payments }},
	{"recovery", func(c *Claim) any { return c.Recovery.Fen() }},
	{"salvage", func(c *Claim) any { return c.Salvage.Fen() }},
	{"approved", func(c *Claim) any { return c.ApprovedOn.SQL() }},
	{"refused", func(c *Claim) any { return c.RefusedOn.SQL() }},
	{"major", func(c *Claim) any { return c.MajorOn.SQL() }},
	{"noticed", func(c *Claim) any { return c.Noticed }},
	{"called", func(c *Claim) any { return c.Called }},
	{"surveyed", func(c *Claim) any { return c.Surveyed }},
	{"emergency", func(c *Claim) any { return c.Emergency }},
	{"occurrence", func(c *Claim) any { return c.Occurrence }},
	{"leader", func(c *Claim) any { return c.Leader }},
	{"servicer", func(c *Claim) any { return c.Servicer }},
	{"conflicts", func(c *Claim) any { return append([]string{}, c.Conflicts...) }},
	{"second_lead", func(c *Claim) any { return c.SecondLead }},
	{"second_agreed", func(c *Claim) any { return c.SecondAgreed.Fen() }},
	{"rescindable", func(c *Claim) any { return c.Rescindable }},
	{"notices", func(c *Claim) any { return c.Notices }},
	{"version", func(c *Claim) any { return c.Version }},
	{"recorded", func(c *Claim) any { return c.Recorded }},
}

const columnsFixed = 6 // the first columns never change

// upsertClaim writes all columns of a new claim, and those that may change of one that is there.
var upsertClaim = sync.OnceValue(func() string {
	var names, marks, changes []string
	for i, column := range columns {
		names, marks = append(names, column.name), append(marks, fmt.Sprintf("$%d", i+1))
		if i >= columnsFixed {
			changes = append(changes, fmt.Sprintf("%s = $%d", column.name, i+1))
		}
	}
	return "INSERT INTO claim (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") +
		") ON CONFLICT (pool, number) DO UPDATE SET " + strings.Join(changes, ", ")
})

// write queues the claim with what belongs to it, and what insurance must know of it.
func (h *held) write(tx *pg.Tx, c *Claim) {
	values := make([]any, len(columns))
	for i, column := range columns {
		values[i] = column.value(c)
	}
	tx.Queue(upsertClaim(), values...)
	insurance.NoteClaim(tx, noteOf(c))
	if h.payment != nil {
		h.payment.record(tx)
	}
	h.writeSheet(tx, c)
	for _, call := range h.calls {
		tx.Queue(`INSERT INTO claim_call (pool, claim, member, paid, interest, base_paid, base_portion, base_used,
				base_left)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (pool, claim, member) DO UPDATE SET paid = $4, interest = $5, base_paid = $6, base_portion = $7,
				base_used = $8, base_left = $9`,
			c.Pool, c.Number, call.Member, call.Paid.Fen(), call.Interest.Fen(), call.BasePaid.Fen(),
			call.BasePortion.Fen(), call.BaseUsed.Fen(), call.BaseLeft.Fen())
	}
	h.writeNotices(tx, c)
	h.writeQueries(tx, c)
	h.dial.write(tx, c)
}

// noteOf is what insurance must know of a claim before it gives premium back.
func noteOf(c *Claim) insurance.ClaimNote {
	return insurance.ClaimNote{
		Pool: c.Pool, Policy: c.Policy, Claim: c.Number, LossDay: c.LossDay, Open: !c.Ended(), Paid: c.paid(), Used: c.used(),
	}
}

func fenOrNil(amount *money.Amount) any {
	if amount == nil {
		return nil
	}
	return amount.Fen()
}
