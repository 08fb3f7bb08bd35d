package launch

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var mayChangePostings = pg.SQL[pg.None](pg.Load(folder), "MayChangePostings")
