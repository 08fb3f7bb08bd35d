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
