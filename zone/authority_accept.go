package zone

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// AcceptLimit puts a proposed limit of the caller's organisation in force, by a second person.
type AcceptLimit struct {
	By           access.Principal `json:"-"`
	Key          string           `json:"-"`
	Organisation string           `json:"organisation"`
	Number       int64            `json:"number"`
}

// AcceptLimit refuses, in this order: access.forbidden, coinsurance.limit_not_found, coinsurance.limit_accepted,
// access.maker_is_checker. A limit never counts for a day before it was accepted.
func (s *Service) AcceptLimit(ctx context.Context, cmd AcceptLimit) (*AuthorityLimit, error) {
	if err := cmd.By.RequireMember(access.Administrator, cmd.Organisation); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(pg.Zone, cmd.By, "accept_limit", cmd.Key), cmd,
		func(ctx context.Context, tx *pg.Tx) (*AuthorityLimit, error) {
			limit, err := lockLimit(ctx, tx, cmd.Organisation, cmd.Number)
			if err != nil {
				return nil, err
			}
			if limit.State == LimitAccepted {
				return nil, ErrLimitAccepted.With("%s number %d", limit.Organisation, limit.Number)
			}
			if err := cmd.By.RequireOther(limit.ProposedBy); err != nil {
				return nil, err
			}
			accepted := s.clock.Now()
			if accepted.Before(limit.Proposed) {
				accepted = limit.Proposed
			}
			limit.State, limit.AcceptedBy, limit.Accepted = LimitAccepted, cmd.By.Subject, &accepted
			limit.Starts = calendar.Later(limit.Starts, calendar.DateOf(accepted))
			tx.Queue(`UPDATE authority_limit SET state = $4, accepted_by = $5, accepted = $6, starts = $7
				WHERE pool = $1 AND organisation = $2 AND number = $3`,
				limit.Pool, limit.Organisation, limit.Number, limit.State, limit.AcceptedBy, accepted, limit.Starts.SQL())
			return limit, announceLimit(ctx, tx, EventLimitAccepted, 2, accepted, limit, cmd.By)
		})
}
