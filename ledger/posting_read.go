package ledger

import (
	"bytes"
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PostingMax is the most postings one page lists.
const PostingMax = 1000

// BookPosting is a posting as a book shows it.
type BookPosting struct {
	Pool             string         `bun:"pool"         json:"pool"`
	Journal          uuid.UUID      `bun:"journal"      json:"journal"` // also the id of the event that made it
	Line             int            `bun:"line"         json:"line"`
	Kind             string         `bun:"kind"         json:"kind"`
	Book             string         `bun:"book"         json:"book"`
	Debit            Account        `bun:"debit"        json:"debit"`
	Credit           Account        `bun:"credit"       json:"credit"`
	Amount           money.Amount   `bun:"amount"       json:"amount"`
	Currency         string         `bun:"currency"     json:"currency"`
	Counterparty     string         `bun:"counterparty" json:"counterparty,omitempty"`
	Policy           string         `bun:"policy"       json:"policy,omitempty"`
	Claim            string         `bun:"claim"        json:"claim,omitempty"`
	Stream           Stream         `bun:"stream"       json:"stream"`
	AgreementVersion int            `bun:"agreement_version" json:"agreement_version"`
	Effective        calendar.Date  `bun:"effective"    json:"effective"`
	Period           calendar.Month `bun:"period"       json:"period"`
	Recorded         time.Time      `bun:"recorded"     json:"recorded"`
	Actor            string         `bun:"actor"        json:"actor"`
}

// PostingFilter says which postings are listed; what is left empty does not count.
type PostingFilter struct {
	Book, Pool, Policy string
	Account            Account
	From, To           calendar.Date // effective
	Cursor             Cursor
	Limit              int
}

// Cursor is where a page ended.
type Cursor struct {
	Recorded time.Time `json:"recorded"`
	Journal  uuid.UUID `json:"journal"`
	Line     int       `json:"line"`
}

// At is the cursor of this entry.
func (e *BookPosting) At() Cursor {
	return Cursor{Recorded: e.Recorded, Journal: e.Journal, Line: e.Line}
}

// BookPostings lists the postings of a book in the order of recording. Whoever may not see the book is refused with
// access.forbidden; without a book, a member sees its own, the pool manager and the regulator all.
func BookPostings(
	ctx context.Context, handle bun.IDB, by access.Principal, filter PostingFilter,
) ([]BookPosting, error) {
	if filter.Book == "" && by.Kind == access.Member {
		filter.Book = by.Organisation
	}
	if err := by.RequireRead(filter.Book); err != nil {
		return nil, err
	}
	postings, err := pg.Gather(handle, filter.Pool, inOrderOfRecording, func(part bun.IDB) ([]BookPosting, error) {
		return filter.read(ctx, part)
	})
	return postings[:min(len(postings), filter.limit())], err
}

func inOrderOfRecording(a, b BookPosting) int {
	return cmp.Or(a.Recorded.Compare(b.Recorded), bytes.Compare(a.Journal[:], b.Journal[:]), cmp.Compare(a.Line, b.Line))
}

func (filter PostingFilter) limit() int { return min(max(filter.Limit, 1), PostingMax) }

func (filter PostingFilter) read(ctx context.Context, handle bun.IDB) ([]BookPosting, error) {
	postings := []BookPosting{}
	query := handle.NewSelect().TableExpr("posting AS p").
		Join("JOIN journal AS j ON j.pool = p.pool AND j.id = p.journal").
		ColumnExpr(`p.pool, p.journal, p.line, j.kind, p.book, p.debit::text, p.credit::text, p.amount, p.currency,
			p.counterparty, p.policy, p.claim, p.stream::text, p.agreement_version, p.effective, p.period, p.recorded,
			j.actor`).
		Order("p.recorded", "p.journal", "p.line").Limit(int64(filter.limit()))
	for column, value := range map[string]string{
		"p.book": filter.Book, "p.pool": filter.Pool, "p.policy": filter.Policy,
	} {
		if value != "" {
			query.Where("? = ?", bun.Ident(column), value)
		}
	}
	if filter.Account != "" {
		query.Where("(p.debit = ?0::account OR p.credit = ?0::account)", string(filter.Account))
	}
	if !filter.From.IsZero() {
		query.Where("p.effective >= ?", filter.From)
	}
	if !filter.To.IsZero() {
		query.Where("p.effective <= ?", filter.To)
	}
	if at := filter.Cursor; !at.Recorded.IsZero() {
		query.Where("(p.recorded, p.journal, p.line) > (?, ?, ?)", at.Recorded, at.Journal, at.Line)
	}
	return postings, query.Scan(ctx, &postings)
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

// Seals lists the sealed months of a pool, oldest first.
func Seals(ctx context.Context, handle bun.IDB, pool string) ([]SealedMonth, error) {
	seals := []SealedMonth{}
	err := handle.NewSelect().TableExpr("period_seal").
		ColumnExpr("period, postings, encode(digest, 'hex') AS digest, sealed, actor").
		Where("pool = ?", pool).Order("period").Scan(ctx, &seals)
	return seals, err
}

// SealedMonth is a closed accounting month.
type SealedMonth struct {
	Month    calendar.Month `bun:"period"   json:"month"`
	Postings int64          `bun:"postings" json:"postings"`
	Digest   string         `bun:"digest"   json:"digest"` // hex
	Sealed   time.Time      `bun:"sealed"   json:"sealed"`
	Actor    string         `bun:"actor"    json:"actor"`
}
