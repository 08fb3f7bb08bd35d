package claims

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Occurrence is one event that several claims come from 同一事故: a fire, an earthquake, a faulty batch. Its claims count
// together when the regulator asks whether a claim is a major one.
type Occurrence struct {
	bun.BaseModel `bun:"table:occurrence"`

	Pool     string        `bun:"pool,pk"  json:"pool"`
	Code     string        `bun:"code,pk"  json:"code"` // begins with the pool's code and a dash
	Name     string        `bun:"name"     json:"name"`
	Day      calendar.Date `bun:"day"      json:"day"`
	Major    calendar.Date `bun:"major"    json:"major"` // when its claims together became a major one
	Version  int64         `bun:"version"  json:"version"`
	Recorded time.Time     `bun:"recorded" json:"recorded"`
}

// OccurrenceFigures are an occurrence with what its claims come to, at 100 %.
type OccurrenceFigures struct {
	Occurrence

	Claims   int64        `bun:"claims"   json:"claims"`
	Estimate money.Amount `bun:"estimate" json:"estimate"` // indemnity and expense
	Paid     money.Amount `bun:"paid"     json:"paid"`
	Incurred money.Amount `bun:"incurred" json:"incurred"` // paid and outstanding
}
