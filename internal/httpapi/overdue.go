package httpapi

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
)

// poolDay asks for something of a pool by the end of a day.
type poolDay struct {
	PoolPath

	Day calendar.Date `query:"day" doc:"By the end of this day; today when left out"`
}

// bindOverdue binds what is owed and not paid, and what that costs.
func (s *Server) bindOverdue() {
	bind(s, get("payment-ageing", tagPayment, "/v1/pools/{pool}/ageing", door.Business,
		"What is not paid of payment orders, by how long it is past due; a member its own"), func(
		ctx context.Context, by access.Principal, in *poolDay,
	) (*single[*settlement.Ageing], error) {
		return one(s.Settlement.AgeingOf(ctx, by, in.Pool, in.Day))
	})
	bind(s, get("get-current-account", tagSettlement, "/v1/pools/{pool}/current-accounts/{member}", door.Business,
		"How a member stands with each other: owed by statements, paid by orders, paid ahead of claims"), func(
		ctx context.Context, by access.Principal, in *struct {
			PoolPath

			Member string `path:"member" maxLength:"64" doc:"Whose account"`
		},
	) (*single[*settlement.CurrentAccount], error) {
		return one(s.Settlement.CurrentAccountOf(ctx, by, in.Pool, in.Member))
	})
	bind(s, get("get-payment-interest", tagPayment, "/v1/pools/{pool}/late-interest", door.Business,
		"Late interest up to a day, by month and pair, and what of it is booked; a member its own"), func(
		ctx context.Context, by access.Principal, in *poolDay,
	) (*page[settlement.AccruedInterest], error) {
		return all(s.Settlement.AccruedInterestOf(ctx, by, in.Pool, in.Day))
	})
	bind(s, of[settlement.BookInterest](post(tagPayment, "/v1/pools/{pool}/late-interest/{month}", door.PoolClerks,
		"Book late interest through a month that has ended; the service does it by itself"), ""), func(
		ctx context.Context, by access.Principal, in *struct {
			Keyed
			MonthPath
		},
	) (*page[settlement.LateInterest], error) {
		return all(s.Settlement.BookInterest(ctx, settlement.BookInterest{
			Command: in.command(by), Pool: in.Pool, Month: in.Month,
		}))
	})
}
