package worksheet

import (
	"embed"

	"gongbao/insurance/indemnity"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	files          = pg.Load(folder)
	ofClaim        = pg.Select[Row, claimKey](files, "WorksheetOfClaim")
	remove         = pg.SQL[claimKey](files, "RemoveWorksheet")
	usedOfLimit    = pg.SQL[otherClaims](files, "UsedOfLimit")
	usedOfSections = pg.Select[UsedSection, otherClaims](files, "UsedOfSections")
)

type claimKey struct{ Pool, Claim string }

// otherClaims are those of a policy besides one.
type otherClaims struct{ Pool, Policy, But string }

// In asks for the worksheet of a claim, among other reads.
func In(reads *pg.Reads, pool, claim string, into *[]Row) {
	pg.ListIn(reads, ofClaim.With(claimKey{pool, claim}), into)
}

// UsedIn asks for what the policy's claims but one use, among other reads; of its sections only if that is wanted.
func UsedIn(reads *pg.Reads, pool, policy, but string, bySection bool, into *Used) {
	others := otherClaims{pool, policy, but}
	usedOfLimit.With(others).In(reads, &into.OfLimit)
	if bySection {
		pg.ListIn(reads, usedOfSections.With(others), &into.Sections)
	}
}

// Write replaces the claim's worksheet, with what is approved divided over its lines.
func Write(tx *pg.Tx, pool, claim string, lines []indemnity.SheetLine, approved money.Amount) {
	Remove(tx, pool, claim)
	indemnity.Allocate(lines, approved)
	for i := range lines {
		row := rowOf(&lines[i])
		row.Pool, row.Claim, row.Sequence = pool, claim, i
		pg.Insert(tx, &row)
	}
}

// Remove takes the claim's worksheet away.
func Remove(tx *pg.Tx, pool, claim string) { remove.With(claimKey{pool, claim}).Queue(tx) }
