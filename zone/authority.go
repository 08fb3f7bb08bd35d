package zone

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// EveryLine stands for all lines that have no limit of their own.
const EveryLine = "*"

// States of a limit of authority.
const (
	LimitProposed = "proposed"
	LimitAccepted = "accepted"
)

// AuthorityLimit is up to what amount persons of an organisation decide by themselves in a role, from a day on 授权额度.
// A line's own limit counts before that of EveryLine; where there is none, a person may decide anything.
type AuthorityLimit struct {
	bun.BaseModel `bun:"table:authority_limit"`

	Pool         string        `bun:"pool,pk"         json:"-"` // ZONE
	Organisation string        `bun:"organisation,pk" json:"organisation"`
	Number       int64         `bun:"number,pk"       json:"number"` // counted per organisation
	Role         access.Role   `bun:"role"            json:"role"`
	Line         string        `bun:"line"            json:"line"`
	Starts       calendar.Date `bun:"starts"          json:"from"`
	Amount       *money.Amount `bun:"amount"          json:"amount,omitempty"` // nil: no limit from this day on
	State        string        `bun:"state"           json:"state"`
	ProposedBy   string        `bun:"proposed_by"     json:"proposed_by"`
	Proposed     time.Time     `bun:"proposed"        json:"proposed"`
	AcceptedBy   string        `bun:"accepted_by"     json:"accepted_by,omitempty"`
	Accepted     *time.Time    `bun:"accepted"        json:"accepted,omitempty"`
}

type (
	limitDay struct {
		Organisation, Role, Line string
		Day                      calendar.Date
	}
	limitKey struct {
		Organisation string
		Number       int64
	}
	limitOwner struct{ Organisation string }
)

var (
	limitInForce         = pg.SQL[limitDay](files, "LimitInForce")
	limitsOfOrganisation = pg.Select[AuthorityLimit, limitOwner](files, "LimitsOfOrganisation")
	lockLimit            = pg.Select[AuthorityLimit, limitKey](files, "LockLimit")
	nextLimit            = pg.SQL[limitOwner](files, "NextLimit")
)

// LimitOf is up to what amount a person decides alone in a role on the day. Who holds the senior role is held to the
// senior role's limit.
func LimitOf(
	ctx context.Context, handle bun.IDB, by access.Principal, role access.Role, line string, day calendar.Date,
) (authority.Limit, error) {
	var reads pg.Reads
	var limit authority.Limit
	LimitIn(&reads, by, role, line, day, &limit)
	return limit, reads.Run(ctx, handle)
}

// LimitIn asks for LimitOf among other reads.
func LimitIn(
	reads *pg.Reads, by access.Principal, role access.Role, line string, day calendar.Date, limit *authority.Limit,
) {
	if by.Kind == access.Member {
		asked := limitDay{Organisation: by.Organisation, Role: string(by.Acting(role)), Line: line, Day: day}
		limitInForce.With(asked).In(reads, &limit.Most)
	}
}

// ViewLimits lists the limits of an organisation, proposed and accepted, oldest first; access.forbidden to whoever is
// neither of it nor its supervisor.
func ViewLimits(
	ctx context.Context, handle bun.IDB, by access.Principal, organisation string,
) ([]AuthorityLimit, error) {
	if err := by.RequireRead(organisation); err != nil {
		return nil, err
	}
	return pg.Listed[AuthorityLimit](ctx, handle, limitsOfOrganisation.With(limitOwner{organisation}))
}

// limitFact is what is announced of a limit: a proposal is the first version of its subject, the acceptance the second.
func limitFact(kind string, version int64, recorded time.Time, limit *AuthorityLimit, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: pg.Zone, Type: kind, SubjectVersion: version,
		Subject:   "limit/" + limit.Organisation + "/" + strconv.FormatInt(limit.Number, 10),
		Effective: limit.Starts, Recorded: recorded, By: by, Audience: fact.Sections,
		Data: LimitSet{
			Organisation: limit.Organisation, Number: limit.Number, Role: limit.Role, Line: limit.Line,
			From: limit.Starts, Amount: limit.Amount, State: limit.State,
		},
		Sections: private(limit.Organisation),
	}
}

// private is the section of a fact that concerns one organisation alone: the section makes the fact that
// organisation's, and says nothing more.
func private(organisation string) []fact.Section {
	return []fact.Section{{Member: organisation, Data: struct{}{}}}
}
