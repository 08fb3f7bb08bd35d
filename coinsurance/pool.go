package coinsurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Industry is the industry a pool insures.
type Industry string

// The three industries of the zone's plan.
const (
	LifeHealth         Industry = "life_health"         // 生命健康
	IntegratedCircuits Industry = "integrated_circuits" // 集成电路
	Optoelectronics    Industry = "optoelectronics"     // 光电子信息
)

// Industries are all three, with their Chinese names.
var Industries = map[Industry]string{LifeHealth: "生命健康", IntegratedCircuits: "集成电路", Optoelectronics: "光电子信息"}

// Pool is a standing group of insurers with an agreement 共保体.
type Pool struct {
	bun.BaseModel `bun:"table:pool"`

	Code     string        `bun:"code,pk"  json:"code"`
	Industry Industry      `bun:"industry" json:"industry"`
	Name     string        `bun:"name"     json:"name"`
	Ordinal  int32         `bun:"ordinal"  json:"ordinal"`            // the pool's partition of the feed
	Capacity *money.Amount `bun:"capacity" json:"capacity,omitempty"` // the most the pool carries on one risk
	Opens    calendar.Date `bun:"opens"    json:"opens"`              // first day a policy may start
	Closes   calendar.Date `bun:"closes"   json:"closes"`             // last day a policy may start
	Version  int64         `bun:"version"  json:"version"`
	Opened   time.Time     `bun:"opened"   json:"opened"`
	Actor    string        `bun:"actor"    json:"actor"`
}

// Covers says that a policy may start on the day.
func (p Pool) Covers(day calendar.Date) bool {
	return (p.Opens.IsZero() || !day.Before(p.Opens)) && (p.Closes.IsZero() || !day.After(p.Closes))
}

type poolCode struct{ Code string }

var (
	allPools   = pg.Select[Pool, pg.None](files, "AllPools")
	poolByCode = pg.Select[Pool, poolCode](files, "PoolByCode")
)

// Pools lists every pool, by ordinal.
func Pools(ctx context.Context, handle bun.IDB) ([]Pool, error) {
	return pg.Listed[Pool](ctx, handle, allPools.With(pg.None{}))
}

// FindPool reads one pool; ErrPoolNotFound when there is none of that code.
func FindPool(ctx context.Context, handle bun.IDB, code string) (Pool, error) {
	var reads pg.Reads
	pool := FindPoolIn(&reads, code)
	if err := reads.Run(ctx, handle); err != nil {
		return Pool{}, err
	}
	return pool()
}

// FindPoolIn is FindPool among other reads; what it gives says, once they have run, what was found.
func FindPoolIn(reads *pg.Reads, code string) func() (Pool, error) {
	var pool *Pool
	pg.FindIn(reads, poolByCode.With(poolCode{code}), &pool)
	return func() (Pool, error) {
		if pool == nil {
			return Pool{}, ErrPoolNotFound.Case(fault.Args{"pool": code})
		}
		return *pool, nil
	}
}

// Partitions maps every pool to its partition of the feed; facts of no pool have partition 0.
func Partitions(ctx context.Context, handle bun.IDB) (map[string]int32, error) {
	pools, err := Pools(ctx, handle)
	if err != nil {
		return nil, err
	}
	partitions := map[string]int32{pg.Zone: 0}
	for _, pool := range pools {
		partitions[pool.Code] = pool.Ordinal
	}
	return partitions, nil
}
