package settlement

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// PreviewStatement asks what would be on a statement that was drawn now 试算. Nothing is stored.
type PreviewStatement struct {
	By access.Principal `json:"-"`

	Pool   string `json:"pool"`
	Period string `json:"period"`
}

// StatementPreview is what a drawing would come to.
type StatementPreview struct {
	*Statement

	Final   bool          `json:"final"` // never: what is recorded before the drawing comes to it
	Members []MemberTotal `json:"members"`
}

// PreviewStatement draws a statement and takes everything back. It refuses what DrawStatement does, in the same order.
func (s *Service) PreviewStatement(ctx context.Context, preview PreviewStatement) (*StatementPreview, error) {
	draws := DrawStatement{
		Command: idempotency.Command{By: preview.By, Rehearsal: new(idempotency.Rehearsal)},
		Pool:    preview.Pool, Period: preview.Period,
	}
	would := new(StatementPreview)
	draw := func(ctx context.Context, tx *pg.Tx, known *drawing, cmd DrawStatement, statement *Statement) error {
		if err := drawItemsOf(ctx, tx, known, cmd, statement); err != nil {
			return err
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		totals, err := TotalsOf(ctx, tx, statement)
		would.Members = totals
		return err
	}
	statement, err := change(ctx, s, draws, loadDrawing, decideDrawing, draw)
	would.Statement = statement
	return would, err
}
