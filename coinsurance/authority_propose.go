package coinsurance

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// ProposeLimit writes down up to what amount a role of the caller's organisation is to decide by itself. It counts
// once a second person has accepted it.
type ProposeLimit struct {
	By           access.Principal `json:"-"`
	Key          string           `json:"-"`
	Organisation string           `json:"organisation"` // a member
	Role         access.Role      `json:"role"`
	Line         string           `json:"line"`             // EveryLine when empty
	From         calendar.Date    `json:"from"`             // today when left out
	Amount       *money.Amount    `json:"amount,omitempty"` // nil lifts the limit
}

// ProposeLimit refuses: access.forbidden, coinsurance.limit_invalid, coinsurance.member_not_found.
func (s *Service) ProposeLimit(ctx context.Context, cmd ProposeLimit) (*Limit, error) {
	if err := cmd.By.RequireMember(access.Administrator, cmd.Organisation); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(Zone, cmd.By, "propose_limit", cmd.Key), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Limit, error) {
			limit := cmd.limit(s.clock.Now())
			if err := cmd.check(limit); err != nil {
				return nil, err
			}
			if err := registered(ctx, tx, limit.Organisation); err != nil {
				return nil, err
			}
			err := pg.Row(ctx, tx, `SELECT coalesce(max(number), 0) + 1 FROM authority_limit
				WHERE pool = $1 AND organisation = $2`, []any{Zone, limit.Organisation}, &limit.Number)
			if err != nil {
				return nil, err
			}
			made, err := insertNew(ctx, tx, limit)
			if err != nil || !made { // another proposal took the number at the same moment
				return nil, refuseUnless(made, err, pg.ErrAgain)
			}
			return limit, announceLimit(ctx, tx, EventLimitProposed, 1, limit.Proposed, limit, cmd.By)
		})
}

func (cmd ProposeLimit) limit(now time.Time) *Limit {
	limit := &Limit{
		Pool: Zone, Organisation: cmd.Organisation, Role: cmd.Role, Line: cmd.Line, Starts: cmd.From,
		Amount: cmd.Amount, State: LimitProposed, ProposedBy: cmd.By.Subject, Proposed: now,
	}
	if limit.Line == "" {
		limit.Line = EveryLine
	}
	if limit.Starts.IsZero() {
		limit.Starts = calendar.DateOf(now)
	}
	return limit
}

func (ProposeLimit) check(limit *Limit) error {
	var check checklist
	check.Require(slices.Contains(access.Limited, limit.Role), "role", "%q is none of %v", limit.Role, access.Limited)
	if limit.Line != EveryLine {
		check.code("line", strings.ReplaceAll(limit.Line, "_", "-")) // lines are words with underscores between them
	}
	check.Require(!limit.Starts.Before(calendar.DateOf(limit.Proposed)), "from", "a limit may not begin in the past")
	check.Require(limit.Amount == nil || !limit.Amount.IsNegative(), "amount", "the limit may not be negative")
	return check.Refuse(ErrLimitInvalid)
}

func announceLimit(
	ctx context.Context, tx *pg.Tx, kind string, version int64, recorded time.Time, limit *Limit, by access.Principal,
) error {
	return outbox.Append(ctx, tx, fact.Fact{
		ID: fact.NewID(recorded), Pool: Zone, Type: kind, SubjectVersion: version,
		Subject:   "limit/" + limit.Organisation + "/" + strconv.FormatInt(limit.Number, 10),
		Effective: limit.Starts, Recorded: recorded, By: by,
		Data: LimitSet{
			Organisation: limit.Organisation, Number: limit.Number, Role: limit.Role, Line: limit.Line,
			From: limit.Starts, Amount: limit.Amount, State: limit.State,
		},
		Sections: private(limit.Organisation),
	})
}
