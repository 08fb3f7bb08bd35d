package zone

import (
	"context"
	"crypto/rand"
	"regexp"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// ProposeBank writes down where a member is to be paid: by its administrator, or by the pool manager's clerk on a
// letter. Nothing is paid there until a second person has approved it.
type ProposeBank struct {
	By            access.Principal `json:"-"`
	Key           string           `json:"-"`
	Member        string           `json:"member"`
	From          calendar.Date    `json:"from"` // today when left out
	Bank          string           `json:"bank"`
	CNAPS         string           `json:"cnaps"`
	AccountName   string           `json:"account_name"`
	AccountNumber string           `json:"account_number"`
}

var (
	cnapsForm   = regexp.MustCompile(`^[0-9]{12}$`)
	accountForm = regexp.MustCompile(`^[0-9]{8,32}$`)
)

const saltBytes = 16

// mayKeepBanks lets a member's own administrator and the pool manager's clerk at a member's bank details.
func mayKeepBanks(by access.Principal, member string) error {
	if by.Kind == access.Manager {
		return by.RequireKind(access.Settlement, access.Manager)
	}
	return by.RequireMember(access.Administrator, member)
}

// ProposeBank refuses: access.forbidden, coinsurance.bank_details_invalid, coinsurance.member_not_found.
func (s *Service) ProposeBank(ctx context.Context, cmd ProposeBank) (*BankDetails, error) {
	if err := mayKeepBanks(cmd.By, cmd.Member); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(pg.Zone, cmd.By, "propose_bank", cmd.Key), cmd,
		func(ctx context.Context, tx *pg.Tx) (*BankDetails, error) {
			bank := cmd.entry(s.clock.Now())
			if err := bank.check(); err != nil {
				return nil, err
			}
			if err := registered(ctx, tx, bank.Member); err != nil {
				return nil, err
			}
			err := pg.Row(ctx, tx, `SELECT coalesce(max(number), 0) + 1 FROM bank_details
				WHERE pool = $1 AND member = $2`, []any{pg.Zone, bank.Member}, &bank.Number)
			if err != nil {
				return nil, err
			}
			made, err := pg.InsertNew(ctx, tx, bank)
			if err == nil && !made { // another proposal took the number at the same moment
				err = pg.ErrAgain
			}
			if err != nil {
				return nil, err
			}
			if err := announceBank(ctx, tx, EventBankProposed, 1, bank.Proposed, bank, cmd.By); err != nil {
				return nil, err
			}
			return bank.seenBy(cmd.By), nil
		})
}

func (cmd ProposeBank) entry(now time.Time) *BankDetails {
	bank := &BankDetails{
		Pool: pg.Zone, Member: cmd.Member, Starts: cmd.From, Bank: cmd.Bank, CNAPS: cmd.CNAPS,
		AccountName: cmd.AccountName, AccountNumber: cmd.AccountNumber, State: BankProposed,
		ProposedBy: cmd.By.Subject, Proposed: now, Salt: make([]byte, saltBytes),
	}
	_, _ = rand.Read(bank.Salt) // it never fails
	if bank.Starts.IsZero() {
		bank.Starts = calendar.DateOf(now)
	}
	return bank
}

func (b *BankDetails) check() error {
	var check fault.Check
	field.Line(&check, "bank", b.Bank, NameMax)
	field.Line(&check, "account_name", b.AccountName, NameMax)
	check.Require(cnapsForm.MatchString(b.CNAPS), "cnaps", "a code in the payment system has 12 digits")
	check.Require(accountForm.MatchString(b.AccountNumber), "account_number", "an account number has 8 to 32 digits")
	check.Require(!b.Starts.Before(calendar.DateOf(b.Proposed)), "from", "bank details may not begin in the past")
	return check.Refuse(ErrBankInvalid)
}
