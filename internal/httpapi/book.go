package httpapi

import (
	"context"
	"encoding/json"
	"time"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/ledger"
)

// BookPath names a book.
type BookPath struct {
	Book string `path:"book" maxLength:"64" doc:"The member whose book it is"`
}

// AccountPath names an account of a book.
type AccountPath struct {
	BookPath

	Account string `path:"account" maxLength:"64" doc:"An account of the chart, such as due_to_coinsurer"`
}

func (p AccountPath) account() (ledger.Account, error) {
	found, known := ledger.FindAccount(ledger.Account(p.Account))
	if !known {
		return "", ledger.ErrAccountNotFound.Case(fault.Args{"account": p.Account})
	}
	return found.Account, nil
}

// AsOf says which postings a balance takes in: those of what, that count by which day, recorded by which instant.
type AsOf struct {
	Pool      string        `query:"pool" maxLength:"64" doc:"Every pool when left out"`
	Policy    string        `query:"policy" maxLength:"128"`
	Claim     string        `query:"claim" maxLength:"128"`
	Effective calendar.Date `query:"effective" doc:"Postings that count by this day; all when left out"`
	Known     time.Time     `query:"known" doc:"Postings recorded by this instant; now when left out"`
}

func (a AsOf) query() ledger.BalanceQuery {
	return ledger.BalanceQuery{Pool: a.Pool, Policy: a.Policy, Claim: a.Claim, Effective: a.Effective, Known: a.Known}
}

func (s *Server) bindBook() {
	bind(s, get("get-balance", tagBook, "/v1/books/{book}/accounts/{account}/balance", door.Business,
		"A balance by two dates: what counted by a day, as known at an instant"), s.viewBalance)
	bind(s, get("list-postings", tagBook, "/v1/books/{book}/accounts/{account}/postings", door.Business,
		"The postings of one account of one book"), s.listAccountPostings)
	bind(s, get("get-owed", tagBook, "/v1/books/{book}/owes/{creditor}", door.Business,
		"What one member owes another, net"), s.viewOwed)
	bind(s, get("get-trial-balance", tagBook, "/v1/pools/{pool}/trial-balances/{month}", door.Business,
		"The trial balance of an accounting month"), s.viewTrialBalance)
	bind(s, get("get-premium-income", tagReport, "/v1/premium-income", door.Business,
		"Premium income by pool, line, member and month"), s.viewPremiumIncome)
}

func (s *Server) viewBalance(ctx context.Context, by access.Principal, in *struct {
	AccountPath
	AsOf

	With string `query:"with" maxLength:"64" doc:"The other member, for accounts between members"`
},
) (*single[ledger.Balance], error) {
	account, err := in.account()
	if err != nil {
		return nil, err
	}
	query := in.query()
	query.Book, query.Account, query.Counterparty = in.Book, account, in.With
	return one(ledger.ViewBalance(ctx, s.DB, by, query))
}

func (s *Server) viewOwed(ctx context.Context, by access.Principal, in *struct {
	BookPath
	AsOf

	Creditor string `path:"creditor" maxLength:"64"`
},
) (*single[ledger.Balance], error) {
	return one(ledger.ViewOwed(ctx, s.DB, by, in.Book, in.Creditor, in.query()))
}

func (s *Server) listAccountPostings(ctx context.Context, by access.Principal, in *struct {
	AccountPath
	PageQuery

	Pool string        `query:"pool" maxLength:"64"`
	From calendar.Date `query:"from" doc:"Effective on or after this day"`
	To   calendar.Date `query:"to" doc:"Effective on or before this day"`
},
) (*page[ledger.BookPosting], error) {
	account, err := in.account()
	if err != nil {
		return nil, err
	}
	return s.postings(ctx, by, in.PageQuery, ledger.PostingFilter{
		Book: in.Book, Account: account, Pool: in.Pool, From: in.From, To: in.To,
	})
}

func (s *Server) viewTrialBalance(
	ctx context.Context, by access.Principal, in *MonthPath,
) (*page[ledger.TrialLine], error) {
	if _, err := coinsurance.FindPool(ctx, s.DB, in.Pool); err != nil {
		return nil, err
	}
	return all(ledger.TrialBalance(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Month))
}

func (s *Server) viewPremiumIncome(
	ctx context.Context, by access.Principal, _ *none,
) (*page[insurance.PremiumIncome], error) {
	list, err := all(insurance.PremiumIncomeBy(ctx, s.DB, by))
	return over(s, "", list, err)
}

// postings lists a page of postings.
func (s *Server) postings(
	ctx context.Context, by access.Principal, query PageQuery, filter ledger.PostingFilter,
) (*page[ledger.BookPosting], error) {
	text, err := door.Unseal(query.After)
	if err != nil {
		return nil, err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &filter.Cursor); err != nil {
			return nil, door.ErrNoCursor
		}
	}
	filter.Limit = query.limit()
	postings, err := ledger.BookPostings(ctx, s.DB, by, filter)
	answer, err := all(postings, err)
	if err == nil && len(postings) == filter.Limit {
		cursor, failure := json.Marshal(postings[len(postings)-1].At())
		answer.Body.Next, err = door.Seal(string(cursor)), failure
	}
	return over(s, filter.Pool, answer, err)
}
