package zone

import (
	"cmp"
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
	idempotency.Command

	Member        string        `json:"member"`
	From          calendar.Date `json:"from"` // today when left out
	Bank          string        `json:"bank"`
	CNAPS         string        `json:"cnaps"`
	AccountName   string        `json:"account_name"`
	AccountNumber string        `json:"account_number"`
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
	return change(ctx, s, cmd, loadBanks, proposeBank)
}

func (cmd ProposeBank) admit() error { return mayKeepBanks(cmd.By, cmd.Member) }

// bankEntries are a member's bank details, with a fresh salt for the next.
type bankEntries struct {
	entries

	salt []byte
}

func loadBanks(ctx context.Context, tx *pg.Tx, cmd ProposeBank) (bankEntries, error) {
	loaded, err := loadEntries(ctx, tx, cmd.Member, nextBankDetails.With(owner{cmd.Member}))
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // it never fails
	return bankEntries{loaded, salt}, err
}

func proposeBank(banks bankEntries, cmd ProposeBank, now time.Time) (decision[BankDetails], error) {
	bank := &BankDetails{
		Pool: pg.Zone, Member: cmd.Member, Number: banks.next, Starts: cmp.Or(cmd.From, calendar.DateOf(now)),
		Bank: cmd.Bank, CNAPS: cmd.CNAPS, AccountName: cmd.AccountName, AccountNumber: cmd.AccountNumber,
		State: BankProposed, ProposedBy: cmd.By.Subject, Proposed: now, Salt: banks.salt,
	}
	if err := bank.check(); err != nil {
		return decision[BankDetails]{}, err
	}
	if !banks.registered {
		return decision[BankDetails]{}, ErrMemberNotFound.Case(fault.Args{"member": bank.Member})
	}
	return decision[BankDetails]{
		after: bank, taken: pg.ErrAgain, // another proposal took the number at the same moment
		fact: bankFact(EventBankProposed, 1, now, bank, cmd.By),
	}, nil
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
