package settlement

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// clearing brings the items of one run to zero 轧差清算: those of an order when it is executed, the rest when the run
// completes. With multilateral netting all items wait for all orders. What comes back is stood up again the same way.
type clearing struct {
	period    ledger.Period
	run       *Settlement
	by        access.Principal
	effective calendar.Date
	recorded  time.Time

	pass   authority.Pass
	number int        // of the run's last journal of clearing
	undone OrderState // where an order stands again whose payment was a mistake; "" where the money came back
}

// Cleared is a journal that brought items of a run to zero, or stood them up again.
type Cleared struct {
	bun.BaseModel `bun:"table:settlement_clearing"`

	Pool       string    `bun:"pool,pk"       json:"-"`
	Settlement int       `bun:"settlement,pk" json:"-"`
	Number     int       `bun:"number,pk"     json:"number"`
	Journal    uuid.UUID `bun:"journal"       json:"journal"`
	Items      int       `bun:"items"         json:"items"`
	Restores   bool      `bun:"restores"      json:"restores"`

	// Of each member in the journal, what was settled of it: positive when it received.
	Recorded time.Time `bun:"recorded"      json:"-"`
	Members  []string  `bun:"members,array" json:"-"`
	Settled  []int64   `bun:"settled,array" json:"-"` // fen
}

// take counts an item in, and what it settles of its two members.
func (c *Cleared) take(item *Item) {
	c.Items++
	net := item.AOwes.Sub(item.BOwes).Fen()
	if c.Restores {
		net = -net
	}
	c.add(item.A, -net)
	c.add(item.B, net)
}

func (c *Cleared) add(member string, settled int64) {
	at := slices.Index(c.Members, member)
	if at < 0 {
		at, c.Members, c.Settled = len(c.Members), append(c.Members, member), append(c.Settled, 0)
	}
	c.Settled[at] += settled
}

const (
	// postingsMax bounds a journal of clearing, and with it the event.
	postingsMax = 1000
	// itemPostings are those of one item at most: two mirrored pairs.
	itemPostings = 4
	// pageMax are the items that are read at once, so that memory stays flat however long a run is.
	pageMax = 16_000
)

var clearingNumber = pg.SQL[settlementKey](files, "ClearingNumber")

// newClearing begins where the run's last journal of clearing ended.
func newClearing(
	ctx context.Context, tx *pg.Tx, known *onSettlement, run *Settlement, by access.Principal,
	effective calendar.Date, pass authority.Pass,
) (*clearing, error) {
	c := &clearing{
		period: known.period, run: run, by: by, effective: effective, recorded: run.Recorded, pass: pass,
	}
	if effective.IsZero() {
		c.effective = calendar.DateOf(run.Recorded)
	}
	if err := spacious(ctx, tx); err != nil {
		return c, err
	}
	return c, clearingNumber.With(settlementKey{run.Pool, run.Number}).Row(ctx, tx, &c.number)
}

// scope are the items of a run that some orders stand for, or all others.
type scope struct {
	Rings, Payers, Payees []string
	Others                bool // those that no order of the list stands for
}

func scopeOf(orders []PaymentOrder) scope {
	of := scope{Rings: []string{}, Payers: []string{}, Payees: []string{}}
	for i := range orders {
		of.Rings = append(of.Rings, orders[i].Ring)
		of.Payers, of.Payees = append(of.Payers, orders[i].Payer), append(of.Payees, orders[i].Payee)
	}
	return of
}

// itemPage asks for the items of a run after one of them, in the order of their key.
type itemPage struct {
	Pool                  string
	Number, Statement     int // of the run, and of the statement that is read; late items of all statements where it is 0
	Policy, Claim         string
	Grp                   Group
	A, B                  string
	Rings, Payers, Payees []string
	Directed, Others      bool // Directed: an order stands only for the items in which its payer is the debtor
	Limit                 int
}

var (
	ownItems  = pg.Select[Item, itemPage](files, "OwnItems")
	lateItems = pg.Select[Item, itemPage](files, "LateItems")
)

// clear brings the items of a scope to zero; restores stands them up again.
func (c *clearing) clear(ctx context.Context, tx *pg.Tx, of scope, restores bool) error {
	page := itemPage{
		Pool: c.run.Pool, Number: c.run.Number, Statement: c.run.Statement, Rings: of.Rings, Payers: of.Payers,
		Payees: of.Payees, Directed: c.run.Netting == coinsurance.NettingNone, Others: of.Others, Limit: pageMax,
	}
	for _, items := range [...]pg.Statement[itemPage]{ownItems, lateItems} {
		page.Policy, page.Claim, page.Grp, page.A, page.B = "", "", AnyGroup, "", ""
		for {
			found, err := pg.Listed[Item](ctx, tx, items.With(page))
			if err != nil {
				return err
			}
			if err := c.write(ctx, tx, found, restores); err != nil {
				return err
			}
			if len(found) < pageMax {
				break
			}
			last := found[len(found)-1]
			page.Statement, page.Policy, page.Claim = last.Statement, last.Policy, last.Claim
			page.Grp, page.A, page.B = last.Group, last.A, last.B
		}
		page.Statement = 0
	}
	return nil
}

// write posts and announces items, in journals of at most so many postings.
func (c *clearing) write(ctx context.Context, tx *pg.Tx, items []Item, restores bool) error {
	var journals []ledger.Journal
	var rows []Cleared
	for len(items) > 0 {
		c.number++
		row := Cleared{
			Pool: c.run.Pool, Settlement: c.run.Number, Number: c.number, Journal: fact.NewID(c.recorded), Restores: restores,
			Recorded: c.recorded,
		}
		postings := ledger.NewJournalBuilder(min(postingsMax, itemPostings*len(items)))
		for len(items) > 0 && len(postings.Postings())+itemPostings <= postingsMax {
			postItem(postings, &items[0], restores)
			row.take(&items[0])
			items = items[1:]
		}
		journal := ledger.Journal{
			Pool: c.run.Pool, ID: row.Journal, Kind: EventItemsCleared, Effective: c.effective,
			Recorded: c.recorded, By: c.by.Subject, Pass: c.pass, Postings: postings.Postings(),
		}
		if restores {
			journal.Kind = EventItemsRestored
		}
		journals, rows = append(journals, journal), append(rows, row)
	}
	posted, err := ledger.PostAll(ctx, tx, c.period, journals)
	if err != nil || len(journals) == 0 {
		return err
	}
	facts := make([]fact.Fact, len(journals))
	for i := range journals {
		facts[i] = c.fact(&journals[i], &posted[i], &rows[i])
	}
	if err := pg.CopyRows(ctx, tx, rows); err != nil {
		return err
	}
	return outbox.AppendAll(ctx, tx, facts)
}

var executed = pg.ColumnsOf[PaymentOrder]("executed", "state", "attempt", "version", "recorded")

// pay writes down that an amount of an order was paid, or came back where it is below zero.
func (c *clearing) pay(ctx context.Context, tx *pg.Tx, order *PaymentOrder, amount money.Amount) error {
	*order = *order.next(c.recorded)
	order.Executed = order.Executed.Add(amount)
	kind := EventOrderPaid
	if amount.IsNegative() {
		kind = EventOrderReturned
	}
	switch {
	case c.run.unwinds() && !order.opposite():
		order.State = OrderVoid
	case amount.IsNegative() && c.undone != "":
		order.State = c.undone
	case amount.IsNegative():
		order.State = OrderReturned
		order.Attempt++
	case order.left().IsZero():
		order.State = OrderExecuted
	default:
		order.State = OrderPartPaid
	}
	var journal ledger.JournalBuilder
	postCash(&journal, order, amount, c.run.AgreementVersion)
	announced := orderFact(kind, order, c.by)
	announced.ID, announced.Effective, announced.Recorded = fact.NewID(c.recorded), c.effective, c.recorded
	posted, err := ledger.Post(ctx, tx, c.period, ledger.Journal{
		Pool: c.run.Pool, ID: announced.ID, Kind: kind, Effective: c.effective, Recorded: c.recorded,
		By: c.by.Subject, Pass: c.pass, Postings: journal.Postings(),
	})
	if err != nil {
		return err
	}
	pg.Update(tx, order, executed)
	pg.Insert(tx, order.movement(announced.ID, c.effective, amount))
	announced.Journal = posted.Seal()
	announced.Data = OrderPaid{OrderData: orderData(order), Paid: amount}
	announced.Sections = sectionsOf(posted.Lines, order.Payer, order.Payee)
	return announce(ctx, tx, announced)
}

// fact announces a journal of clearing.
func (c *clearing) fact(journal *ledger.Journal, posted *ledger.Posted, row *Cleared) fact.Fact {
	return fact.Fact{
		ID: journal.ID, Pool: journal.Pool, Type: journal.Kind, Subject: "clearing/" + c.run.subject(),
		SubjectVersion: int64(row.Number), Effective: c.effective, Recorded: c.recorded, By: c.by, Audience: fact.Sections,
		AgreementVersion: c.run.AgreementVersion, Journal: posted.Seal(), Sections: sectionsOf(posted.Lines),
		Data: ItemsCleared{Settlement: c.run.Number, Number: row.Number, Items: row.Items},
	}
}
