package claims

import (
	"context"

	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// Annotate adds a fact about a claim that moves none of its figures, for a package above: it locks the claim for a
// claims person of any member of its share table, lets the package write, and announces what it gives as detail. It
// refuses: claims.claim_not_found, access.forbidden, claims.claim_changed.
func Annotate[A any](
	ctx context.Context, s *Service, cmd Command, name, kind string, body any,
	write func(ctx context.Context, tx *pg.Tx, claim *Claim) (answer A, detail any, err error),
) (A, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Claim, cmd.By, name, cmd.IdempotencyKey), body,
		func(ctx context.Context, tx *pg.Tx) (A, error) {
			h, err := s.hold(ctx, tx, cmd, anyMember)
			if err != nil {
				var none A
				return none, err
			}
			after := *h.claim
			after.Recorded = h.now
			answer, detail, err := write(ctx, tx, &after)
			if err != nil {
				return answer, err
			}
			err = h.announce(ctx, tx, cmd.By, kind, &after, detail, nil)
			h.write(tx, &after)
			return answer, err
		})
}

// EventData is what every event of a claim says, with a detail of its own; schemas are written from it.
func EventData(detail any) any { return eventData{Detail: detail} }
