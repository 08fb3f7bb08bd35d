package settlement

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// OrderCheck is the three-way check of one order 三方核对: what was expected, what the payer's bank says, what the payee's
// bank says, and what stands in the book.
type OrderCheck struct {
	Order    string       `json:"order"`
	Payer    string       `json:"payer"`
	Payee    string       `json:"payee"`
	Expected money.Amount `json:"expected"`
	Debited  money.Amount `json:"debited"`  // from the payer, less what came back
	Credited money.Amount `json:"credited"` // to the payee, less what came back
	Booked   money.Amount `json:"booked"`
	Open     money.Amount `json:"open"` // expected, not booked
	State    OrderState   `json:"state"`
	Agrees   CheckState   `json:"agrees"`
}

// CheckState says whether the sides of a check say the same.
type CheckState string

// Whether they do.
const (
	CheckAgrees  CheckState = "yes"     // all four are the same
	CheckDiffers CheckState = "no"      // one says another amount, or a person's word alone was taken
	CheckAwaited CheckState = "not_yet" // nobody has said that anything of it was paid
)

// CheckPayments compares every order of a pool that a principal may see with what banks say: a member its own orders.
func CheckPayments(ctx context.Context, db bun.IDB, by access.Principal, pool string) ([]OrderCheck, error) {
	orders, of, err := allocated(ctx, db, pool)
	if err != nil {
		return nil, err
	}
	checks := []OrderCheck{}
	for i := range orders {
		if order := &orders[i]; by.MayRead(order.Payer) || by.MayRead(order.Payee) {
			checks = append(checks, checkOf(order, of[order.ID]))
		}
	}
	return checks, nil
}

// allocated are the orders of a pool, with the allocations of each.
func allocated(ctx context.Context, db bun.IDB, pool string) ([]PaymentOrder, map[string][]Match, error) {
	var reads pg.Reads
	var orders []PaymentOrder
	var matches []Match
	pg.ListIn(&reads, ordersOfPool.With(ofPool{pool}), &orders)
	pg.ListIn(&reads, matchesOfPool.With(ofPool{pool}), &matches)
	err := reads.Run(ctx, db)
	of := map[string][]Match{}
	for _, match := range matches {
		of[match.Order] = append(of[match.Order], match)
	}
	return orders, of, err
}

func checkOf(order *PaymentOrder, matches []Match) OrderCheck {
	check := OrderCheck{
		Order: order.ID, Payer: order.Payer, Payee: order.Payee, Expected: order.Amount, Booked: order.Executed,
		Open: order.left(), State: order.State,
	}
	if order.State == OrderVoid {
		check.Expected, check.Open = order.Executed, order.Amount.Like(0)
	}
	for _, s := range attemptsIn(matches) {
		check.Debited = check.Debited.Add(s.debit).Sub(s.debitBack)
		check.Credited = check.Credited.Add(s.credit).Sub(s.creditBack)
	}
	check.Agrees = check.state()
	return check
}

func (c *OrderCheck) state() CheckState {
	switch banksAgree := c.Debited == c.Booked && c.Credited == c.Booked; {
	case banksAgree && c.Expected == c.Booked:
		return CheckAgrees
	case banksAgree && c.Booked.IsZero():
		return CheckAwaited
	}
	return CheckDiffers
}

// Proposal is an order that an open entry may pay: the only one of that amount between the two members.
type Proposal struct {
	Account string       `json:"account"`
	Key     string       `json:"key"`
	Pool    string       `json:"pool"`
	Order   string       `json:"order"`
	Amount  money.Amount `json:"amount"`
}

// Proposals are what a person may allocate in a pool; nothing is done by them.
func Proposals(ctx context.Context, db bun.IDB, by access.Principal, pool string) ([]Proposal, error) {
	if err := mayKeepPayments(by); err != nil {
		return nil, err
	}
	open, err := openEntries(ctx, db, entriesAsked{Every: true, Accounts: []string{}, OpenOnly: true, Most: EntriesMax})
	if err != nil {
		return nil, err
	}
	orders, of, err := allocated(ctx, db, pool)
	if err != nil {
		return nil, err
	}
	banks, err := banksOf(ctx, db, orders)
	if err != nil {
		return nil, err
	}
	proposals := []Proposal{}
	for i := range open {
		if order := propose(&open[i], orders, of, banks); order != nil {
			proposals = append(proposals, Proposal{
				Account: open[i].Account, Key: open[i].Key, Pool: pool, Order: order.ID, Amount: open[i].Left,
			})
		}
	}
	return proposals, nil
}

func banksOf(ctx context.Context, db bun.IDB, orders []PaymentOrder) (zone.Payees, error) {
	clerk := access.Person("", access.Manager, "", access.Settlement)
	var banks zone.Payees
	seen := map[string]bool{}
	for i := range orders {
		for _, member := range []string{orders[i].Payer, orders[i].Payee} {
			if seen[member] {
				continue
			}
			seen[member] = true
			of, err := zone.ViewBankDetails(ctx, db, clerk, member)
			if err != nil {
				return nil, err
			}
			banks = append(banks, of...)
		}
	}
	return banks, nil
}

// propose is the one order that an entry may pay, by amount, payer and payee; nil where there is none or several.
func propose(entry *OpenEntry, orders []PaymentOrder, of map[string][]Match, banks zone.Payees) *PaymentOrder {
	var found *PaymentOrder
	for i := range orders {
		order := &orders[i]
		mine, theirs := order.Payer, order.Payee
		if entry.payees() {
			mine, theirs = theirs, mine
		}
		if entry.Returned || order.State == OrderVoid || order.Amount != entry.Left ||
			!banks.Own(mine, entry.Account) || !banks.Own(theirs, entry.CounterpartyAccount) ||
			room(order, of[order.ID], order.Attempt, entry.payees(), false) != entry.Left {
			continue
		}
		if found != nil {
			return nil
		}
		found = order
	}
	return found
}
