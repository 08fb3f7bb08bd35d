package insurance

import (
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ItemKind is what an item of premium is.
type ItemKind string

// Kinds of item.
const (
	ItemPremium       ItemKind = "premium"       // the original premium, or an endorsement
	ItemCancellation  ItemKind = "cancellation"  // its amount is what was returned, negative
	ItemReinstatement ItemKind = "reinstatement" // its amount is what was returned before, positive
)

// PremiumItem is a part of a policy's premium to date. The original premium and each endorsement are earned evenly by
// day from their first day to the policy's end; a cancellation takes away, and its reinstatement gives back.
type PremiumItem struct {
	bun.BaseModel `bun:"table:premium_item"`

	Pool        string         `bun:"pool,pk"`
	Policy      string         `bun:"policy,pk"`
	Kind        ItemKind       `bun:"kind,pk"`
	Endorsement string         `bun:"endorsement,pk"` // "" for the original premium; of a turn, the policy's version
	Amount      money.Amount   `bun:"amount"`
	EarnedFrom  calendar.Date  `bun:"earned_from"` // of a cancellation and its reinstatement: the day it took effect
	Period      calendar.Month `bun:"period"`      // accounting month in which it was posted; zero while it is not
	Recorded    time.Time      `bun:"recorded"`
}

// item is a part of the policy's premium as it stands after an event.
func (p *Policy) item(kind ItemKind, endorsement string, amount money.Amount, from calendar.Date) PremiumItem {
	return PremiumItem{
		Pool: p.Pool, Policy: p.Number, Kind: kind, Endorsement: endorsement, Amount: amount, EarnedFrom: from,
		Recorded: p.Recorded,
	}
}

// originalItem is the premium as quoted, earned from the first day on.
func (p *Policy) originalItem() PremiumItem {
	item := p.item(ItemPremium, "", p.Premium, p.Starts)
	item.Period = p.OnRiskPeriod
	return item
}

// turnItem is the item of a cancellation or a reinstatement; the policy's version counts them.
func (p *Policy) turnItem(kind ItemKind, amount money.Amount, from calendar.Date) PremiumItem {
	return p.item(kind, strconv.FormatInt(p.Version, 10), amount, from)
}

// postedWith gives the items that were posted when the policy went on risk the month of that.
func postedWith(policy *Policy, items []PremiumItem) []PremiumItem {
	for i := range items {
		if items[i].Period.IsZero() {
			items[i].Period = policy.OnRiskPeriod
		}
	}
	return items
}

// Statements on items of premium.
var (
	itemsOf         = pg.Select[PremiumItem, policyKey](files, "ItemsOf")
	itemsOfPolicies = pg.Select[PremiumItem, policiesKey](files, "ItemsOfPolicies")
)
