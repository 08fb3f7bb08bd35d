package httpapi

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/ledger"
	"gongbao/zone"
)

// Keyed is a change that may be sent again.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key and body again get the first answer"`
}

// PoolPath names a pool.
type PoolPath struct {
	Pool string `path:"pool" maxLength:"64"`
}

// AgreementPath names a version of a pool's agreement.
type AgreementPath struct {
	PoolPath

	Version int `path:"version" minimum:"1" maximum:"1000000"`
}

// MonthPath names an accounting month of a pool.
type MonthPath struct {
	PoolPath

	Month calendar.Month `path:"month"`
}

type memberBody struct {
	Code    string        `json:"code" maxLength:"64"`
	Name    string        `json:"name" maxLength:"200"`
	Capital *money.Amount `json:"capital,omitempty" doc:"Capital plus reserves, for the legal capacity check"`
}

type poolBody struct {
	Code     string        `json:"code" maxLength:"64"`
	Industry string        `json:"industry" enum:"life_health,integrated_circuits,optoelectronics"`
	Name     string        `json:"name" maxLength:"200"`
	Capacity *money.Amount `json:"capacity,omitempty" doc:"The most the pool carries on one risk"`
	Opens    calendar.Date `json:"opens,omitempty" doc:"First day a policy may start"`
	Closes   calendar.Date `json:"closes,omitempty" doc:"Last day a policy may start"`
}

func (s *Server) bindZone() {
	bind(s, "list-members", func(ctx context.Context, _ access.Principal, _ *none) (*page[zone.Member], error) {
		return all(zone.Members(ctx, s.DB))
	})
	bind(s, "register-member", func(ctx context.Context, by access.Principal, in *struct {
		Keyed

		Body memberBody
	},
	) (*single[zone.Member], error) {
		return one(s.Zone.RegisterMember(ctx, zone.RegisterMember{
			By: by, Key: in.Key, Code: in.Body.Code, Name: in.Body.Name, Capital: in.Body.Capital,
		}))
	})
	bind(s, "list-pools", func(ctx context.Context, _ access.Principal, _ *none) (*page[coinsurance.Pool], error) {
		return all(coinsurance.Pools(ctx, s.DB))
	})
	bind(s, "get-pool", func(ctx context.Context, _ access.Principal, in *PoolPath) (*single[coinsurance.Pool], error) {
		return one(coinsurance.FindPool(ctx, s.DB, in.Pool))
	})
	bind(s, "open-pool", func(ctx context.Context, by access.Principal, in *struct {
		Keyed

		Body poolBody
	},
	) (*single[coinsurance.Pool], error) {
		return one(s.Coinsurance.OpenPool(ctx, coinsurance.OpenPool{
			By: by, Key: in.Key, Code: in.Body.Code, Industry: coinsurance.Industry(in.Body.Industry), Name: in.Body.Name,
			Capacity: in.Body.Capacity, Opens: in.Body.Opens, Closes: in.Body.Closes,
		}))
	})
	s.bindLimits()
	s.bindAgreements()
	s.bindPeriods()
}

func (s *Server) bindPeriods() {
	bind(s, "list-periods", func(ctx context.Context, _ access.Principal, in *PoolPath) (*single[periods], error) {
		if _, err := coinsurance.FindPool(ctx, s.DB, in.Pool); err != nil {
			return nil, err
		}
		var answer periods
		var err error
		if answer.Sealed, err = ledger.Seals(ctx, s.DB.Of(in.Pool), in.Pool); err != nil {
			return nil, err
		}
		answer.Next, err = ledger.NextToClose(ctx, s.DB.Of(in.Pool), in.Pool)
		return one(answer, err)
	})
	bind(s, "close-period", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		MonthPath
	},
	) (*single[periodend.Closed], error) {
		return one(s.Periods.ClosePeriod(ctx, periodend.ClosePeriod{By: by, Key: in.Key, Pool: in.Pool, Month: in.Month}))
	})
}

// periods are the accounting months of a pool.
type periods struct {
	Sealed []ledger.SealedMonth `json:"sealed"`
	Next   calendar.Month       `json:"next_to_close" doc:"Empty while the pool has no postings"`
}
