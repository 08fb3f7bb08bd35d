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
	bun.BaseModel `bun:"table:book_posting" json:"-"`

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
	Mirror           int            `bun:"mirror" json:"-"` // number of the mirrored pair in its journal; 0 for none
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

type postingArgs struct {
	Pool, Book, Policy, Account string

	FromDay, ToDay calendar.Date
	AfterRecorded  *time.Time
	AfterJournal   uuid.UUID
	AfterLine      int
	Most           int
}

var listPostings = pg.Select[BookPosting, postingArgs](files, "ListPostings")

func (filter PostingFilter) read(ctx context.Context, handle bun.IDB) ([]BookPosting, error) {
	args := postingArgs{
		Pool: filter.Pool, Book: filter.Book, Policy: filter.Policy, Account: string(filter.Account),
		FromDay: filter.From, ToDay: filter.To, Most: filter.limit(),
	}
	if at := filter.Cursor; !at.Recorded.IsZero() {
		args.AfterRecorded, args.AfterJournal, args.AfterLine = &at.Recorded, at.Journal, at.Line
	}
	return pg.Listed[BookPosting](ctx, handle, listPostings.With(args))
}
