package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

type pairArgs struct {
	Pool, Debit, Credit string

	Transfer     bool // the accounts are a closed one and the one that took its place
	TransferKind string
}

var (
	sumBook  = pg.SQL[OfPool](files, "SumBook")
	namePair = pg.SQL[pairArgs](files, "NamePair")
)

// verifySums adds a pool's book up once and asks what pairs, mirrors, seals, turnovers and kept balances have to say.
func verifySums(ctx context.Context, handle bun.IDB, pool string, report func(Finding)) error {
	var strange [][2]Account
	err := sumBook.With(OfPool{pool}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var isPair bool
		finding := Finding{Pool: pool}
		if err := rows.Scan(&isPair, &finding.Subject, &finding.Text); err != nil {
			return err
		}
		pair := [2]Account{Account(finding.Subject), Account(finding.Text)}
		if !isPair {
			report(finding)
		} else if !allowed[pair] && !retired[pair] {
			strange = append(strange, pair)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, pair := range strange {
		if err := nameStrange(ctx, handle, pool, pair, report); err != nil {
			return err
		}
	}
	return nil
}

// nameStrange lists the postings between two accounts that the chart does not pair, or only in a transfer.
func nameStrange(ctx context.Context, handle bun.IDB, pool string, pair [2]Account, report func(Finding)) error {
	debit, credit := pair[0], pair[1]
	return namePair.With(pairArgs{
		Pool: pool, Debit: string(debit), Credit: string(credit), Transfer: transfers[pair],
		TransferKind: AccountsTransferred,
	}).Rows(ctx, handle, func(rows *sql.Rows) error {
		finding := Finding{Pool: pool}
		var line int
		if err := rows.Scan(&finding.Subject, &line); err != nil {
			return err
		}
		finding.Text = fmt.Sprintf("line %d of journal %s moves from %s to %s, which no rule does",
			line, finding.Subject, credit, debit)
		report(finding)
		return nil
	})
}
