package launch

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// migrated is what bringing a database up to date came to.
type migrated struct {
	Applied []string // migrations, newly
	Brought periodend.BroughtOver
}

// Migrate brings the schema up to date, spreads it over the machines of a cluster where there is one, gives the
// application's login its rights when it is another than the owner's, and takes the steps that bring an older book
// over. All of it may be repeated.
func Migrate(
	ctx context.Context, owner, application string, clock clock.Clock, told func(step string, done, of int),
) (done migrated, err error) {
	db, err := pg.Open(ctx, pg.Options{URL: owner, MaxConnections: 4})
	if err != nil {
		return done, err
	}
	defer db.Close()
	if err := backup.Finished(ctx, db); err != nil {
		return done, err
	}
	if done.Applied, err = pg.Migrate(ctx, db, migrations.Files); err != nil {
		return done, err
	}
	spread := pg.Spread{References: migrations.Everywhere, ByPool: migrations.ByPool()}
	if err := pg.Distribute(ctx, db, spread); err != nil {
		return done, err
	}
	if ownerLogin, applicationLogin := loginOf(owner), loginOf(application); ownerLogin != applicationLogin {
		err = pg.Grant(ctx, db, applicationLogin, pg.Grants{
			AppendOnly: migrations.AppendOnly, Mutable: migrations.Mutable, Queues: migrations.Queues,
			Views: migrations.Views,
		})
		if err != nil {
			return done, err
		}
	}
	done.Brought, err = periodend.BringOver(ctx, db, clock, told)
	return done, err
}

func loginOf(address string) string {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return ""
	}
	return config.User
}

// BroughtOver says what the steps after the migrations came to; nothing when there was nothing to do.
func BroughtOver(done periodend.BroughtOver) (lines []string) {
	if done.Deferred > 0 {
		lines = append(lines, fmt.Sprintf("Book: %d policies issued ahead wait for their first day", done.Deferred))
	}
	if done.Transferred > 0 {
		lines = append(lines, fmt.Sprintf("Book: recoveries of %d books lower the cost of claims now", done.Transferred))
	}
	if done.Announced > 0 {
		lines = append(lines, fmt.Sprintf("Book: %d confirmations of balances are announced now", done.Announced))
	}
	return lines
}
