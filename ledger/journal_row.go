package ledger

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// journalRow is a journal without its postings.
type journalRow struct {
	bun.BaseModel `bun:"table:journal"`

	Pool      string         `bun:"pool,pk"`
	ID        uuid.UUID      `bun:"id,pk"`
	Kind      string         `bun:"kind"`
	Effective calendar.Date  `bun:"effective"`
	Period    calendar.Month `bun:"period"`
	Recorded  time.Time      `bun:"recorded"`
	Actor     string         `bun:"actor"`
	Reverses  *uuid.UUID     `bun:"reverses"`
	Postings  int            `bun:"postings"`
	Digest    []byte         `bun:"digest"`
}

// postingRow is a posting as the table has it.
type postingRow struct {
	bun.BaseModel `bun:"table:posting"`

	Pool             string         `bun:"pool,pk"`
	Journal          uuid.UUID      `bun:"journal,pk"`
	Line             int            `bun:"line,pk"`
	Mirror           int            `bun:"mirror"`
	Amount           money.Amount   `bun:"amount"`
	Recorded         time.Time      `bun:"recorded"`
	Effective        calendar.Date  `bun:"effective"`
	Period           calendar.Month `bun:"period"`
	Debit            Account        `bun:"debit"`
	Credit           Account        `bun:"credit"`
	Stream           Stream         `bun:"stream"`
	AgreementVersion int            `bun:"agreement_version"`
	Book             string         `bun:"book"`
	Counterparty     string         `bun:"counterparty"`
	Policy           string         `bun:"policy"`
	Claim            string         `bun:"claim"`
	Currency         string         `bun:"currency"`
}

// postingArrays are the postings of one journal: what they share, and the rest column by column.
type postingArrays struct {
	Pool              string
	Journal           uuid.UUID
	Recorded          time.Time
	Effective         calendar.Date
	Period            calendar.Month
	Lines             []int32
	Mirrors           []int32
	Amounts           []int64
	Debits            []string
	Credits           []string
	Streams           []string
	AgreementVersions []int32
	Books             []string
	Counterparties    []string
	Policies          []string
	Claims            []string
	Currencies        []string
}

var insertPostings = pg.SQL[postingArrays](files, "InsertPostings")
