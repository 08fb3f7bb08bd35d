package zone

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// ProposeLimit writes down up to what amount a role of the caller's organisation is to decide alone. The limit counts
// once a second person has accepted it.
type ProposeLimit struct {
	idempotency.Command

	Organisation string        `json:"organisation"` // a member
	Role         access.Role   `json:"role"`
	Line         string        `json:"line"`             // EveryLine when empty
	From         calendar.Date `json:"from"`             // today when left out
	Amount       *money.Amount `json:"amount,omitempty"` // nil lifts the limit
}

// ProposeLimit refuses: access.forbidden, coinsurance.limit_invalid, coinsurance.member_not_found.
func (s *Service) ProposeLimit(ctx context.Context, cmd ProposeLimit) (*AuthorityLimit, error) {
	return change(ctx, s, cmd, loadLimits, proposeLimit)
}

func (cmd ProposeLimit) admit() error {
	return cmd.By.RequireMember(access.Administrator, cmd.Organisation)
}

// entries are a member's entries of one kind, which are counted from 1.
type entries struct {
	registered bool  // the member is one of the zone
	next       int64 // the number of the next entry
}

// loadEntries asks whether the code is a member's, for the number of its next entry, and for what else next says.
func loadEntries(ctx context.Context, tx *pg.Tx, member string, next pg.Bound, more ...any) (entries, error) {
	var reads pg.Reads
	var loaded entries
	members := MembersByCodeIn(&reads, []string{member})
	next.In(&reads, append([]any{&loaded.next}, more...)...)
	err := reads.Run(ctx, tx)
	_, loaded.registered = members()[member]
	return loaded, err
}

func loadLimits(ctx context.Context, tx *pg.Tx, cmd ProposeLimit) (entries, error) {
	return loadEntries(ctx, tx, cmd.Organisation, nextLimit.With(limitOwner{cmd.Organisation}))
}

func proposeLimit(limits entries, cmd ProposeLimit, now time.Time) (decision[AuthorityLimit], error) {
	limit := &AuthorityLimit{
		Pool: pg.Zone, Organisation: cmd.Organisation, Number: limits.next, Role: cmd.Role,
		Line: cmp.Or(cmd.Line, EveryLine), Starts: cmp.Or(cmd.From, calendar.DateOf(now)), Amount: cmd.Amount,
		State: LimitProposed, ProposedBy: cmd.By.Subject, Proposed: now,
	}
	if err := limit.check(); err != nil {
		return decision[AuthorityLimit]{}, err
	}
	if !limits.registered {
		return decision[AuthorityLimit]{}, ErrMemberNotFound.Case(fault.Args{"member": limit.Organisation})
	}
	return decision[AuthorityLimit]{
		after: limit, taken: pg.ErrAgain, // another proposal took the number at the same moment
		fact: limitFact(EventLimitProposed, 1, now, limit, cmd.By),
	}, nil
}

func (l *AuthorityLimit) check() error {
	var check fault.Check
	check.Require(slices.Contains(access.Limited, l.Role), "role", "{given} is none of {allowed}",
		fault.Args{"given": strconv.Quote(string(l.Role)), "allowed": access.Limited})
	if l.Line != EveryLine {
		field.Code(&check, "line", strings.ReplaceAll(l.Line, "_", "-")) // lines are words with underscores between them
	}
	check.Require(!l.Starts.Before(calendar.DateOf(l.Proposed)), "from", "a limit may not begin in the past")
	check.Require(l.Amount == nil || !l.Amount.IsNegative(), "amount", "the limit may not be negative")
	return check.Refuse(ErrLimitInvalid)
}
