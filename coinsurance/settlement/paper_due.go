package settlement

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// PaperKind is what a paper is that members are handed 函件.
type PaperKind string

// Kinds of paper.
const (
	StatementPaper    PaperKind = "statement"    // 对账单
	LetterPaper       PaperKind = "letter"       // settlement letter 结算函
	ConfirmationPaper PaperKind = "confirmation" // of balances 询证函
)

// PaperDue is a paper that is to be written. The act that it is of asks for it in its own transaction and waits for
// nothing; package paper writes it afterwards, in this process or, if that dies, in the next.
type PaperDue struct {
	bun.BaseModel `bun:"table:paper_due"`

	Pool      string    `bun:"pool,pk"`
	Kind      PaperKind `bun:"kind,pk"`
	Reference string    `bun:"reference,pk"`
	Member    string    `bun:"member,pk"`
	Recorded  time.Time `bun:"recorded"` // of the act
	Actor     string    `bun:"actor"`    // whose act it was
}

// Subject is how events name a paper.
func (d *PaperDue) Subject() string {
	return fmt.Sprintf("paper/%s/%s/%s/%s", d.Pool, d.Kind, d.Reference, d.Member)
}

// StatementReference is what a statement's papers are kept by.
func StatementReference(period string, issue int) string { return fmt.Sprintf("%s/%d", period, issue) }

// LetterReference is what the letters of a run are kept by.
func LetterReference(period string, run int) string { return fmt.Sprintf("%s/%d", period, run) }

// papersOf are the papers of a kind that every member of a statement is to have.
func papersOf(due PaperDue, totals []MemberTotal) []PaperDue {
	all := make([]PaperDue, len(totals))
	for i, total := range totals {
		all[i] = due
		all[i].Member = total.Member
	}
	return all
}

// papersShared are the columns in which the papers of one act are the same.
var papersShared = pg.ColumnsShared[PaperDue]("pool", "kind", "reference", "recorded", "actor")

// PaperFile is a paper in one format, as it is kept.
type PaperFile struct {
	Format    string         `json:"format"` // pdf, xlsx, csv
	Name      string         `json:"name"`
	Size      int64          `json:"size"` // bytes
	SHA256    fact.HexDigest `json:"sha256"`
	Written   time.Time      `json:"written"`
	WrittenBy string         `json:"written_by"` // on whose act
}

// PaperData is the data of coinsurance.paper_written.
type PaperData struct {
	Kind      PaperKind   `json:"kind"`
	Reference string      `json:"reference"`
	Member    string      `json:"member"`
	Files     []PaperFile `json:"files"`
}

// PaperWritten announces to those whom a paper is for that it is there, with the hash of each of its files.
func PaperWritten(
	due *PaperDue, files []PaperFile, version int64, recorded time.Time, by access.Principal, readers ...string,
) fact.Fact {
	return fact.Fact{
		Pool: due.Pool, Type: EventPaperWritten, Subject: due.Subject(), SubjectVersion: version,
		Effective: calendar.DateOf(recorded), Recorded: recorded, By: by, Audience: fact.Sections,
		Data: PaperData{due.Kind, due.Reference, due.Member, files}, Sections: private(readers...),
	}
}
