package cashcall

import (
	"github.com/uptrace/bun"

	"gongbao/internal/money"
)

// CashCall is what a member paid towards a claim's cash calls.
type CashCall struct {
	bun.BaseModel `bun:"table:claim_cash_call"`

	Pool        string       `bun:"pool,pk"      json:"-"`
	Claim       string       `bun:"claim,pk"     json:"-"`
	Member      string       `bun:"member,pk"    json:"member"`
	Paid        money.Amount `bun:"paid"         json:"paid"`
	Interest    money.Amount `bun:"interest"     json:"interest"` // for late payment, to date
	BasePaid    money.Amount `bun:"base_paid"    json:"-"`        // as the last closing left it
	BasePortion money.Amount `bun:"base_portion" json:"-"`
	BaseUsed    money.Amount `bun:"base_used"    json:"-"`
	BaseLeft    money.Amount `bun:"base_left"    json:"-"`
}

// Used is how much of the call has been consumed by the member's portion of what was paid on the claim, and how much
// was left over when the claim ended. A reopening does not call back what was consumed; it counts afresh.
func (c *CashCall) Used(portion money.Amount, ended bool) (against, left money.Amount) {
	since := money.Min(c.Paid.Sub(c.BasePaid), money.Max(money.Amount{}, portion.Sub(c.BasePortion)))
	against, left = c.BaseUsed.Add(since), c.BaseLeft
	if ended {
		left = c.Paid.Sub(against)
	}
	return against, left
}

// Rebase remembers where a closing left the call.
func (c *CashCall) Rebase(portion money.Amount) {
	against, left := c.Used(portion, true)
	c.BasePaid, c.BasePortion, c.BaseUsed, c.BaseLeft = c.Paid, portion, against, left
}
