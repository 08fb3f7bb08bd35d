package ledger

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// files are the statements of this package. No other package names a table of the book: who needs more than the
// functions here asks the views that the ledger keeps, which are described where the migrations make them.
var files = pg.Load(folder)

// OfPool is the argument of a statement that is asked pool by pool.
type OfPool struct{ Pool string }
