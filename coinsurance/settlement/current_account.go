package settlement

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// CurrentAccount is how a member stands with the others of a pool 往来账: what is owed by statements, the technical
// account, apart from what is paid of orders, the cash account. Amounts are positive when the member is to receive.
type CurrentAccount struct {
	Pool       string           `json:"pool"`
	Member     string           `json:"member"`
	Statements []StatementDebt  `json:"statements"`
	Orders     []OrderCash      `json:"orders"`
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
	Movements []OrderMovement `json:"movements"`
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
	account := &CurrentAccount{Pool: pool, Member: member, Orders: []OrderCash{}}
	var reads pg.Reads
	asked := memberOfPool{pool, member, by.Kind == access.Member}
	pg.ListIn(&reads, statementDebts.With(asked), &account.Statements)
	pg.ListIn(&reads, currentBalances.With(bookOfPool{pool, member}), &account.Balances)
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
	}
	return account, nil
}
