package cashcall

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var ofClaim = pg.Select[CashCall, claimKey](pg.Load(folder), "CashCallsOfClaim")

type claimKey struct{ Pool, Claim string }

// In asks for the cash calls of a claim, among other reads.
func In(reads *pg.Reads, pool, claim string, into *[]CashCall) {
	pg.ListIn(reads, ofClaim.With(claimKey{pool, claim}), into)
}

// Write queues the calls of the claim that changed.
func (c *Calls) Write(tx *pg.Tx, pool, claim string) {
	for _, member := range c.changed {
		row := *c.Of(member)
		row.Pool, row.Claim = pool, claim
		pg.Put(tx, &row)
	}
}
