package settlement

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ItemMax is the most items that one page lists.
const ItemMax = 500

// ItemState is an item of a statement with where it stands.
type ItemState struct {
	Policy     string       `bun:"policy"     json:"policy"`
	Claim      string       `bun:"claim"      json:"claim,omitempty"`
	Group      Group        `bun:"grp"        json:"group"`
	A          string       `bun:"a"          json:"a"`
	B          string       `bun:"b"          json:"b"`
	AOwes      money.Amount `bun:"a_owes"     json:"a_owes"`
	BOwes      money.Amount `bun:"b_owes"     json:"b_owes"`
	Currency   string       `bun:"currency"   json:"currency"`
	Held       bool         `bun:"held"       json:"held"`                 // by a query
	Settlement *int         `bun:"settlement" json:"settlement,omitempty"` // that takes it, once it is approved
}

// ItemFilter says which items of a statement are listed; what is left empty does not count.
type ItemFilter struct {
	Member, Counterparty, Policy, Claim string

	Group Group
	Held  bool // only those that a query holds
	After ItemCursor
	Limit int
}

// ItemCursor is the item at which a page ended.
type ItemCursor struct {
	Policy string `json:"policy"`
	Claim  string `json:"claim"`
	Group  Group  `json:"group"`
	A      string `json:"a"`
	B      string `json:"b"`
}

// At is the cursor of this item.
func (i *ItemState) At() ItemCursor { return ItemCursor{i.Policy, i.Claim, i.Group, i.A, i.B} }

type itemArgs struct {
	Pool      string
	Statement int

	Own, Member, Counterparty, Policy, Claim string

	Grp  Group
	Held bool

	AfterPolicy, AfterClaim string
	AfterGrp                Group
	AfterA, AfterB          string
	Most                    int
}

var itemStates = pg.Select[ItemState, itemArgs](files, "ItemStates")

// ViewItems lists a page of the items of the statement that stands for a period, by policy, claim, group and members:
// to a member its own. It refuses as ViewStatement does.
func ViewItems(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, period string, filter ItemFilter,
) ([]ItemState, error) {
	own, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	statement, err := StatementOf(ctx, handle, pool, period)
	if err != nil {
		return nil, err
	}
	if own != "" && statement.Issued == nil {
		return nil, notDrawn(pool, period)
	}
	if own != "" {
		if view, err := statement.seenBy(ctx, handle, own); err != nil || view == nil {
			return nil, notFound(err, pool, period, 0)
		}
	}
	return pg.Listed[ItemState](ctx, handle, itemStates.With(itemArgs{
		Pool: pool, Statement: statement.Number, Own: own, Member: filter.Member, Counterparty: filter.Counterparty,
		Policy: filter.Policy, Claim: filter.Claim, Grp: filter.Group, Held: filter.Held,
		AfterPolicy: filter.After.Policy, AfterClaim: filter.After.Claim, AfterGrp: filter.After.Group,
		AfterA: filter.After.A, AfterB: filter.After.B, Most: min(max(filter.Limit, 1), ItemMax),
	}))
}
