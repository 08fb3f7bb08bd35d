package zone

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
)

// Member is an insurer of the zone 成员保险公司. It is a reference: the same in every pool.
type Member struct {
	bun.BaseModel `bun:"table:member"`

	Code       string        `bun:"code,pk"    json:"code"`
	Name       string        `bun:"name"       json:"name"`
	Capital    *money.Amount `bun:"capital"    json:"capital,omitempty"` // capital plus reserves
	Version    int64         `bun:"version"    json:"version"`
	Registered time.Time     `bun:"registered" json:"registered"`
	Actor      string        `bun:"actor"      json:"actor"`
}
