package notice

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var ofClaim = pg.Select[Notice, claimKey](pg.Load(folder), "NoticesOfClaim")

type claimKey struct{ Pool, Claim string }

// In asks for the notices of a claim, among other reads.
func In(reads *pg.Reads, pool, claim string, into *[]Notice) {
	pg.ListIn(reads, ofClaim.With(claimKey{pool, claim}), into)
}

// Write queues the notices of the claim that changed.
func (n *Notices) Write(tx *pg.Tx, pool, claim string) {
	for _, at := range n.changed {
		row := n.All[at]
		row.Pool, row.Claim = pool, claim
		pg.Put(tx, &row)
	}
}
