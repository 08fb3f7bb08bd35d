package zone

import (
	"context"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// DecideBank approves or rejects proposed bank details, by a second person of the member or of the pool manager.
type DecideBank struct {
	idempotency.Command

	Member  string `json:"member"`
	Number  int64  `json:"number"`
	Approve bool   `json:"approve"`
}

// DecideBank refuses, in this order: access.forbidden, coinsurance.bank_details_not_found,
// coinsurance.bank_details_decided, access.maker_is_checker (who proposed them may reject, never approve). Details
// never count for a day before they were approved.
func (s *Service) DecideBank(ctx context.Context, cmd DecideBank) (*BankDetails, error) {
	return change(ctx, s, cmd, loadBank, decideBank)
}

func (cmd DecideBank) admit() error { return mayKeepBanks(cmd.By, cmd.Member) }

func loadBank(ctx context.Context, tx *pg.Tx, cmd DecideBank) (*BankDetails, error) {
	return pg.Found[BankDetails](ctx, tx, lockBankDetails.With(entryKey{cmd.Member, cmd.Number}))
}

var bankDecision = pg.ColumnsOf[BankDetails]("state", "decided_by", "decided", "starts")

func decideBank(bank *BankDetails, cmd DecideBank, now time.Time) (decision[BankDetails], error) {
	if bank == nil {
		return decision[BankDetails]{}, ErrBankNotFound.Case(fault.Args{"member": cmd.Member, "number": cmd.Number})
	}
	if bank.State != BankProposed {
		return decision[BankDetails]{}, ErrBankDecided.Case(fault.Args{"bank_state": bank.State})
	}
	after, decided := *bank, clock.Later(now, bank.Proposed)
	kind := EventBankRejected
	if after.State = BankRejected; cmd.Approve {
		if err := cmd.By.RequireOther(bank.ProposedBy); err != nil {
			return decision[BankDetails]{}, err
		}
		kind, after.State = EventBankApproved, BankApproved
	}
	after.DecidedBy, after.Decided = cmd.By.Subject, &decided
	after.Starts = calendar.Later(bank.Starts, calendar.DateOf(decided))
	return decision[BankDetails]{
		after: &after, columns: bankDecision, fact: bankFact(kind, 2, decided, &after, cmd.By),
	}, nil
}
