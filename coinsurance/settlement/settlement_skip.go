package settlement

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// SkipReason is why a run leaves an item out.
type SkipReason string

// The closed list of reasons.
const (
	SkippedHeld        SkipReason = "held"          // a query holds it
	SkippedUnconfirmed SkipReason = "not_confirmed" // one of the two members has not confirmed
	SkippedTaken       SkipReason = "taken"         // another run has taken it late
)

// Exception is an item of a statement that its run leaves out, and why. Rows are never changed: whether a later run has
// taken the item is said beside.
type Exception struct {
	Policy string       `bun:"policy"   json:"policy"`
	Claim  string       `bun:"claim"    json:"claim,omitempty"`
	Group  Group        `bun:"grp"      json:"group"`
	A      string       `bun:"a"        json:"a"`
	B      string       `bun:"b"        json:"b"`
	AOwes  money.Amount `bun:"a_owes"   json:"a_owes"`
	BOwes  money.Amount `bun:"b_owes"   json:"b_owes"`
	Why    SkipReason   `bun:"why"      json:"why"`
	Taker  int          `bun:"taker"    json:"taker,omitempty"` // the run that takes it; 0 for none
}

// exceptionPage asks for the exceptions of a run after one of them, in the order of their key.
type exceptionPage struct {
	Pool          string
	Number        int
	Policy, Claim string
	Grp           Group
	A, B          string
	Member        string // of which they are to be; "" for all
	Limit         int
}

var exceptionsOf = pg.Select[Exception, exceptionPage](files, "ExceptionsOf")

// At is the cursor of this exception.
func (e *Exception) At() ItemCursor { return ItemCursor{e.Policy, e.Claim, e.Group, e.A, e.B} }

// ViewExceptions lists a page of what a run leaves out, by policy, claim, group and members: to a member its own. It
// refuses as ViewSettlement does.
func ViewExceptions(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, number int, after ItemCursor, limit int,
) ([]Exception, error) {
	run, err := runOf(ctx, handle, by, pool, number)
	if err != nil {
		return nil, err
	}
	member, _ := onlyOf(by) // it was asked before
	place := Exception{Policy: after.Policy, Claim: after.Claim, Group: after.Group, A: after.A, B: after.B}
	return Exceptions(ctx, handle, &run.Settlement, member, place, min(max(limit, 1), ItemMax))
}

// Exceptions lists at most so many items that a run leaves out, after one of them; the zero Exception comes before all.
// A member is named to see only its own.
func Exceptions(
	ctx context.Context, handle bun.IDB, run *Settlement, member string, after Exception, limit int,
) ([]Exception, error) {
	return pg.Listed[Exception](ctx, handle, exceptionsOf.With(exceptionPage{
		Pool: run.Pool, Number: run.Number, Policy: after.Policy, Claim: after.Claim, Grp: after.Group, A: after.A,
		B: after.B, Member: member, Limit: limit,
	}))
}
