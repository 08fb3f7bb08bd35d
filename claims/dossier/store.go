package dossier

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	statements       = pg.Load(folder)
	documentsOfClaim = pg.Select[Document, documentsKey](statements, "DocumentsOfClaim")
	documentByNumber = pg.Select[Document, documentKey](statements, "DocumentByNumber")
	nextNumber       = pg.SQL[documentsKey](statements, "NextDocument")
	filesNamed       = pg.SQL[pg.None](statements, "FilesNamed")
)

// Arguments of the statements.
type (
	documentsKey struct{ Pool, Claim string }
	documentKey  struct {
		Pool, Claim string
		Number      int
	}
)
