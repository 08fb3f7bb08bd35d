package settlement

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// A zone in several databases has a copy of every entry in each, because an allocation is written where its order is
// kept. How much of an entry is left is a question to all of them, and one allocation at a time may ask it.

// elsewhere is what of entries is allocated to orders that are kept in other databases than home.
type elsewhere struct {
	accounts, keys []string
	amounts        []int64
}

type entriesAllocated struct {
	Every    bool
	Accounts []string
}

var (
	allocatedOfAccounts = pg.SQL[entriesAllocated](files, "AllocatedOfAccounts")
	allocatedOfEntry    = pg.SQL[entryKey](files, "AllocatedOfEntry")
)

// allocatedElsewhere asks the databases of a zone beside home; it is empty where there is one.
func allocatedElsewhere(ctx context.Context, db bun.IDB, every bool, accounts []string) (elsewhere, error) {
	away := elsewhere{[]string{}, []string{}, []int64{}}
	for _, part := range pg.Parts(db, "")[1:] {
		err := allocatedOfAccounts.With(entriesAllocated{every, accounts}).Rows(ctx, part, func(rows *sql.Rows) error {
			var account, key string
			var amount int64
			err := rows.Scan(&account, &key, &amount)
			away.accounts, away.keys = append(away.accounts, account), append(away.keys, key)
			away.amounts = append(away.amounts, amount)
			return err
		})
		if err != nil {
			return away, err
		}
	}
	return away, nil
}

// alone runs an allocation to an order while no other of a zone in several databases runs: each commits before the next
// asks what is left. Home keeps the turn, in a transaction that writes nothing; an allocation at home takes its turn in
// its own. Where there is one database, the key of an allocation is enough.
func (s *Service) alone(
	ctx context.Context, pool string, allocate func(ctx context.Context) (*Match, error),
) (*Match, error) {
	home := s.db.Of(pg.Zone)
	if len(s.db.All()) == 1 || s.db.Of(pool) == home {
		return allocate(ctx)
	}
	var match *Match
	var failed error
	err := pg.InTx(ctx, home, func(ctx context.Context, tx *pg.Tx) error {
		var turn string
		if err := lockHead.With(ofPool{pg.Zone}).Row(ctx, tx, &turn); err != nil {
			return err
		}
		match, failed = allocate(ctx)
		return nil
	})
	if match != nil || failed != nil { // it is done, or refused, whatever became of the turn
		return match, failed
	}
	return nil, err
}

// awayOf is what of an entry is allocated in other databases than the transaction's, which has the turn.
func awayOf(ctx context.Context, tx *pg.Tx, entry entryKey) (away money.Amount, err error) {
	others := tx.Others()
	if len(others) > 0 && tx.Holds(pg.Zone) {
		var turn string
		if err := lockHead.With(ofPool{pg.Zone}).Row(ctx, tx, &turn); err != nil {
			return away, err
		}
	}
	for _, other := range others {
		var there money.Amount
		if err := allocatedOfEntry.With(entry).Row(ctx, other, &there); err != nil {
			return away, err
		}
		away = away.Add(there)
	}
	return away, nil
}
