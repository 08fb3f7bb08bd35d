package settlement

import (
	"fmt"
	"time"

	"github.com/uptrace/bun"

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
