package zone

import (
	"cmp"
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ProposeMandate writes down that the pool manager is to pay from a member's account. It counts once a second person of
// the member has given it.
type ProposeMandate struct {
	idempotency.Command

	Member string        `json:"member"`
	From   calendar.Date `json:"from"` // today when left out
}

// ProposeMandate refuses: access.forbidden, coinsurance.mandate_invalid, coinsurance.member_not_found,
// coinsurance.mandate_exists. There is one at a time, so that a withdrawal leaves none.
func (s *Service) ProposeMandate(ctx context.Context, cmd ProposeMandate) (*Mandate, error) {
	return change(ctx, s, cmd, loadMandates, proposeMandate)
}

func (cmd ProposeMandate) admit() error {
	return cmd.By.RequireMember(access.Administrator, cmd.Member)
}

// mandateEntries are a member's mandates, and how many of them are proposed or given.
type mandateEntries struct {
	entries

	standing int
}

func loadMandates(ctx context.Context, tx *pg.Tx, cmd ProposeMandate) (mandateEntries, error) {
	var loaded mandateEntries
	var err error
	loaded.entries, err = loadEntries(ctx, tx, cmd.Member, nextMandate.With(owner{cmd.Member}), &loaded.standing)
	return loaded, err
}

func proposeMandate(loaded mandateEntries, cmd ProposeMandate, now time.Time) (decision[Mandate], error) {
	today := calendar.DateOf(now)
	mandate := &Mandate{
		Pool: pg.Zone, Member: cmd.Member, Number: loaded.next, Starts: cmp.Or(cmd.From, today),
		State: MandateProposed, ProposedBy: cmd.By.Subject, Proposed: now,
	}
	if mandate.Starts.Before(today) {
		return decision[Mandate]{}, ErrMandateInvalid.At("from", "a mandate may not begin in the past")
	}
	if !loaded.registered {
		return decision[Mandate]{}, ErrMemberNotFound.Case(fault.Args{"member": mandate.Member})
	}
	if loaded.standing > 0 {
		return decision[Mandate]{}, ErrMandateExists.Case(fault.Args{"member": mandate.Member})
	}
	return decision[Mandate]{
		after: mandate, taken: pg.ErrAgain, // another proposal took the number at the same moment
		fact: mandateFact(EventMandateProposed, 1, now, mandate, cmd.By),
	}, nil
}
