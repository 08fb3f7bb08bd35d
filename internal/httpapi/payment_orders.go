package httpapi

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

// OrderPath names a payment order of a pool.
type OrderPath struct {
	PoolPath

	Order string `path:"order" maxLength:"30" doc:"As banks know it, such as G1-1-1"`
}

// executedBody is what was paid of an order.
type executedBody struct {
	Dated

	Amount money.Amount `json:"amount" doc:"At most what is left of it"`
}

// bindOrders binds payment orders, and what a clerk writes down of them on the bank's word.
func (s *Server) bindOrders() {
	bind(s, get("list-payment-orders", tagPayment, "/v1/orders", door.Business,
		"Payment orders of all pools; a member sees those that it pays or receives"), s.listOrders)
	bind(s, get("get-payment-order", tagPayment, "/v1/pools/{pool}/orders/{order}", door.Business,
		"One payment order, with each attempt at it, and what was paid and came back"), func(
		ctx context.Context, by access.Principal, in *OrderPath,
	) (*tagged[*settlement.OrderView], error) {
		return tag(settlement.ViewOrder(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Order))
	})
	changeOrder(s, post(tagPayment, "/v1/pools/{pool}/orders/{order}/execution", door.PoolClerks,
		"Record, on the bank's word, that an order was paid, or a part of it").named("execute-payment"),
		s.Settlement.ExecuteOrder,
		func(cmd idempotency.Command, at OrderPath, body executedBody) settlement.ExecuteOrder {
			return settlement.ExecuteOrder{Command: cmd, Pool: at.Pool, Order: at.Order, Amount: body.Amount}
		})
	changeOrder(s, post(tagPayment, "/v1/pools/{pool}/orders/{order}/return", door.PoolClerks,
		"Record, on the bank's word, that what was paid of an order came back").named("return-payment"),
		s.Settlement.ReturnOrder,
		func(cmd idempotency.Command, at OrderPath, _ *Dated) settlement.ReturnOrder {
			return settlement.ReturnOrder{Command: cmd, Pool: at.Pool, Order: at.Order}
		})
}

// changeOrder declares a change to a payment order: how the command is made of the body, and the use case that carries
// it out. A body that may be left out is a pointer.
func changeOrder[B, C any](
	s *Server, r route, do func(context.Context, C) (*settlement.PaymentOrder, error),
	command func(cmd idempotency.Command, at OrderPath, body B) C,
) {
	bind(s, of[C](r, ""), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		OrderPath

		Body B
	},
	) (*tagged[*settlement.PaymentOrder], error) {
		cmd, err := in.command(by, dayOf(&in.Body))
		if err != nil {
			return nil, err
		}
		return tag(do(ctx, command(cmd, in.OrderPath, in.Body)))
	})
}

func (s *Server) listOrders(ctx context.Context, by access.Principal, in *struct {
	PageQuery

	Pool  string `query:"pool" maxLength:"64"`
	State string `query:"state" enum:"open,filed,accepted,part_paid,executed,rejected,returned,void"`
},
) (*page[settlement.OrderLine], error) {
	filter := settlement.OrderFilter{Pool: in.Pool, State: settlement.OrderState(in.State), Limit: in.limit()}
	if err := unseal(in.After, &filter.After); err != nil {
		return nil, err
	}
	found, err := settlement.ViewOrders(ctx, s.DB, by, filter)
	answer, err := paged(in.PageQuery, found, err, func(last settlement.OrderLine) string { return placeOf(last.At()) })
	return over(s, in.Pool, answer, err)
}
