package claims

import (
	"context"

	"gongbao/insurance"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// Supplement is what a package above adds to a claim, with what the event says of it.
type Supplement interface{ EventDetail() any }

// AddSupplement adds a fact about a claim that moves none of its figures, for a package above: it locks the claim for a
// claims person of any member of its share table, lets the package write, and announces what was added. It refuses:
// claims.claim_not_found, access.forbidden, claims.claim_changed.
func AddSupplement[S Supplement](
	ctx context.Context, s *Service, about Command, cmd any, event string,
	write func(ctx context.Context, tx *pg.Tx, claim *Claim) (S, error),
) (S, error) {
	scope := about.Scope(insurance.PoolOf(about.Claim), idempotency.OperationOf("claims", cmd), s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (S, error) {
		var none S
		may := func(l *lockedClaim) error { return mayTakePart(about.By, l) }
		locked, err := lockFor(ctx, tx, s.clock, about, may)
		if err != nil {
			return none, err
		}
		outcome := begin(locked, about.By)
		added, err := write(ctx, tx, &outcome.after)
		if err != nil {
			return none, err
		}
		outcome.follow(event, added.EventDetail(), nil)
		outcome.write(tx)
		return added, outcome.announceFollowing(ctx, tx)
	})
}
