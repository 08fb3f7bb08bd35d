package zone

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// WithdrawMandate ends a mandate at once, by one person of the member. What was released before stays released: it is
// with the bank.
type WithdrawMandate struct {
	idempotency.Command

	Member string `json:"member"`
	Number int64  `json:"number"`
}

// WithdrawMandate refuses, in this order: access.forbidden, coinsurance.mandate_not_found,
// coinsurance.mandate_not_given.
func (s *Service) WithdrawMandate(ctx context.Context, cmd WithdrawMandate) (*Mandate, error) {
	return change(ctx, s, cmd, loadWithdrawal, withdrawMandate)
}

func (cmd WithdrawMandate) admit() error {
	return cmd.By.RequireMember(access.Administrator, cmd.Member)
}

func loadWithdrawal(ctx context.Context, tx *pg.Tx, cmd WithdrawMandate) (*Mandate, error) {
	return pg.Found[Mandate](ctx, tx, lockMandate.With(entryKey{cmd.Member, cmd.Number}))
}

var mandateWithdrawal = pg.ColumnsOf[Mandate]("state", "withdrawn_by", "withdrawn")

func withdrawMandate(mandate *Mandate, cmd WithdrawMandate, now time.Time) (decision[Mandate], error) {
	if mandate == nil {
		return decision[Mandate]{}, ErrMandateNotFound.Case(fault.Args{"member": cmd.Member, "number": cmd.Number})
	}
	if mandate.State != MandateGiven {
		return decision[Mandate]{}, ErrMandateNotGiven.Case(fault.Args{"mandate_state": mandate.State})
	}
	after, withdrawn := *mandate, clock.Later(now, *mandate.Decided)
	after.State, after.WithdrawnBy, after.Withdrawn = MandateWithdrawn, cmd.By.Subject, &withdrawn
	return decision[Mandate]{
		after: &after, columns: mandateWithdrawal, fact: mandateFact(EventMandateWithdrawn, 3, withdrawn, &after, cmd.By),
	}, nil
}
