package worksheet

import (
	"embed"
	"reflect"

	"gongbao/insurance/indemnity"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	files   = pg.Load(folder)
	ofClaim = pg.Select[Row, claimKey](files, "WorksheetOfClaim")
	shorten = pg.SQL[linesFrom](files, "ShortenWorksheet")
)

type claimKey struct{ Pool, Claim string }

// linesFrom are the lines of a claim's worksheet from one on.
type linesFrom struct {
	Pool, Claim string
	First       int
}

// In asks for the worksheet of a claim, among other reads.
func In(reads *pg.Reads, pool, claim string, into *[]Row) {
	pg.ListIn(reads, ofClaim.With(claimKey{pool, claim}), into)
}

// Write queues what changed of a claim's worksheet, with what is approved divided over its lines: the lines that are
// otherwise than they were kept, and the end of a worksheet that has become shorter.
func Write(tx *pg.Tx, pool, claim string, kept []Row, lines []indemnity.SheetLine, approved money.Amount) {
	indemnity.Allocate(lines, approved)
	for i := range lines {
		if i < len(kept) && reflect.DeepEqual(kept[i].line(), lines[i]) {
			continue
		}
		row := rowOf(&lines[i])
		row.Pool, row.Claim, row.Sequence = pool, claim, i
		pg.Put(tx, &row)
	}
	if len(kept) > len(lines) {
		shorten.With(linesFrom{pool, claim, len(lines)}).Queue(tx)
	}
}
