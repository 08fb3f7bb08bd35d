package crash

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/claims"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// proveClocks looks at every clock of every claim: what it stands at was announced, and once. The claims' papers were
// complete long ago, so their clocks were over as soon as they started: a scheduler that dies must have forgotten none.
func (r *run) proveClocks(ctx context.Context, house *House) error {
	if err := house.RunClocks(ctx); err != nil {
		return err
	}
	var forgotten int64
	err := pg.Row(ctx, house.DB, `SELECT count(*), count(*) FILTER (WHERE missed), count(*) FILTER (WHERE next <= now())
		FROM claim_deadline`, nil, &r.report.Clocks, &r.report.Missed, &forgotten)
	if err != nil {
		return err
	}
	if r.report.ClocksWrong += forgotten; forgotten > 0 {
		r.report.fault("%d clocks are over, and nobody looked at them", forgotten)
	}
	return claims.DeadlineCheck().Each(ctx, bun.IDB(house.DB), func(finding ledger.Finding) {
		r.report.ClocksWrong++
		r.report.fault("%s", finding)
	})
}
