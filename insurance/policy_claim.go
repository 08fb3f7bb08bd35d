package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// ClaimNote is what this wing must know of a claim on one of its policies. The wing of claims keeps it up in the
// transactions that change the claim, so that a cancellation under the policy's lock sees it as it is.
type ClaimNote struct {
	bun.BaseModel `bun:"table:policy_claim"`

	Pool    string        `bun:"pool,pk"`
	Policy  string        `bun:"policy,pk"`
	Claim   string        `bun:"claim,pk"`
	LossDay calendar.Date `bun:"loss_day"`
	Open    bool          `bun:"open"` // neither closed nor refused nor withdrawn
	Paid    money.Amount  `bun:"paid"` // indemnity and expense, at 100 %
	Used    money.Amount  `bun:"used"` // indemnity approved or paid, the larger, at 100 %
}

// NoteClaim queues what is to be known of a claim, with everything else the transaction writes.
func NoteClaim(tx *pg.Tx, note ClaimNote) { pg.Put(tx, &note) }

var (
	claimNotes   = pg.Select[ClaimNote, ledger.OfPool](files, "ClaimNotes")
	claimNotesOf = pg.Select[ClaimNote, policyKey](files, "ClaimNotesOf")
)

// EachClaimNote reads what is known of every claim, for whoever proves it against the claims.
func EachClaimNote(
	ctx context.Context, handle bun.IDB, pool string, each func(ClaimNote) error,
) error {
	return pg.Each(ctx, handle, claimNotes.With(ledger.OfPool{Pool: pool}), func(note *ClaimNote) error {
		return each(*note)
	})
}

// stands says that a cancellation with effect from the day would take the cover away from under the claim.
func (n *ClaimNote) stands(day calendar.Date) bool {
	return !n.LossDay.Before(day) && (n.Open || !n.Paid.IsZero())
}
