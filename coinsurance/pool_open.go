package coinsurance

import (
	"context"
	"strconv"
	"strings"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/zone"
)

// OpenPool founds a pool; its book and its place in the feed come with it.
type OpenPool struct {
	idempotency.Command

	Code     string        `json:"code"`
	Industry Industry      `json:"industry"`
	Name     string        `json:"name"`
	Capacity *money.Amount `json:"capacity,omitempty"`
	Opens    calendar.Date `json:"opens"`
	Closes   calendar.Date `json:"closes"`
}

var nextOrdinal = pg.SQL[pg.None](files, "NextOrdinal")

// OpenPool refuses: access.forbidden, coinsurance.pool_invalid, coinsurance.pool_exists.
func (s *Service) OpenPool(ctx context.Context, cmd OpenPool) (Pool, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return Pool{}, err
	}
	if err := cmd.check(); err != nil {
		return Pool{}, err
	}
	return idempotency.Once(ctx, s.db, cmd.Scope(pg.Zone, idempotency.OperationOf("coinsurance", cmd), s.clock), cmd,
		func(ctx context.Context, tx *pg.Tx) (Pool, error) {
			pool := Pool{
				Code: cmd.Code, Industry: cmd.Industry, Name: cmd.Name, Capacity: cmd.Capacity,
				Opens: cmd.Opens, Closes: cmd.Closes, Version: 1, Opened: s.clock.Now(), Actor: cmd.By.Subject,
			}
			if _, err := FindPool(ctx, tx, cmd.Code); err == nil {
				return Pool{}, ErrPoolExists.Case(fault.Args{"pool": cmd.Code})
			}
			if err := nextOrdinal.With(pg.None{}).Row(ctx, tx, &pool.Ordinal); err != nil {
				return Pool{}, err
			}
			made, err := pg.InsertNew(ctx, tx, &pool)
			if err == nil && !made { // another pool took the ordinal at the same moment
				err = pg.ErrAgain
			}
			if err != nil {
				return Pool{}, err
			}
			if !tx.Holds(pool.Code) { // it is founded in its own database once this is copied there
				return pool, nil
			}
			return pool, foundPool(ctx, tx, pool, cmd.By)
		})
}

func (cmd OpenPool) check() error {
	var check fault.Check
	field.Code(&check, "code", cmd.Code)
	check.Require(!strings.Contains(cmd.Code, "-"), "code", "a dash ends the pool's code in a policy number")
	check.Require(cmd.Code != pg.Zone, "code", "{code} is kept for facts of no pool", fault.Args{"code": pg.Zone})
	field.Line(&check, "name", cmd.Name, zone.NameMax)
	_, known := Industries[cmd.Industry]
	check.Require(known, "industry", "{given} is none of {allowed}", fault.Args{
		"given": strconv.Quote(string(cmd.Industry)), "allowed": []Industry{LifeHealth, IntegratedCircuits, Optoelectronics},
	})
	check.Require(cmd.Capacity == nil || cmd.Capacity.Sign() > 0, "capacity", "the amount must be above zero")
	open := cmd.Opens.IsZero() || cmd.Closes.IsZero() || !cmd.Closes.Before(cmd.Opens)
	check.Require(open, "closes", "the pool may not close before it opens")
	return check.Refuse(ErrPoolInvalid)
}
