package sim

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/sim/auditor"
)

// kindAgain is what a refusal, or a command that was sent a second time with its key, changed.
const kindAgain = "repetition"

// ofSettlement says that an act is one on statements and settlement.
func ofSettlement(act auditor.Act) bool {
	switch act.(type) {
	case auditor.Draw, auditor.Query, auditor.Resolve, auditor.Confirm, auditor.Settle, auditor.MarkPaid:
		return true
	default:
		return auditor.Beyond(act)
	}
}

// asked plays a step; one of settlement a second time with its key, where it was not refused. The second time says the
// same and changes nothing, and neither does a refusal.
func (s *session) asked(
	ctx context.Context, player *scenario.Player, one *step,
) (result scenario.Result, difference *Difference, err error) {
	if !ofSettlement(one.move.Act) {
		result, err = s.played(ctx, player, one)
		return result, nil, err
	}
	before, refused := "", one.verdict.Refusal != ""
	if refused {
		if before, err = s.standing(ctx, one.move.Pool); err != nil {
			return result, nil, err
		}
	}
	result, err = s.played(ctx, player, one)
	if err != nil || !result.OK {
		return result, nil, err
	}
	if refused {
		difference, err = s.unchanged(ctx, one, before, "refused")
		return result, difference, err
	}
	before, err = s.standing(ctx, one.move.Pool)
	if err != nil {
		return result, nil, err
	}
	result, err = s.played(ctx, player, one)
	if err != nil || !result.OK {
		return result, nil, err
	}
	s.again.Add(1)
	difference, err = s.unchanged(ctx, one, before, "a second time")
	return result, difference, err
}

func (s *session) unchanged(ctx context.Context, one *step, before, how string) (*Difference, error) {
	after, err := s.standing(ctx, one.move.Pool)
	if err != nil || after == before {
		return nil, err
	}
	return &Difference{
		Kind: kindAgain, Pool: one.move.Pool, Figure: verbOf(one.move.Act) + " " + how, Foretold: before, Found: after,
	}, nil
}

// standing is how many rows a pool has of what settlement writes, and what the versions of its documents come to: any
// change moves one of them.
func (s *session) standing(ctx context.Context, pool string) (text string, err error) {
	var counts [9]int64
	err = s.eyes.Pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM event WHERE pool = $1),
		(SELECT count(*) FROM posting WHERE pool = $1),
		(SELECT coalesce(sum(version), 0) + count(*) FROM statement WHERE pool = $1),
		(SELECT coalesce(sum(version), 0) + count(*) FROM settlement WHERE pool = $1),
		(SELECT coalesce(sum(version), 0) + count(*) FROM payment_order WHERE pool = $1),
		(SELECT count(*) FROM settlement_skip WHERE pool = $1), (SELECT count(*) FROM settlement_late WHERE pool = $1),
		(SELECT count(*) FROM payment_file WHERE pool = $1), (SELECT count(*) FROM payment_attempt WHERE pool = $1)`,
		pgx.QueryExecModeCacheStatement, pool).Scan(&counts[0], &counts[1], &counts[2], &counts[3], &counts[4], &counts[5],
		&counts[6], &counts[7], &counts[8])
	return fmt.Sprint(counts), err
}
