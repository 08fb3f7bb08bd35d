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

// ConfirmBank confirms approved bank details, by a person of the member who neither proposed nor approved them. Every
// entry waits for it, the first one too: the pool manager may have written that on a letter that was not the member's.
type ConfirmBank struct {
	idempotency.Command

	Member string `json:"member"`
	Number int64  `json:"number"`
}

// ConfirmBank refuses, in this order: access.forbidden, coinsurance.bank_details_not_found,
// coinsurance.bank_details_not_approved, coinsurance.bank_details_confirmed, access.maker_is_checker.
func (s *Service) ConfirmBank(ctx context.Context, cmd ConfirmBank) (*BankConfirmation, error) {
	return change(ctx, s, cmd, loadConfirmation, confirmBank)
}

func (cmd ConfirmBank) admit() error {
	if cmd.By.Has(access.Administrator) {
		return cmd.By.RequireMember(access.Administrator, cmd.Member)
	}
	return cmd.By.RequireMember(access.Settlement, cmd.Member)
}

func loadConfirmation(ctx context.Context, tx *pg.Tx, cmd ConfirmBank) (*BankDetails, error) {
	banks, err := banksOf(ctx, tx, lockBankDetails.With(entryKey{cmd.Member, cmd.Number}), cmd.Member)
	if err != nil || len(banks) == 0 {
		return nil, err
	}
	return &banks[0], nil
}

func confirmBank(bank *BankDetails, cmd ConfirmBank, now time.Time) (decision[BankConfirmation], error) {
	if bank == nil {
		return decision[BankConfirmation]{}, ErrBankNotFound.Case(fault.Args{"member": cmd.Member, "number": cmd.Number})
	}
	if bank.State != BankApproved {
		return decision[BankConfirmation]{}, ErrBankNotApproved.Case(fault.Args{"bank_state": bank.State})
	}
	if bank.Confirmed != nil {
		return decision[BankConfirmation]{}, ErrBankConfirmed.Case(fault.Args{"member": cmd.Member, "number": cmd.Number})
	}
	if err := cmd.By.RequireOther(bank.ProposedBy, bank.DecidedBy); err != nil {
		return decision[BankConfirmation]{}, err
	}
	confirmed := clock.Later(now, *bank.Decided)
	return decision[BankConfirmation]{
		after: &BankConfirmation{
			Pool: pg.Zone, Member: bank.Member, Number: bank.Number, ConfirmedBy: cmd.By.Subject, Confirmed: confirmed,
		},
		taken: pg.ErrAgain, // somebody confirmed it at the same moment
		fact:  bankFact(EventBankConfirmed, 3, confirmed, bank, cmd.By),
	}, nil
}
