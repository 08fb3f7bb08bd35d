package feed

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var statements = pg.Load(folder)
