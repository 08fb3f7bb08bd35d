package periodend

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

// Migrator is whom the steps are done by that bring an older book over.
var Migrator = access.Person("migration", access.Manager, "", access.Settlement)

// BroughtOver is what the steps came to; all zero when there was nothing left to do.
type BroughtOver struct {
	Deferred    int `json:"deferred"`    // policies issued ahead that wait for their first day now
	Transferred int `json:"transferred"` // books whose closed accounts were emptied
	Announced   int `json:"announced"`   // confirmations of balances that were asked for before that was announced
}

// BringOver does what a migration of the schema cannot: steps that post, and so announce their facts. It comes after
// the migrations, with the owner's login of one database, and may be repeated: each step is driven by what is left to
// do. Told is called as it goes on.
func BringOver(
	ctx context.Context, db *pg.DB, clock clock.Clock, told func(step string, done, of int),
) (done BroughtOver, err error) {
	done.Deferred, err = insurance.NewService(db, clock).DeferInceptions(ctx, Migrator, func(n, of int) {
		told("policies issued ahead", n, of)
	})
	if err != nil {
		return done, err
	}
	if done.Transferred, err = NewService(db, clock).TransferAccounts(ctx, Migrator); err != nil {
		return done, err
	}
	done.Announced, err = settlement.NewService(db, clock).AnnounceConfirmations(ctx, Migrator)
	return done, err
}
