package zone

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// AcceptLimit puts a proposed limit of the caller's organisation in force, by a second person.
type AcceptLimit struct {
	idempotency.Command

	Organisation string `json:"organisation"`
	Number       int64  `json:"number"`
}

// AcceptLimit refuses, in this order: access.forbidden, coinsurance.limit_not_found, coinsurance.limit_accepted,
// access.maker_is_checker. A limit never counts for a day before it was accepted.
func (s *Service) AcceptLimit(ctx context.Context, cmd AcceptLimit) (*AuthorityLimit, error) {
	return change(ctx, s, cmd, loadLimit, acceptLimit)
}

func (cmd AcceptLimit) admit() error {
	return cmd.By.RequireMember(access.Administrator, cmd.Organisation)
}

func loadLimit(ctx context.Context, tx *pg.Tx, cmd AcceptLimit) (*AuthorityLimit, error) {
	return pg.Found[AuthorityLimit](ctx, tx, lockLimit.With(limitKey{cmd.Organisation, cmd.Number}))
}

var limitAcceptance = pg.ColumnsOf[AuthorityLimit]("state", "accepted_by", "accepted", "starts")

func acceptLimit(limit *AuthorityLimit, cmd AcceptLimit, now time.Time) (decision[AuthorityLimit], error) {
	if limit == nil {
		return decision[AuthorityLimit]{}, ErrLimitNotFound.Case(fault.Args{
			"organisation": cmd.Organisation, "number": cmd.Number,
		})
	}
	if limit.State == LimitAccepted {
		return decision[AuthorityLimit]{}, ErrLimitAccepted.Case(fault.Args{
			"organisation": limit.Organisation, "number": limit.Number,
		})
	}
	if err := cmd.By.RequireOther(limit.ProposedBy); err != nil {
		return decision[AuthorityLimit]{}, err
	}
	after, accepted := *limit, clock.Later(now, limit.Proposed)
	after.State, after.AcceptedBy, after.Accepted = LimitAccepted, cmd.By.Subject, &accepted
	after.Starts = calendar.Later(limit.Starts, calendar.DateOf(accepted))
	return decision[AuthorityLimit]{
		after: &after, columns: limitAcceptance, fact: limitFact(EventLimitAccepted, 2, accepted, &after, cmd.By),
	}, nil
}
