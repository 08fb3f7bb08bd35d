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

// DecideMandate gives or rejects a proposed mandate, by a second person of the member.
type DecideMandate struct {
	idempotency.Command

	Member string `json:"member"`
	Number int64  `json:"number"`
	Give   bool   `json:"give"`
}

// DecideMandate refuses, in this order: access.forbidden, coinsurance.mandate_not_found, coinsurance.mandate_decided,
// access.maker_is_checker (who proposed it may reject, never give). A mandate never counts for a day before it was
// given.
func (s *Service) DecideMandate(ctx context.Context, cmd DecideMandate) (*Mandate, error) {
	return change(ctx, s, cmd, loadMandate, decideMandate)
}

func (cmd DecideMandate) admit() error { return cmd.By.RequireMember(access.Administrator, cmd.Member) }

func loadMandate(ctx context.Context, tx *pg.Tx, cmd DecideMandate) (*Mandate, error) {
	return pg.Found[Mandate](ctx, tx, lockMandate.With(entryKey{cmd.Member, cmd.Number}))
}

var mandateDecision = pg.ColumnsOf[Mandate]("state", "decided_by", "decided", "starts")

func decideMandate(mandate *Mandate, cmd DecideMandate, now time.Time) (decision[Mandate], error) {
	if mandate == nil {
		return decision[Mandate]{}, ErrMandateNotFound.Case(fault.Args{"member": cmd.Member, "number": cmd.Number})
	}
	if mandate.State != MandateProposed {
		return decision[Mandate]{}, ErrMandateDecided.Case(fault.Args{"mandate_state": mandate.State})
	}
	after, decided, kind := *mandate, clock.Later(now, mandate.Proposed), EventMandateRejected
	if after.State = MandateRejected; cmd.Give {
		if err := cmd.By.RequireOther(mandate.ProposedBy); err != nil {
			return decision[Mandate]{}, err
		}
		kind, after.State = EventMandateGiven, MandateGiven
	}
	after.DecidedBy, after.Decided = cmd.By.Subject, &decided
	after.Starts = calendar.Later(mandate.Starts, calendar.DateOf(decided))
	return decision[Mandate]{
		after: &after, columns: mandateDecision, fact: mandateFact(kind, 2, decided, &after, cmd.By),
	}, nil
}
