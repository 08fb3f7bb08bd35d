package backup

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// but leaves the mark of a restore out.
type but struct{ Mark string }

var (
	statements         = pg.Load(folder)
	tablesBut          = pg.SQL[but](statements, "Tables")
	references         = pg.SQL[pg.None](statements, "References")
	relations          = pg.SQL[pg.None](statements, "Relations")
	guess              = pg.SQL[but](statements, "Guess")
	inTheOrderOfPlaces = pg.SQL[pg.None](statements, "InTheOrderOfPlaces")
	makeMark           = pg.SQL[pg.None](statements, "MakeMark")
	takeMarkAway       = pg.SQL[pg.None](statements, "TakeMarkAway")
	clearAll           = pg.SQL[pg.None](statements, "Clear")
	analyze            = pg.SQL[pg.None](statements, "Analyze")
	poolsNow           = pg.SQL[pg.None](statements, "Pools")
	unsound            = pg.SQL[pg.None](statements, "Unsound")
)
