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
	rows := make([]Notice, len(n.changed))
	for i, at := range n.changed {
		rows[i] = n.All[at]
		rows[i].Pool, rows[i].Claim = pool, claim
	}
	pg.PutAll(tx, rows)
}
