package zone

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
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

type memberCodes struct{ Codes []string }

var (
	allMembers    = pg.Select[Member, pg.None](files, "AllMembers")
	membersByCode = pg.Select[Member, memberCodes](files, "MembersByCode")
)

// Members lists every insurer of the zone, by code.
func Members(ctx context.Context, handle bun.IDB) ([]Member, error) {
	return pg.Listed[Member](ctx, handle, allMembers.With(pg.None{}))
}

// MembersByCode reads the named members; who is not there is missing from the map.
func MembersByCode(ctx context.Context, handle bun.IDB, codes []string) (map[string]Member, error) {
	var reads pg.Reads
	members := MembersByCodeIn(&reads, codes)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	return members(), nil
}

// MembersByCodeIn is MembersByCode among other reads; what it gives says, once they have run, who is there.
func MembersByCodeIn(reads *pg.Reads, codes []string) func() map[string]Member {
	var members []Member
	pg.ListIn(reads, membersByCode.With(memberCodes{codes}), &members)
	return func() map[string]Member {
		found := make(map[string]Member, len(members))
		for _, member := range members {
			found[member.Code] = member
		}
		return found
	}
}
