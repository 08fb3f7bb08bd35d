// Package sample founds a zone with clearly fictional members and writes sample books of policies, for the demo and
// tests.
package sample

import (
	"context"
	"errors"
	"fmt"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// Clerk and Checker are two people of the pool manager: one proposes, the other accepts.
var (
	Clerk   = access.Person("clerk", access.Manager, "", access.Settlement, access.Reader)
	Checker = access.Person("checker", access.Manager, "", access.Settlement, access.Reader)
)

// members are fictional; every name says so (示例: sample). Lakes of Wuhan stand for insurers.
var members = []zone.RegisterMember{
	{Code: "DONGHU", Name: "东湖示例财险", Capital: yuan("60000000000.00")},
	{Code: "SHAHU", Name: "沙湖示例财险", Capital: yuan("32000000000.00")},
	{Code: "NANHU", Name: "南湖示例财险", Capital: yuan("28000000000.00")},
	{Code: "YANXI", Name: "严西湖示例财险", Capital: yuan("15000000000.00")},
	{Code: "TANGXUN", Name: "汤逊湖示例财险", Capital: yuan("12000000000.00")},
	{Code: "LIANGZI", Name: "梁子湖示例财险", Capital: yuan("9000000000.00")},
}

type poolSample struct {
	open  coinsurance.OpenPool
	terms coinsurance.Terms
	table []coinsurance.Participation
}

var pools = []poolSample{
	{
		open: coinsurance.OpenPool{Code: "LH", Industry: coinsurance.LifeHealth, Name: "生命健康科技保险共保体"},
		terms: coinsurance.Terms{
			IssuingFee: money.MustRate("2%"), FeeVAT: money.MustRate("6%"), NoticeFrom: yuan("100000.00"),
			CashCallFrom: yuan("5000000.00"), Netting: coinsurance.NettingBilateral,
		},
		table: shares("DONGHU", "40%", "SHAHU", "25%", "NANHU", "20%", "LIANGZI", "15%"),
	},
	{
		open: coinsurance.OpenPool{Code: "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路科技保险共保体"},
		terms: coinsurance.Terms{
			IssuingFee: money.MustRate("1.5%"), FeeVAT: money.MustRate("6%"), NoticeFrom: yuan("100000.00"),
			SurveyFrom: yuan("1000000.00"), SecondLeadFrom: yuan("50000000.00"), CashCallFrom: yuan("10000000.00"),
			LateInterest: money.MustRate("4.35%"), Netting: coinsurance.NettingMultilateral,
			Residue: coinsurance.ResidueLargestRemainder,
		},
		table: shares(
			"SHAHU", "30%", "DONGHU", "25%", "NANHU", "15%", "YANXI", "12.5%", "TANGXUN", "10%", "LIANGZI", "7.5%",
		),
	},
	{
		open: coinsurance.OpenPool{Code: "OE", Industry: coinsurance.Optoelectronics, Name: "光电子信息科技保险共保体"},
		terms: coinsurance.Terms{
			Leader: "NANHU", Issuer: "TANGXUN", IssuingFee: money.MustRate("3%"), FeeVAT: money.MustRate("6%"),
			NoticeFrom: yuan("100000.00"), CashCallFrom: yuan("5000000.00"),
		},
		table: shares("NANHU", "33.333334%", "TANGXUN", "33.333333%", "YANXI", "33.333333%"),
	},
}

// From is the first day of the sample agreements.
var From = calendar.MustDate("2024-01-01")

func yuan(text string) *money.Amount {
	amount := money.MustAmount(text)
	return &amount
}

func shares(pairs ...string) []coinsurance.Participation {
	var table []coinsurance.Participation
	for i := 0; i < len(pairs); i += 2 {
		share := money.MustShare(pairs[i+1])
		table = append(table, coinsurance.Participation{Member: pairs[i], Premium: share, Claim: share, Cost: share})
	}
	return table
}

// PoolCodes are the codes of the sample's pools, by ordinal.
func PoolCodes() []string {
	codes := make([]string, len(pools))
	for i := range pools {
		codes[i] = pools[i].open.Code
	}
	return codes
}

// Found founds the three pools with their sample members, unless the zone has pools of its owners' making: those are
// left alone. It may be repeated, also after it was cut off half-way. It says whether the sample zone is there.
func Found(ctx context.Context, db *pg.DB, now clock.Clock) (bool, error) {
	insurers, founder := zone.NewService(db, now), coinsurance.NewService(db, now)
	existing, err := coinsurance.Pools(ctx, db)
	if err != nil {
		return false, err
	}
	for _, pool := range existing {
		if pool.Actor != Clerk.Subject {
			return false, nil
		}
	}
	for _, member := range members {
		member.By, member.IdempotencyKey = Clerk, "sample-"+member.Code
		if _, err := insurers.RegisterMember(ctx, member); !founded(err) && !errors.Is(err, zone.ErrMemberExists) {
			return false, fmt.Errorf("register %s: %w", member.Code, err)
		}
	}
	for _, pool := range pools {
		pool.open.By, pool.open.IdempotencyKey = Clerk, "sample-"+pool.open.Code
		if _, err := founder.OpenPool(ctx, pool.open); !founded(err) {
			return false, fmt.Errorf("open pool %s: %w", pool.open.Code, err)
		}
		_, err := founder.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
			Command: idempotency.Command{By: Clerk, IdempotencyKey: "sample-v1"},

			Pool:    pool.open.Code,
			Version: 1,
			From:    From,
			Shares:  pool.table,
			Terms:   pool.terms,
		})
		if !founded(err) {
			return false, fmt.Errorf("propose the agreement of %s: %w", pool.open.Code, err)
		}
		_, err = founder.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
			Command: idempotency.Command{By: Checker, IdempotencyKey: "sample-v1"},
			Pool:    pool.open.Code, Version: 1,
		})
		if !founded(err) {
			return false, fmt.Errorf("accept the agreement of %s: %w", pool.open.Code, err)
		}
	}
	return true, nil
}

// founded says that a step is done: now, or by a program of before an upgrade, whose keys cannot be compared any more.
func founded(err error) bool { return err == nil || errors.Is(err, idempotency.ErrKeyOfOldForm) }
