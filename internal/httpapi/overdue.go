package httpapi

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
)

type (
	// AgeingQuery asks what is not paid by the end of a day.
	AgeingQuery struct {
		PoolPath

		Day calendar.Date `query:"day" doc:"By the end of this day; today when left out"`
	}
	// CurrentAccountPath names a member of a pool.
	CurrentAccountPath struct {
		PoolPath

		Member string `path:"member" maxLength:"64"`
	}
)

func (s *Server) bindOverdue() {
	bind(s, get("get-ageing", tagPayment, "/v1/pools/{pool}/ageing", door.Business,
		"What is not paid of payment orders, by how long it is past due"), func(
		ctx context.Context, by access.Principal, in *AgeingQuery,
	) (*single[*settlement.Ageing], error) {
		return one(s.Settlement.AgeingOf(ctx, by, in.Pool, in.Day))
	})
	bind(s, get("get-current-account", tagPayment, "/v1/pools/{pool}/current-accounts/{member}", door.Business,
		"How a member stands with the others: by statements, by payment orders, and what was paid ahead"), func(
		ctx context.Context, by access.Principal, in *CurrentAccountPath,
	) (*single[*settlement.CurrentAccount], error) {
		return one(s.Settlement.CurrentAccountOf(ctx, by, in.Pool, in.Member))
	})
	change(s, post(tagPayment, "/v1/pools/{pool}/late-interest/{month}", door.PoolClerks,
		"Book late interest through a month that has ended; the service does it by itself"), s.Settlement.BookInterest,
		func(by access.Principal, in *struct {
			Keyed
			MonthPath
		},
		) settlement.BookInterest {
			return settlement.BookInterest{Command: in.command(by), Pool: in.Pool, Month: in.Month}
		})
}
