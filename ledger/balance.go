package ledger

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// BalanceQuery asks for a balance by two dates: what counted by a business day, as it was known at an instant.
type BalanceQuery struct {
	Book         string
	Account      Account
	Pool         string         // "" for every pool
	Policy       string         // "" for every policy
	Claim        string         // "" for every claim
	Counterparty string         // the other member; "" for all
	Currency     money.Currency // the renminbi unless another is named: amounts of two currencies are never added
	Effective    calendar.Date  // postings that count by that day; none for all
	Known        time.Time      // postings recorded by that instant; zero for now
}

// Balance is what stands in an account.
type Balance struct {
	Debit   money.Amount `json:"debit"`
	Credit  money.Amount `json:"credit"`
	Balance money.Amount `json:"balance"` // positive on the account's normal side
	Final   bool         `json:"final"`   // whatever comes, this balance stays the same
	// Databases, when there are several, were asked one after the other: the balance is of no single moment, unless it
	// is final.
	Databases int `json:"databases,omitempty"`
}

// BalanceOf answers a query. Without Known it tells what is known now, and that is never final.
// Over several databases each is asked in turn: see Balance.Databases.
func BalanceOf(ctx context.Context, handle bun.IDB, q BalanceQuery) (Balance, error) {
	total, err := q.total(ctx, handle, q.Account)
	if err != nil {
		return Balance{}, err
	}
	total.Balance = total.Debit.Sub(total.Credit)
	if byAccount[q.Account].Normal == Credit {
		total.Balance = total.Balance.Neg()
	}
	return total, nil
}

// Owes is what one member owes another, net of what the other owes it: due_to − due_from − advance paid + advance
// received in the debtor's book. Book, account and counterparty of the query are not looked at.
func Owes(ctx context.Context, handle bun.IDB, debtor, creditor string, q BalanceQuery) (Balance, error) {
	q.Book, q.Counterparty = debtor, creditor
	total, err := q.total(ctx, handle, DueToCoinsurer, ClaimAdvanceReceived, DueFromCoinsurer, ClaimAdvancePaid)
	if err != nil {
		return Balance{}, err
	}
	total.Balance = total.Credit.Sub(total.Debit)
	return total, nil
}

// ViewBalance answers a query of a book to whoever may see the book; anyone else is refused with access.forbidden.
func ViewBalance(ctx context.Context, handle bun.IDB, by access.Principal, q BalanceQuery) (Balance, error) {
	if err := by.RequireRead(q.Book); err != nil {
		return Balance{}, err
	}
	return BalanceOf(ctx, handle, q)
}

// ViewOwed tells what a member owes another to either of them, the pool manager and the regulator; anyone else is
// refused with access.forbidden.
func ViewOwed(
	ctx context.Context, handle bun.IDB, by access.Principal, debtor, creditor string, q BalanceQuery,
) (Balance, error) {
	if !by.MayRead(creditor) {
		if err := by.RequireRead(debtor); err != nil {
			return Balance{}, err
		}
	}
	return Owes(ctx, handle, debtor, creditor, q)
}

// total adds up accounts of the book over the pools that the query is about. Each database is asked in one round trip.
func (q *BalanceQuery) total(ctx context.Context, handle bun.IDB, accounts ...Account) (Balance, error) {
	pool := q.pool()
	total := Balance{
		Debit: q.Currency.Minor(0), Credit: q.Currency.Minor(0), Balance: q.Currency.Minor(0), Final: !q.Known.IsZero(),
	}
	parts := pg.Parts(handle, pool)
	if len(parts) > 1 {
		total.Databases = len(parts)
	}
	for _, part := range parts {
		pools := []string{pool}
		if pool == "" {
			open, err := OpenPools(ctx, part)
			if err != nil {
				return total, err
			}
			pools = open
		}
		if err := q.add(ctx, part, pools, accounts, &total); err != nil {
			return total, err
		}
	}
	return total, nil
}

// pool is the one the query is about; "" for all. The number of a policy or claim begins with its pool.
func (q *BalanceQuery) pool() string {
	if of, _, found := strings.Cut(q.Policy+q.Claim, "-"); q.Pool == "" && found {
		return of
	}
	return q.Pool
}

type finalArgs struct {
	Pool  string
	Known time.Time
}

var finalAt = pg.SQL[finalArgs](files, "FinalAt")

// add asks one database, pool by pool and account by account, and adds what it says to the total.
func (q *BalanceQuery) add(
	ctx context.Context, part bun.IDB, pools []string, accounts []Account, total *Balance,
) error {
	if len(pools) == 0 { // a database without books
		return nil
	}
	var reads pg.Reads
	final := make([]bool, len(pools))
	debit, credit := make([]int64, len(pools)*len(accounts)), make([]int64, len(pools)*len(accounts))
	for i, pool := range pools {
		// Whether it is final is asked first: what becomes final in between only adds to what is read after.
		final[i] = true // so it is where no book is open
		if !q.Known.IsZero() {
			finalAt.With(finalArgs{pool, q.Known}).In(&reads, &final[i])
		}
		for j, account := range accounts {
			at := i*len(accounts) + j
			q.sums(pool, account).In(&reads, &debit[at], &credit[at])
		}
	}
	if err := reads.Run(ctx, part); err != nil {
		return err
	}
	for i := range pools {
		total.Final = total.Final && final[i]
	}
	for i := range debit {
		total.Debit, total.Credit = total.Debit.Add(q.Currency.Minor(debit[i])), total.Credit.Add(q.Currency.Minor(credit[i]))
	}
	return nil
}

type accountSums struct {
	Pool, Book, Account, Counterparty, Currency string

	Effective, Known string // "infinity" for no bound
}

type policySums struct {
	Pool, Book, Account, Counterparty, Currency, Effective, Known, Policy string
}

type claimSums struct {
	Pool, Book, Account, Counterparty, Currency, Effective, Known, Policy, Claim string
}

var (
	sumAccount = pg.SQL[accountSums](files, "SumAccount")
	sumPolicy  = pg.SQL[policySums](files, "SumPolicy")
	sumClaim   = pg.SQL[claimSums](files, "SumClaim")
)

// sums is the statement that adds an account up in a pool, as the query asks.
func (q *BalanceQuery) sums(pool string, account Account) pg.Bound {
	effective, known := "infinity", "infinity"
	if !q.Effective.IsZero() {
		effective = q.Effective.String()
	}
	if !q.Known.IsZero() {
		known = q.Known.Format(time.RFC3339Nano)
	}
	book, code, currency := q.Book, string(account), q.Currency.Code()
	switch {
	case q.Claim != "":
		return sumClaim.With(claimSums{
			pool, book, code, q.Counterparty, currency, effective, known, q.Policy, q.Claim,
		})
	case q.Policy != "":
		return sumPolicy.With(policySums{pool, book, code, q.Counterparty, currency, effective, known, q.Policy})
	}
	return sumAccount.With(accountSums{pool, book, code, q.Counterparty, currency, effective, known})
}

// BookBalance is what stands on one account of a book.
type BookBalance struct {
	Book   string       `bun:"book"`
	Credit money.Amount `bun:"credit"` // less the debits
}

type standArgs struct {
	Pool, Account string
	Books         []string
}

var standOn = pg.Select[BookBalance, standArgs](files, "StandOn")

// StandOn lists which of some books have a balance on an account of a pool, in the order of their codes.
func StandOn(ctx context.Context, handle bun.IDB, pool string, account Account, books []string) ([]BookBalance, error) {
	return pg.Listed[BookBalance](ctx, handle, standOn.With(standArgs{pool, string(account), books}))
}
