package httpapi

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/ledger"
	"gongbao/zone"
)

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

func (s *Server) bindMembers() {
	bind(s, get("list-members", tagMember, "/v1/members", door.Business, "The insurers of the zone"), func(
		ctx context.Context, _ access.Principal, _ *none,
	) (*page[zone.Member], error) {
		return all(zone.Members(ctx, s.DB))
	})
	change(s, post(tagMember, "/v1/members", door.PoolClerks, "Make an insurer known to the zone").creates(),
		s.Zone.RegisterMember, func(by access.Principal, in *struct {
			Keyed

			Body memberBody
		},
		) zone.RegisterMember {
			return zone.RegisterMember{
				Command: in.command(by),
				Code:    in.Body.Code, Name: in.Body.Name, Capital: in.Body.Capital,
			}
		})
}

func (s *Server) bindPools() {
	bind(s, get("list-pools", tagPool, "/v1/pools", door.Business, "The pools"), func(
		ctx context.Context, _ access.Principal, _ *none,
	) (*page[coinsurance.Pool], error) {
		return all(coinsurance.Pools(ctx, s.DB))
	})
	bind(s, get("get-pool", tagPool, "/v1/pools/{pool}", door.Business, "One pool"), func(
		ctx context.Context, _ access.Principal, in *PoolPath,
	) (*single[coinsurance.Pool], error) {
		return one(coinsurance.FindPool(ctx, s.DB, in.Pool))
	})
	change(s, post(tagPool, "/v1/pools", door.PoolClerks, "Found a pool").creates(),
		s.Coinsurance.OpenPool, func(by access.Principal, in *struct {
			Keyed

			Body poolBody
		},
		) coinsurance.OpenPool {
			return coinsurance.OpenPool{
				Command: in.command(by),
				Code:    in.Body.Code, Industry: coinsurance.Industry(in.Body.Industry), Name: in.Body.Name,
				Capacity: in.Body.Capacity, Opens: in.Body.Opens, Closes: in.Body.Closes,
			}
		})
}

func (s *Server) bindPeriods() {
	bind(s, get("list-periods", tagPool, "/v1/pools/{pool}/periods", door.Business,
		"The sealed accounting months of a pool, and the next to close"), s.listPeriods)
	change(s, post(tagPool, "/v1/pools/{pool}/periods/{month}/close", door.PoolClerks,
		"Book a month's unearned premium, and close and seal the month"), s.Periods.ClosePeriod,
		func(by access.Principal, in *struct {
			Keyed
			MonthPath
		},
		) periodend.ClosePeriod {
			return periodend.ClosePeriod{Command: in.command(by), Pool: in.Pool, Month: in.Month}
		})
}

func (s *Server) listPeriods(ctx context.Context, _ access.Principal, in *PoolPath) (*single[periods], error) {
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
}

// periods are the accounting months of a pool.
type periods struct {
	Sealed []ledger.SealedMonth `json:"sealed"`
	Next   calendar.Month       `json:"next_to_close" doc:"Empty while the pool has no postings"`
}
