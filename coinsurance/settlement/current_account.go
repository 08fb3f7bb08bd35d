package settlement

import (
	"context"
	"time"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// CurrentAccount is how a member stands with the others of a pool 往来账: what is owed by statements, the technical
// account, apart from what is paid of orders, the cash account. Amounts are positive when the member receives.
type CurrentAccount struct {
	Pool       string           `json:"pool"`
	Member     string           `json:"member"`
	Statements []StatementDebt  `json:"statements"`
	Orders     []OrderCash      `json:"orders"`
	Cash       []CashMovement   `json:"cash"`
	Entries    []CashEntry      `json:"entries"`
	Balances   []CurrentBalance `json:"balances"`
}

// StatementDebt is what the items of a statement come to between the member and another, by where they stand.
type StatementDebt struct {
	Period       string       `bun:"period"       json:"period"`
	Issue        int          `bun:"issue"        json:"issue"`
	Counterparty string       `bun:"counterparty" json:"counterparty"`
	Total        money.Amount `bun:"total"        json:"total"`
	Open         money.Amount `bun:"open"         json:"open"`       // no settlement has taken it yet
	Held         money.Amount `bun:"held"         json:"held"`       // disputed
	InPayment    money.Amount `bun:"in_payment"   json:"in_payment"` // a settlement has taken it
	Settled      money.Amount `bun:"settled"      json:"settled"`    // the settlement is completed
}

// OrderCash is an order that the member pays or receives, with what was paid of it.
type OrderCash struct {
	PaymentOrder

	Left      money.Amount    `json:"left"`
	Movements []OrderMovement `json:"-"` // they stand in the account's cash
}

// CashMovement is what was paid of an order at one time, or came back.
type CashMovement struct {
	Order        string        `json:"order"`
	Counterparty string        `json:"counterparty"`
	Effective    calendar.Date `json:"effective"`
	Amount       money.Amount  `json:"amount"`
	Currency     string        `json:"currency"`
	Journal      uuid.UUID     `json:"journal"`
	Recorded     time.Time     `json:"recorded"`
}

// CashEntry is what of an entry of the member's own account was allocated to an order, or taken away again.
type CashEntry struct {
	Order   string       `json:"order"`
	Account string       `json:"account"`
	Key     string       `json:"key"`
	Amount  money.Amount `json:"amount"`
	How     string       `json:"how"`
	Matched time.Time    `json:"matched"`
}

// CurrentBalance is what the book says between the member and another: what it is owed, net, on statements or not yet,
// and, beside it, what was paid ahead of claims and is not used yet.
type CurrentBalance struct {
	Counterparty    string       `bun:"counterparty"     json:"counterparty"`
	Balance         money.Amount `bun:"balance"          json:"balance"`
	AdvancePaid     money.Amount `bun:"advance_paid"     json:"advance_paid"`
	AdvanceReceived money.Amount `bun:"advance_received" json:"advance_received"`
}

type memberOfPool struct {
	Pool, Member string
	IssuedOnly   bool // a statement is the members' to see once it is issued
}

type bookOfPool struct{ Pool, Member string }

var (
	statementDebts  = pg.Select[StatementDebt, memberOfPool](files, "StatementDebts")
	currentBalances = pg.Select[CurrentBalance, bookOfPool](files, "CurrentBalances")
)

// CurrentAccountOf is a member's current account with the others of a pool. It refuses: access.forbidden (the operator,
// and a member that asks for another's), coinsurance.pool_not_found.
func (s *Service) CurrentAccountOf(
	ctx context.Context, by access.Principal, pool, member string,
) (*CurrentAccount, error) {
	if by.Kind == access.Operator || by.Kind == access.Member && !by.IsMember(member) {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "member": member})
	}
	handle := s.db.Of(pool)
	if _, err := coinsurance.FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	account := &CurrentAccount{
		Pool: pool, Member: member, Statements: []StatementDebt{}, Orders: []OrderCash{}, Cash: []CashMovement{},
		Entries: []CashEntry{}, Balances: []CurrentBalance{},
	}
	var matches []Match
	var reads pg.Reads
	asked := memberOfPool{pool, member, by.Kind == access.Member}
	pg.ListIn(&reads, statementDebts.With(asked), &account.Statements)
	pg.ListIn(&reads, currentBalances.With(bookOfPool{pool, member}), &account.Balances)
	pg.ListIn(&reads, matchesOfPool.With(ofPool{pool}), &matches)
	lives := livesIn(&reads, pool, lastDay)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	for _, life := range lives() {
		if life.Payer != member && life.Payee != member {
			continue
		}
		cash := OrderCash{PaymentOrder: life.PaymentOrder, Left: life.left(), Movements: life.moved}
		if life.State == OrderVoid {
			cash.Left = cash.Left.Like(0)
		}
		account.Orders = append(account.Orders, cash)
		account.move(&cash, matches)
	}
	return account, nil
}

// move adds what was paid of an order, and the entries of the member's own account that say so.
func (c *CurrentAccount) move(order *OrderCash, matches []Match) {
	receives, other := order.Payee == c.Member, order.Payee
	if receives {
		other = order.Payer
	}
	signed := func(amount money.Amount, positive bool) money.Amount {
		if positive {
			return amount
		}
		return amount.Neg()
	}
	for _, moved := range order.Movements {
		c.Cash = append(c.Cash, CashMovement{
			Order: order.ID, Counterparty: other, Effective: moved.Effective, Amount: signed(moved.Amount, receives),
			Currency: moved.Currency, Journal: moved.Journal, Recorded: moved.Recorded,
		})
	}
	for _, match := range matches {
		if match.Order == order.ID && match.Credit == receives {
			c.Entries = append(c.Entries, CashEntry{
				Order: order.ID, Account: match.Account, Key: match.Key, How: match.How, Matched: match.Matched,
				Amount: signed(match.Amount, receives != match.Returned),
			})
		}
	}
}
