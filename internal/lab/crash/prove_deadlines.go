package crash

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/claims"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// proveDeadlines looks at every deadline of every claim: its state was announced, and once. The claims' documents were
// complete long ago, so every deadline was over when it started: a scheduler that was killed must have forgotten none.
func (r *run) proveDeadlines(ctx context.Context, house *House) error {
	if err := house.AdvanceDeadlines(ctx); err != nil {
		return err
	}
	var forgotten int64
	err := pg.Row(ctx, house.DB, `SELECT count(*), count(*) FILTER (WHERE missed), count(*) FILTER (WHERE next <= now())
		FROM claim_deadline`, nil, &r.report.Deadlines, &r.report.Missed, &forgotten)
	if err != nil {
		return err
	}
	if r.report.DeadlinesWrong += forgotten; forgotten > 0 {
		r.report.fault("%d deadlines are over, and nobody looked at them", forgotten)
	}
	return claims.DeadlineCheck().Each(ctx, bun.IDB(house.DB), func(finding ledger.Finding) {
		r.report.DeadlinesWrong++
		r.report.fault("%s", finding)
	})
}
