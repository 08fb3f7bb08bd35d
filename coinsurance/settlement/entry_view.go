package settlement

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// OpenEntry is an entry with what of it is not allocated.
type OpenEntry struct {
	BankEntry

	Left money.Amount `json:"left"`
}

type entriesAsked struct {
	Every    bool
	Accounts []string
	OpenOnly bool
	Most     int

	AwayAccounts, AwayKeys []string // see elsewhere
	AwayAmounts            []int64
}

var entriesOfAccounts = pg.Select[BankEntry, entriesAsked](files, "EntriesOfAccounts")

// EntriesMax bounds a list of entries.
const EntriesMax = 1000

// ViewEntries lists entries of accounts, newest first: a member those of its own accounts, the pool manager and the
// regulator all.
func ViewEntries(
	ctx context.Context, db bun.IDB, by access.Principal, openOnly bool,
) ([]OpenEntry, error) {
	asked := entriesAsked{Every: by.Kind != access.Member, OpenOnly: openOnly, Most: EntriesMax, Accounts: []string{}}
	if by.Kind == access.Member {
		banks, err := zone.ViewBankDetails(ctx, db, by, by.Organisation)
		if err != nil {
			return nil, err
		}
		for i := range banks {
			if banks[i].State == zone.BankApproved {
				asked.Accounts = append(asked.Accounts, banks[i].AccountNumber)
			}
		}
	} else if err := by.RequireRead(""); err != nil {
		return nil, err
	}
	return openEntries(ctx, db, asked)
}

// openEntries lists entries with what is left of them, by what every database of the zone says.
func openEntries(ctx context.Context, db bun.IDB, asked entriesAsked) ([]OpenEntry, error) {
	home := pg.Parts(db, "")[0]
	found := []OpenEntry{}
	away, err := allocatedElsewhere(ctx, db, asked.Every, asked.Accounts)
	if err != nil {
		return nil, err
	}
	asked.AwayAccounts, asked.AwayKeys, asked.AwayAmounts = away.accounts, away.keys, away.amounts
	err = entriesOfAccounts.With(asked).Rows(ctx, home, func(rows *sql.Rows) error {
		var e OpenEntry
		err := rows.Scan(&e.Pool, &e.Account, &e.Key, &e.File, &e.Day, &e.Amount, &e.Credit, &e.Returned, &e.EndToEnd,
			&e.Payment, &e.Reference, &e.Counterparty, &e.CounterpartyAccount, &e.Remark, &e.Left)
		found = append(found, e)
		return err
	})
	return found, err
}
