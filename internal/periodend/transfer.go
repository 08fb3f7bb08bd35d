package periodend

import (
	"context"
	"slices"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// transferStreams are what is moved off each closed account. Recoveries and salvage lower the cost of claims and are no
// income (CAS 25 of 2006, 企业会计准则第25号——原保险合同).
var transferStreams = map[ledger.Account]ledger.Stream{
	ledger.RecoveryIncome: ledger.Recovery, ledger.SalvageIncome: ledger.Salvage,
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
	standing := map[ledger.Account][]ledger.BookBalance{}
	for _, account := range closedAccounts() {
		if standing[account.Account], err = ledger.StandOn(ctx, tx, pool, account.Account, codes); err != nil {
			return 0, err
		}
	}
	found := transfers(standing)
	for _, one := range found {
		if err := s.transferBook(ctx, tx, period, by, one); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

// closedAccounts are those of the chart to which nothing is posted any longer.
func closedAccounts() []ledger.ChartAccount {
	return slices.DeleteFunc(ledger.Chart(), func(account ledger.ChartAccount) bool { return account.Closed == "" })
}

// transfer is what is moved off the closed accounts of one book.
type transfer struct {
	book     string
	postings []ledger.Posting
}

// transfers move what stands on closed accounts to those that took their place, each book by itself, in the order in
// which the chart and its accounts name them.
func transfers(standing map[ledger.Account][]ledger.BookBalance) []transfer {
	byBook := map[string]*ledger.JournalBuilder{}
	var books []string
	for _, closed := range closedAccounts() {
		for _, s := range standing[closed.Account] {
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
	found := make([]transfer, 0, len(books))
	for _, book := range books {
		found = append(found, transfer{book, byBook[book].Postings()})
	}
	return found
}

// transferDay is today, or the last day of the first open month when that is earlier.
func transferDay(period ledger.Period, today calendar.Date) calendar.Date {
	ended := period.Ended()
	if ended.IsZero() {
		return today
	}
	return calendar.Earlier(today, ended.Next().Last())
}

func (s *Service) transferBook(
	ctx context.Context, tx *pg.Tx, period ledger.Period, by access.Principal, moved transfer,
) error {
	now := period.After(s.clock.Now())
	subject, day := "accounts/"+period.Pool+"/"+moved.book, transferDay(period, calendar.DateOf(now))
	version, err := outbox.NextVersion(ctx, tx, period.Pool, subject)
	if err != nil {
		return err
	}
	id := fact.NewID(now)
	posted, err := ledger.Post(ctx, tx, period, ledger.Journal{
		Pool: period.Pool, ID: id, Kind: ledger.AccountsTransferred, Effective: day, Recorded: now, By: by.Subject,
		Pass: authority.TransferAccounts.Pass(), Postings: moved.postings,
	})
	if err != nil {
		return err
	}
	return outbox.Append(ctx, tx, fact.Fact{
		ID: id, Pool: period.Pool, Type: ledger.AccountsTransferred, Subject: subject, SubjectVersion: version,
		Effective: day, Recorded: now, By: by, Audience: fact.Sections,
		Data:     Transferred{Pool: period.Pool, Book: moved.book},
		Journal:  posted.Seal(),
		Sections: []fact.Section{{Member: moved.book, Data: transferred{Postings: posted.Lines}}},
	})
}
