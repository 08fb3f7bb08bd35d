package zone

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// DecideBank approves or rejects proposed bank details, by a second person of the member or of the pool manager.
type DecideBank struct {
	By      access.Principal `json:"-"`
	Key     string           `json:"-"`
	Member  string           `json:"member"`
	Number  int64            `json:"number"`
	Approve bool             `json:"approve"`
}

// DecideBank refuses, in this order: access.forbidden, coinsurance.bank_details_not_found,
// coinsurance.bank_details_decided, access.maker_is_checker (who proposed them may reject, never approve). Details
// never count for a day before they were approved.
func (s *Service) DecideBank(ctx context.Context, cmd DecideBank) (*BankDetails, error) {
	if err := mayKeepBanks(cmd.By, cmd.Member); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(pg.Zone, cmd.By, "decide_bank", cmd.Key), cmd,
		func(ctx context.Context, tx *pg.Tx) (*BankDetails, error) {
			bank, err := lockBank(ctx, tx, cmd.Member, cmd.Number)
			if err != nil {
				return nil, err
			}
			if bank.State != BankProposed {
				return nil, ErrBankDecided.With("they are %s", bank.State)
			}
			kind := EventBankRejected
			if bank.State = BankRejected; cmd.Approve {
				if err := cmd.By.RequireOther(bank.ProposedBy); err != nil {
					return nil, err
				}
				kind, bank.State = EventBankApproved, BankApproved
			}
			decided := s.clock.Now()
			if decided.Before(bank.Proposed) {
				decided = bank.Proposed
			}
			bank.DecidedBy, bank.Decided = cmd.By.Subject, &decided
			bank.Starts = calendar.Later(bank.Starts, calendar.DateOf(decided))
			tx.Queue(`UPDATE bank_details SET state = $4, decided_by = $5, decided = $6, starts = $7
				WHERE pool = $1 AND member = $2 AND number = $3`,
				bank.Pool, bank.Member, bank.Number, bank.State, bank.DecidedBy, decided, bank.Starts.SQL())
			if err := announceBank(ctx, tx, kind, 2, decided, bank, cmd.By); err != nil {
				return nil, err
			}
			return bank.seenBy(cmd.By), nil
		})
}

func lockBank(ctx context.Context, tx *pg.Tx, member string, number int64) (*BankDetails, error) {
	var reads pg.Reads
	var bank *BankDetails
	pg.Find(&reads, &bank, `WHERE pool = $1 AND member = $2 AND number = $3 FOR NO KEY UPDATE`, pg.Zone, member, number)
	err := reads.Run(ctx, tx)
	if err == nil && bank == nil {
		err = ErrBankNotFound.With("%s number %d", member, number)
	}
	return bank, err
}
