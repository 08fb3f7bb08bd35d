package coinsurance

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/ledger"
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

// OpenPool refuses, in this order: access.forbidden, coinsurance.pool_invalid, coinsurance.pool_exists.
func (s *Service) OpenPool(ctx context.Context, cmd OpenPool) (Pool, error) {
	pool, err := change(ctx, s, cmd, loadFoundation, openPool)
	if err != nil {
		return Pool{}, err
	}
	return *pool, nil
}

func (cmd OpenPool) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return err
	}
	return cmd.check()
}

func (cmd OpenPool) home() string { return pg.Zone }

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

// foundationFacts are what the foundation of a pool needs to know.
type foundationFacts struct {
	namesake *Pool // of the same code; nil when there is none
	ordinal  int32 // the next that is free
}

var nextOrdinal = pg.SQL[pg.None](files, "NextOrdinal")

func loadFoundation(ctx context.Context, tx *pg.Tx, cmd OpenPool) (known foundationFacts, err error) {
	var reads pg.Reads
	pg.FindIn(&reads, poolByCode.With(poolCode{cmd.Code}), &known.namesake)
	nextOrdinal.With(pg.None{}).In(&reads, &known.ordinal)
	return known, reads.Run(ctx, tx)
}

func openPool(known foundationFacts, cmd OpenPool, now time.Time) (decision[Pool], error) {
	if known.namesake != nil {
		return decision[Pool]{}, ErrPoolExists.Case(fault.Args{"pool": cmd.Code})
	}
	pool := &Pool{
		Code: cmd.Code, Industry: cmd.Industry, Name: cmd.Name, Ordinal: known.ordinal, Capacity: cmd.Capacity,
		Opens: cmd.Opens, Closes: cmd.Closes, Version: 1, Opened: now, Actor: cmd.By.Subject,
	}
	return decision[Pool]{after: pool, write: writePool, fact: poolFact(pool, cmd.By)}, nil
}

// writePool also opens the pool's book, where the pool lives: in another database that is done once the row is copied
// there, see Spread.
func writePool(ctx context.Context, tx *pg.Tx, pool *Pool) error {
	made, err := pg.InsertNew(ctx, tx, pool)
	if err == nil && !made { // another pool took the code or the ordinal at the same moment
		err = pg.ErrAgain
	}
	if err == nil && tx.Holds(pool.Code) {
		ledger.OpenPool(tx, pool.Code)
	}
	return err
}
