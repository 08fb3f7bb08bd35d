package coinsurance

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// EveryLine stands for all lines that have no limit of their own.
const EveryLine = "*"

// States of a limit of authority.
const (
	LimitProposed = "proposed"
	LimitAccepted = "accepted"
)

// Limit is up to what amount persons of an organisation decide by themselves in a role, from a day on 授权额度. A line's
// own limit counts before that of EveryLine; where there is none, a person may decide anything.
type Limit struct {
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

// LimitOf is up to what amount a person decides by itself in a role on the day; nil for any amount. Who holds the
// senior role is held to that one's limit.
func LimitOf(
	ctx context.Context, handle bun.IDB, by access.Principal, role access.Role, line string, day calendar.Date,
) (*money.Amount, error) {
	var reads pg.Reads
	limit := LimitIn(&reads, by, role, line, day)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	return limit(), nil
}

// LimitIn is LimitOf among other reads; what it gives is the limit, once they have run.
func LimitIn(
	reads *pg.Reads, by access.Principal, role access.Role, line string, day calendar.Date,
) func() *money.Amount {
	var fen sql.NullInt64
	if by.Kind == access.Member {
		reads.Row(`SELECT amount FROM authority_limit
			WHERE pool = $1 AND organisation = $2 AND role = $3 AND line IN ($4, $5) AND state = 'accepted' AND starts <= $6
			ORDER BY line = $5, starts DESC, number DESC LIMIT 1`,
			[]any{Zone, by.Organisation, string(by.Acting(role)), line, EveryLine, day.SQL()}, &fen)
	}
	return func() *money.Amount {
		if !fen.Valid {
			return nil
		}
		limit := money.Fen(fen.Int64)
		return &limit
	}
}

// CheckAuthority refuses with access.ErrAuthorityExceeded an amount above what the person may decide by itself, and
// says who may.
func CheckAuthority(
	ctx context.Context, handle bun.IDB, by access.Principal, role access.Role, line string, day calendar.Date,
	amount money.Amount,
) error {
	limit, err := LimitOf(ctx, handle, by, role, line, day)
	if err != nil || limit == nil || amount.Cmp(*limit) <= 0 {
		return err
	}
	return Exceeded(by, role, line, *limit, amount)
}

// Exceeded is the refusal of an amount above a person's limit.
func Exceeded(by access.Principal, role access.Role, line string, limit, amount money.Amount) error {
	return access.ErrAuthorityExceeded.With("%s decides up to %s as %s on line %s, and this is %s; a %s of %s whose own "+
		"limit suffices may", by.Subject, limit, by.Acting(role), line, amount, role.Senior(), by.Organisation)
}

// SeeLimits lists the limits of an organisation, proposed and accepted, oldest first; access.forbidden to whoever is
// neither of it nor its supervisor.
func SeeLimits(
	ctx context.Context, handle bun.IDB, by access.Principal, organisation string,
) ([]Limit, error) {
	if err := by.RequireRead(organisation); err != nil {
		return nil, err
	}
	limits := []Limit{}
	err := handle.NewSelect().Model(&limits).Where("pool = ? AND organisation = ?", Zone, organisation).
		Order("number").Scan(ctx)
	return limits, err
}

func lockLimit(ctx context.Context, tx *pg.Tx, organisation string, number int64) (*Limit, error) {
	limit := new(Limit)
	err := tx.NewSelect().Model(limit).Where("pool = ? AND organisation = ? AND number = ?", Zone, organisation, number).
		For("NO KEY UPDATE").Scan(ctx)
	if pg.NoRows(err) {
		return nil, ErrLimitNotFound.With("%s number %d", organisation, number)
	}
	return limit, err
}

// private is the section of a fact that concerns one organisation alone: it makes the fact that organisation's, and
// says nothing more.
func private(organisation string) []fact.Section {
	return []fact.Section{{Member: organisation, Data: struct{}{}}}
}
