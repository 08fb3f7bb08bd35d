package periodend

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// transferStreams are what is moved off each closed account. Recoveries and salvage lower the cost of claims and are no
// income (CAS 25 of 2006, 企业会计准则第25号——原保险合同).
var transferStreams = map[ledger.Account]ledger.Stream{
	ledger.RecoveryIncome: ledger.Recovery, ledger.SalvageIncome: ledger.Salvage,
}

// Transferred is the data of ledger.accounts_transferred: a book's balances were moved off closed accounts.
type Transferred struct {
	Pool string `json:"pool"`
	Book string `json:"book"` // the member insurer
}

type transferred struct {
	Postings []ledger.Posting `json:"postings"`
}

// TransferAccounts moves what stands on closed accounts to those that took their place, in the first open month of each
// pool: one journal per book. It may be repeated: what was moved stands there no longer. It gives the number of books.
func (s *Service) TransferAccounts(ctx context.Context, by access.Principal) (int, error) {
	pools, err := coinsurance.Pools(ctx, s.db)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, pool := range pools {
		if !s.db.Holds(pool.Code) {
			continue
		}
		books := 0
		err := pg.InTx(ctx, s.db, func(ctx context.Context, tx *pg.Tx) (err error) {
			books, err = s.transferPool(ctx, tx, by, pool.Code)
			return err
		})
		if err != nil {
			return done, err
		}
		done += books
	}
	return done, nil
}

func (s *Service) transferPool(ctx context.Context, tx *pg.Tx, by access.Principal, pool string) (int, error) {
	period, err := ledger.LockPeriod(ctx, tx, pool)
	if pg.NoRows(err) { // it is known here and not founded yet
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	members, err := zone.Members(ctx, tx)
	if err != nil {
		return 0, err
	}
	codes := make([]string, len(members))
	for i, member := range members {
		codes[i] = member.Code
	}
	byBook := map[string]*ledger.JournalBuilder{}
	var books []string
	for _, closed := range ledger.Chart() {
		if closed.Closed == "" {
			continue
		}
		standing, err := ledger.StandOn(ctx, tx, pool, closed.Account, codes)
		if err != nil {
			return 0, err
		}
		for _, s := range standing {
			if byBook[s.Book] == nil {
				byBook[s.Book] = &ledger.JournalBuilder{}
				books = append(books, s.Book)
			}
			byBook[s.Book].Move(ledger.Posting{
				Book: s.Book, Debit: closed.Account, Credit: closed.Closed, Amount: s.Credit,
				Stream: transferStreams[closed.Account],
			})
		}
	}
	for _, book := range books {
		if err := s.transferBook(ctx, tx, period, by, book, byBook[book].Postings()); err != nil {
			return 0, err
		}
	}
	return len(books), nil
}

func (s *Service) transferBook(
	ctx context.Context, tx *pg.Tx, period ledger.Period, by access.Principal, book string, postings []ledger.Posting,
) error {
	now := s.clock.Now()
	subject, day := "accounts/"+period.Pool+"/"+book, calendar.DateOf(now)
	if !period.Closed.IsZero() {
		day = calendar.Earlier(day, period.Closed.Next().Last()) // in the first open month
	}
	version, err := outbox.NextVersion(ctx, tx, period.Pool, subject)
	if err != nil {
		return err
	}
	id := fact.NewID(now)
	posted, err := ledger.Post(ctx, tx, period, ledger.Journal{
		Pool: period.Pool, ID: id, Kind: ledger.AccountsTransferred, Effective: day, Recorded: now, By: by.Subject,
		Postings: postings,
	})
	if err != nil {
		return err
	}
	return outbox.Append(ctx, tx, fact.Fact{
		ID: id, Pool: period.Pool, Type: ledger.AccountsTransferred, Subject: subject, SubjectVersion: version,
		Effective: day, Recorded: now, By: by, Audience: fact.Sections,
		Data:     Transferred{Pool: period.Pool, Book: book},
		Journal:  posted.Seal(),
		Sections: []fact.Section{{Member: book, Data: transferred{Postings: posted.Lines}}},
	})
}
