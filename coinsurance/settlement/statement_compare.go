package settlement

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// ComparisonKind says with which earlier statement one is compared.
type ComparisonKind string

// The earlier statements. Where none is named it is the issue before, or else what the member confirmed last.
const (
	AgainstIssue     ComparisonKind = "issue"     // the issue of the same period before
	AgainstConfirmed ComparisonKind = "confirmed" // the statement that the member confirmed last
)

// CompareStatement asks what is new, gone and changed on a statement against an earlier one 差异对照.
type CompareStatement struct {
	Pool    string
	Period  string
	Member  string // whose items; all when left out, and to a member always its own
	Against ComparisonKind
	After   ItemCursor
	Limit   int
}

// Comparison is a page of the difference between two statements.
type Comparison struct {
	Statement string `json:"statement"` // period and issue
	Against   string `json:"against"`   // those of the earlier one

	Totals *ComparisonTotals `json:"totals,omitempty"` // with the first page
	Items  []ItemChange      `json:"items"`
}

// ChangeKind is what became of an item.
type ChangeKind string

// What may become of an item.
const (
	ItemNew     ChangeKind = "new"
	ItemGone    ChangeKind = "gone" // with the earlier statement, which was cancelled
	ItemChanged ChangeKind = "changed"
	// Where the earlier statement stands, what is on it alone has not gone.
	ItemSettled  ChangeKind = "settled"  // a run of settlement has taken it
	ItemStanding ChangeKind = "standing" // it is still to be settled there
)

// ItemChange is an item that is on one of two statements and not, or otherwise, on the other.
type ItemChange struct {
	Change ChangeKind   `json:"change"`
	Policy string       `json:"policy"`
	Claim  string       `json:"claim,omitempty"`
	Group  Group        `json:"group"`
	A      string       `json:"a"`
	B      string       `json:"b"`
	AOwed  money.Amount `json:"a_owed"` // on the earlier statement
	BOwed  money.Amount `json:"b_owed"`
	AOwes  money.Amount `json:"a_owes"`
	BOwes  money.Amount `json:"b_owes"`
	// Difference is what A owes B more than before, net.
	Difference money.Amount  `json:"difference"`
	Currency   string        `json:"currency"`
	Why        []string      `json:"why"` // types of the events
	Events     []ChangeEvent `json:"events"`
}

// At is the cursor of this item.
func (c *ItemChange) At() ItemCursor { return ItemCursor{c.Policy, c.Claim, c.Group, c.A, c.B} }

// ChangeEvent is an event of which one of the statements took something in and the other did not.
type ChangeEvent struct {
	Event      uuid.UUID     `json:"event"`
	Type       string        `json:"type"`
	Effective  calendar.Date `json:"effective"`
	Recorded   time.Time     `json:"recorded"`
	Difference money.Amount  `json:"difference"` // its part in that of the item
}

// comparedItem is an item as the two statements have it.
type comparedItem struct {
	Policy   string       `bun:"policy"`
	Claim    string       `bun:"claim"`
	Group    Group        `bun:"grp"`
	A        string       `bun:"a"`
	B        string       `bun:"b"`
	Currency string       `bun:"currency"`
	Was      bool         `bun:"was"`
	Is       bool         `bun:"is_there"`
	AOwed    money.Amount `bun:"a_owed"`
	BOwed    money.Amount `bun:"b_owed"`
	AOwes    money.Amount `bun:"a_owes"`
	BOwes    money.Amount `bun:"b_owes"`
	Stands   bool         `bun:"stands"` // on the earlier statement
	Settled  bool         `bun:"settled"`
}

// behindChange is what an event did to what A owes B of a stream.
type behindChange struct {
	Policy     string        `bun:"policy"`
	Claim      string        `bun:"claim"`
	A          string        `bun:"a"`
	B          string        `bun:"b"`
	Stream     ledger.Stream `bun:"stream"`
	Type       string        `bun:"type"`
	Event      uuid.UUID     `bun:"event"`
	Effective  calendar.Date `bun:"effective"`
	Recorded   time.Time     `bun:"recorded"`
	Difference money.Amount  `bun:"difference"`
}

type (
	confirmedArgs struct {
		Pool, Member string
		Number       int
	}
	compareArgs struct {
		Pool, Member            string
		Statement, Earlier      int
		AfterPolicy, AfterClaim string
		AfterGrp                Group
		AfterA, AfterB          string
		Most                    int
	}
	behindArgs struct {
		Pool                     string
		Policies, Claims, As, Bs []string
		Cut, CutEarlier          time.Time
		Ends, EndsEarlier        calendar.Date
		Cuts, CutsEarlier        []time.Time
		EndsBefore               []string
		EndsBeforeEarlier        []string
	}
)

var (
	confirmedLast = pg.Select[Statement, confirmedArgs](files, "ConfirmedLast")
	itemsCompared = pg.Select[comparedItem, compareArgs](files, "ItemsCompared")
	eventsBehind  = pg.Select[behindChange, behindArgs](files, "EventsBehind")
)

// reference names a statement by its period and issue.
func (s *Statement) reference() string { return s.Period + "/" + strconv.Itoa(s.Issue) }

// ViewComparison compares the statement that stands for a period with an earlier one, item by item, with the events
// behind each difference: to a member its own items. It refuses as ViewStatement does, and with
// coinsurance.earlier_statement_not_found.
func ViewComparison(
	ctx context.Context, handle bun.IDB, by access.Principal, asked CompareStatement,
) (*Comparison, error) {
	view, err := ViewStatement(ctx, handle, by, asked.Pool, asked.Period, 0)
	if err != nil {
		return nil, err
	}
	own, _ := onlyOf(by) // it was asked before
	if own != "" {
		asked.Member = own
	}
	all, err := Statements(ctx, handle, asked.Pool)
	if err != nil {
		return nil, err
	}
	earlier, err := asked.earlier(ctx, handle, all, &view.Statement, own != "")
	if err != nil {
		return nil, err
	}
	items, err := pg.Listed[comparedItem](ctx, handle, itemsCompared.With(compareArgs{
		Pool: asked.Pool, Member: asked.Member, Statement: view.Number, Earlier: earlier.Number,
		AfterPolicy: asked.After.Policy, AfterClaim: asked.After.Claim, AfterGrp: asked.After.Group, AfterA: asked.After.A,
		AfterB: asked.After.B, Most: min(max(asked.Limit, 1), ItemMax),
	}))
	if err != nil {
		return nil, err
	}
	comparison := &Comparison{Statement: view.reference(), Against: earlier.reference(), Items: changesOf(items)}
	if asked.After == (ItemCursor{}) {
		comparison.Totals, err = totalsCompared(ctx, handle, asked.Pool, asked.Member, view.Number, earlier.Number)
		if err != nil {
			return nil, err
		}
	}
	return comparison, comparison.explain(ctx, handle, asked.Pool, extentOf(all, &view.Statement), extentOf(all, earlier))
}

// earlier is the statement to compare with. A member is shown none that was not issued to it.
func (c CompareStatement) earlier(
	ctx context.Context, handle bun.IDB, all []Statement, statement *Statement, issuedOnly bool,
) (*Statement, error) {
	if c.Against != AgainstConfirmed {
		for _, other := range slices.Backward(all) {
			if other.Period == statement.Period && other.Number < statement.Number && (!issuedOnly || other.Issued != nil) {
				return &other, nil
			}
		}
	}
	if c.Against != AgainstIssue && c.Member != "" {
		found, err := pg.Found[Statement](ctx, handle, confirmedLast.With(confirmedArgs{c.Pool, c.Member, statement.Number}))
		if err != nil || found != nil {
			return found, err
		}
		return nil, ErrEarlierNotFound.Case(fault.Args{"member": c.Member, "period": c.Period})
	}
	return nil, ErrEarlierNotFound.Case(fault.Args{"period": c.Period})
}

func changesOf(items []comparedItem) []ItemChange {
	changes := make([]ItemChange, 0, len(items))
	for _, item := range items {
		change := ItemChanged
		switch {
		case !item.Was:
			change = ItemNew
		case item.Is:
		case item.Settled:
			change = ItemSettled
		case item.Stands:
			change = ItemStanding
		default:
			change = ItemGone
		}
		changes = append(changes, ItemChange{
			Change: change, Policy: item.Policy, Claim: item.Claim, Group: item.Group, A: item.A, B: item.B,
			Currency: item.Currency, AOwed: item.AOwed, BOwed: item.BOwed, AOwes: item.AOwes, BOwes: item.BOwes,
			Difference: item.AOwes.Sub(item.BOwes).Sub(item.AOwed.Sub(item.BOwed)), Why: []string{}, Events: []ChangeEvent{},
		})
	}
	return changes
}

// explain adds to each item the events behind its difference.
func (c *Comparison) explain(ctx context.Context, handle bun.IDB, pool string, is, was extent) error {
	args := behindArgs{
		Pool: pool, Cut: is.cut, CutEarlier: was.cut, Ends: is.ends, EndsEarlier: was.ends, Cuts: is.before.Cuts,
		CutsEarlier: was.before.Cuts, EndsBefore: is.before.EndsBefore, EndsBeforeEarlier: was.before.EndsBefore,
		Policies: []string{}, Claims: []string{}, As: []string{}, Bs: []string{},
	}
	at, asked := map[ItemCursor]int{}, map[ItemCursor]bool{}
	for i := range c.Items {
		key := c.Items[i].At()
		at[key] = i
		key.Group = AnyGroup // the groups of a subject and pair are read at once
		if !asked[key] {
			asked[key] = true
			args.Policies, args.Claims = append(args.Policies, key.Policy), append(args.Claims, key.Claim)
			args.As, args.Bs = append(args.As, key.A), append(args.Bs, key.B)
		}
	}
	return pg.Each(ctx, handle, eventsBehind.With(args), func(behind *behindChange) error {
		i, of := at[ItemCursor{behind.Policy, behind.Claim, groupOf(behind.Stream), behind.A, behind.B}]
		if of {
			c.Items[i].because(behind)
		}
		return nil
	})
}

// because adds what an event did; what it did to several streams of the item is one.
func (c *ItemChange) because(behind *behindChange) {
	if n := len(c.Events); n > 0 && c.Events[n-1].Event == behind.Event && c.Events[n-1].Effective == behind.Effective {
		c.Events[n-1].Difference = c.Events[n-1].Difference.Add(behind.Difference)
		return
	}
	c.Events = append(c.Events, ChangeEvent{
		Event: behind.Event, Type: behind.Type, Effective: behind.Effective, Recorded: behind.Recorded,
		Difference: behind.Difference,
	})
	if !slices.Contains(c.Why, behind.Type) {
		c.Why = append(c.Why, behind.Type)
	}
}
