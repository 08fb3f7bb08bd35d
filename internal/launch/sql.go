package launch

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	statements        = pg.Load(folder)
	mayChangePostings = pg.SQL[pg.None](statements, "MayChangePostings")
	poolsWithBooks    = pg.SQL[pg.None](statements, "PoolsWithBooks")
	hasBook           = pg.SQL[bookArgs](statements, "HasBook")
)

type bookArgs struct{ Pool string }
