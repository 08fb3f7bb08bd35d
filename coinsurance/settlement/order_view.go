package settlement

import (
	"cmp"
	"context"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// OrderFilter says which payment orders are listed; what is left empty does not count.
type OrderFilter struct {
	Pool  string
	State OrderState
	After OrderCursor
	Limit int
}

// OrderCursor is the order at which a page ended.
type OrderCursor struct {
	Pool       string `json:"pool"`
	Settlement int    `json:"settlement"`
	Number     int    `json:"number"`
}

// At is the cursor of this order.
func (o *PaymentOrder) At() OrderCursor { return OrderCursor{o.Pool, o.Settlement, o.Number} }

type orderArgs struct {
	Pool, Member string

	State           OrderState
	AfterPool       string
	AfterSettlement int
	AfterNumber     int
	Most            int
}

// OrderMax is the most payment orders that one page lists.
const OrderMax = 500

// OrderLine is a payment order in a list, with the payment file that it is in.
type OrderLine struct {
	Pool     string        `bun:"-" json:"pool"`
	ID       string        `bun:"-" json:"id"`
	Payer    string        `bun:"-" json:"payer"`
	Payee    string        `bun:"-" json:"payee"`
	Amount   money.Amount  `bun:"-" json:"amount"`
	Executed money.Amount  `bun:"-" json:"executed"`
	Due      calendar.Date `bun:"-" json:"due"`
	State    OrderState    `bun:"-" json:"state"`
	File     int           `bun:"-" json:"file,omitempty"` // of its present attempt; none before it is filed

	PaymentOrder
}

func (o *PaymentOrder) line() OrderLine {
	return OrderLine{
		Pool: o.Pool, ID: o.ID, Payer: o.Payer, Payee: o.Payee, Amount: o.Amount, Executed: o.Executed, Due: o.Due,
		State: o.State, PaymentOrder: *o,
	}
}

// ViewOrders lists a page of payment orders of all pools, by pool and settlement: to a member those that it pays or
// receives. It refuses with access.forbidden, and with coinsurance.pool_not_found where a pool is named.
func ViewOrders(
	ctx context.Context, handle bun.IDB, by access.Principal, filter OrderFilter,
) ([]OrderLine, error) {
	member, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	if filter.Pool != "" {
		if _, err := coinsurance.FindPool(ctx, handle, filter.Pool); err != nil {
			return nil, err
		}
	}
	most := min(max(filter.Limit, 1), OrderMax)
	lines, err := pg.Gather(handle, filter.Pool, func(a, b OrderLine) int {
		return cmp.Or(cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Settlement, b.Settlement), cmp.Compare(a.Number, b.Number))
	}, func(part bun.IDB) ([]OrderLine, error) {
		orders, err := pg.Listed[PaymentOrder](ctx, part, ordersListed.With(orderArgs{
			Pool: filter.Pool, Member: member, State: filter.State, AfterPool: filter.After.Pool,
			AfterSettlement: filter.After.Settlement, AfterNumber: filter.After.Number, Most: most,
		}))
		if err != nil {
			return nil, err
		}
		return filed(ctx, part, orders)
	})
	return lines[:min(len(lines), most)], err
}

// orderInFile is the payment file that the present attempt at an order is in.
type orderInFile struct {
	Pool  string `bun:"pool"`
	Order string `bun:"order_id"`
	File  int    `bun:"file"`
}

type ordersNamed struct{ Pools, Orders []string }

var (
	ordersListed  = pg.Select[PaymentOrder, orderArgs](files, "OrdersListed")
	filesOfOrders = pg.Select[orderInFile, ordersNamed](files, "FilesOfOrders")
)

// filed are orders with the file that each is in.
func filed(ctx context.Context, part bun.IDB, orders []PaymentOrder) ([]OrderLine, error) {
	lines, at := make([]OrderLine, len(orders)), map[orderKey]int{}
	named := ordersNamed{Pools: []string{}, Orders: []string{}}
	for i := range orders {
		lines[i], at[orderKey{orders[i].Pool, orders[i].ID}] = orders[i].line(), i
		named.Pools, named.Orders = append(named.Pools, orders[i].Pool), append(named.Orders, orders[i].ID)
	}
	return lines, pg.Each(ctx, part, filesOfOrders.With(named), func(found *orderInFile) error {
		lines[at[orderKey{found.Pool, found.Order}]].File = found.File
		return nil
	})
}

// OrderView is a payment order with every attempt that was in a file, and with what was paid of it and came back.
type OrderView struct {
	PaymentOrder

	File      int             `json:"file,omitempty"` // that the present attempt is in
	Attempts  []AttemptView   `json:"attempts"`
	Movements []OrderMovement `json:"movements"`
}

// ViewOrder reads one payment order with its attempts and movements. It refuses with access.forbidden, then
// coinsurance.order_not_found: also to who neither pays nor receives it.
func ViewOrder(ctx context.Context, handle bun.IDB, by access.Principal, pool, id string) (*OrderView, error) {
	member, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	var order *PaymentOrder
	var attempts []Attempt
	var returns []returnSaid
	view := &OrderView{Movements: []OrderMovement{}}
	var reads pg.Reads
	pg.FindIn(&reads, orderOf.With(orderKey{pool, id}), &order)
	pg.ListIn(&reads, attemptsOfOrder.With(orderKey{pool, id}), &attempts)
	pg.ListIn(&reads, returnsOf.With(ordersTried{pool, []string{id}}), &returns)
	pg.ListIn(&reads, movementsOfOrder.With(orderKey{pool, id}), &view.Movements)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	if order == nil || !order.seenBy(member) {
		return nil, ErrOrderNotFound.Case(fault.Args{"pool": pool, "order": id})
	}
	view.PaymentOrder, view.Attempts = *order, viewed(by, attempts, returns)
	for i := range attempts {
		if attempts[i].Attempt == order.Attempt && attempts[i].State != AttemptVoid {
			view.File = attempts[i].File
		}
	}
	return view, nil
}

var (
	orderOf          = pg.Select[PaymentOrder, orderKey](files, "OrderOf")
	movementsOfOrder = pg.Select[OrderMovement, orderKey](files, "MovementsOfOrder")
)
