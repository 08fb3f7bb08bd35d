package coinsurance

import (
	"fmt"
	"slices"
	"strconv"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// MembersMax bounds a share table; the bulk split keeps one bit of a machine word for every member.
const MembersMax = 64

// sharesWhole is what the shares of a table sum to, in units of 1e-8.
var sharesWhole = money.Whole.E8()

// MemberShare is one row of a share table.
type MemberShare struct {
	Member string
	Share  money.Share
}

// ShareTable is one column of an agreement version 份额表: who carries which fraction of a stream. Its shares sum to
// exactly one. It never changes once made; the zero ShareTable has no members and cannot split anything.
type ShareTable struct {
	leader  int // index of the leader in members
	members []string
	shares  []money.Share
}

// NewShareTable checks the rows and keeps their order. It refuses, in this order, with ErrTableInvalid a table that
// has not 1 to MembersMax members, names one twice or none, gives one no share, or lacks the leader; and with
// ErrSharesNotWhole shares that do not sum to exactly one.
func NewShareTable(leader string, rows []MemberShare) (ShareTable, error) {
	if len(rows) == 0 || len(rows) > MembersMax {
		return ShareTable{}, ErrTableInvalid.At("shares", "{count} members", fault.Args{"count": len(rows)})
	}
	table := ShareTable{
		leader:  -1,
		members: make([]string, 0, len(rows)),
		shares:  make([]money.Share, 0, len(rows)),
	}
	var check fault.Check
	var sum int64
	for i, row := range rows {
		path := fmt.Sprintf("shares[%d]", i)
		check.Require(row.Member != "", path+".member", "the member is not named")
		check.Require(table.Index(row.Member) < 0, path+".member", "{member} is named twice",
			fault.Args{"member": row.Member})
		check.Require(!row.Share.IsZero(), path+".share", "the share must be above zero")
		if row.Member == leader && table.leader < 0 {
			table.leader = i
		}
		table.members = append(table.members, row.Member)
		table.shares = append(table.shares, row.Share)
		sum += row.Share.E8()
	}
	check.Require(table.leader >= 0, "leader", "{member} is not in the share table",
		fault.Args{"member": strconv.Quote(leader)})
	if err := check.Refuse(ErrTableInvalid); err != nil {
		return ShareTable{}, err
	}
	if sum != sharesWhole {
		// The sum may be above one, so it is no share itself; as a rate it can be shown.
		whole, _ := money.RateOf(sum)
		return ShareTable{}, ErrSharesNotWhole.Case(fault.Args{"sum": whole.Percent()})
	}
	return table, nil
}

// Len is the number of members.
func (t ShareTable) Len() int { return len(t.members) }

// Members are the members in the order of the table, which is the order of portions.
func (t ShareTable) Members() []string { return slices.Clone(t.members) }

// Leader is the member that takes the residue, or has the first claim to it; "" for the zero table.
func (t ShareTable) Leader() string {
	if len(t.members) == 0 {
		return ""
	}
	return t.members[t.leader]
}

// Index is the member's place in the table, and so of its portion; -1 for a stranger.
func (t ShareTable) Index(member string) int { return slices.Index(t.members, member) }

// Share is the member's share; false for a stranger.
func (t ShareTable) Share(member string) (money.Share, bool) {
	if i := t.Index(member); i >= 0 {
		return t.shares[i], true
	}
	return money.Share{}, false
}
