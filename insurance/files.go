package insurance

import (
	"embed"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// files are the statements of this package.
var files = pg.Load(folder)

// policyKey is a policy by its number.
type policyKey struct{ Pool, Number string }

// policiesKey are policies of one pool by their numbers.
type policiesKey struct {
	Pool    string
	Numbers []string
}
