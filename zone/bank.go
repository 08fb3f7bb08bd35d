package zone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// BankState is where bank details stand.
type BankState string

// States of bank details.
const (
	BankProposed BankState = "proposed"
	BankApproved BankState = "approved"
	BankRejected BankState = "rejected"
)

// BankDetails are where a member is paid, from a day on 收款账户. Nothing is paid to details that nobody has approved and
// the member has not confirmed, and an entry never changes: new details are a new entry.
type BankDetails struct {
	bun.BaseModel `bun:"table:bank_details"`

	Pool          string        `bun:"pool,pk"        json:"-"` // ZONE
	Member        string        `bun:"member,pk"      json:"member"`
	Number        int64         `bun:"number,pk"      json:"number"` // counted per member
	Starts        calendar.Date `bun:"starts"         json:"from"`
	Bank          string        `bun:"bank"           json:"bank"`
	CNAPS         string        `bun:"cnaps"          json:"cnaps"` // 联行号: 12 digits in the payment system
	AccountName   string        `bun:"account_name"   json:"account_name"`
	AccountNumber string        `bun:"account_number" json:"account_number"` // masked for who may not see it whole
	Salt          []byte        `bun:"salt"           json:"-"`
	State         BankState     `bun:"state"          json:"state"`
	ProposedBy    string        `bun:"proposed_by"    json:"proposed_by"`
	Proposed      time.Time     `bun:"proposed"       json:"proposed"`
	DecidedBy     string        `bun:"decided_by"     json:"decided_by,omitempty"`
	Decided       *time.Time    `bun:"decided"        json:"decided,omitempty"`

	ConfirmedBy string     `bun:"-" json:"confirmed_by,omitempty"` // see BankConfirmation
	Confirmed   *time.Time `bun:"-" json:"confirmed,omitempty"`
}

// BankConfirmation is a member's own word that an entry of its bank details is its own 收款账户确认. Whoever asks for
// money in another's name by changed details has to deceive three persons, one of whom knows the account.
type BankConfirmation struct {
	bun.BaseModel `bun:"table:bank_details_confirmation"`

	Pool        string    `bun:"pool,pk"      json:"-"` // ZONE
	Member      string    `bun:"member,pk"    json:"member"`
	Number      int64     `bun:"number,pk"    json:"number"` // of the entry
	ConfirmedBy string    `bun:"confirmed_by" json:"confirmed_by"`
	Confirmed   time.Time `bun:"confirmed"    json:"confirmed"`
}

// shownDigits of an account number are left when it is masked.
const shownDigits = 4

// masked is an account number that only its owner recognises.
func masked(account string) string {
	if len(account) <= shownDigits {
		return "…"
	}
	return "…" + account[len(account)-shownDigits:]
}

// digest tells whoever has the salt that it was this account.
func (b *BankDetails) digest() string {
	sum := sha256.Sum256(append(append([]byte(nil), b.Salt...), b.AccountNumber...))
	return hex.EncodeToString(sum[:])
}

// seenBy is the entry as a principal may see it: whole for the member's own people and the pool manager, who pays.
func (b BankDetails) seenBy(by access.Principal) BankDetails {
	if !by.IsMember(b.Member) && by.Kind != access.Manager {
		b.AccountNumber = masked(b.AccountNumber)
	}
	return b
}

type (
	entryKey struct {
		Member string
		Number int64
	}
	owner  struct{ Member string }
	owners struct{ Members []string }
)

var (
	bankDetailsOfMember = pg.Select[BankDetails, owner](files, "BankDetailsOfMember")
	lockBankDetails     = pg.Select[BankDetails, entryKey](files, "LockBankDetails")
	nextBankDetails     = pg.SQL[owner](files, "NextBankDetails")
	lockPayees          = pg.Select[BankDetails, owners](files, "LockPayees")
	confirmations       = pg.Select[BankConfirmation, owners](files, "ConfirmationsOfMembers")
)

// ViewBankDetails lists a member's bank details, oldest first; access.forbidden to whoever is neither of it nor its
// supervisor.
func ViewBankDetails(ctx context.Context, handle bun.IDB, by access.Principal, member string) ([]BankDetails, error) {
	if err := by.RequireRead(member); err != nil {
		return nil, err
	}
	banks, err := banksOf(ctx, handle, bankDetailsOfMember.With(owner{member}), member)
	for i := range banks {
		banks[i] = banks[i].seenBy(by)
	}
	return banks, err
}

// banksOf asks for bank details of members, with their confirmations.
func banksOf(ctx context.Context, handle bun.IDB, asked pg.Bound, members ...string) ([]BankDetails, error) {
	var reads pg.Reads
	var banks []BankDetails
	var confirmed []BankConfirmation
	pg.ListIn(&reads, asked, &banks)
	pg.ListIn(&reads, confirmations.With(owners{members}), &confirmed)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	for i := range banks {
		for j := range confirmed {
			if c := &confirmed[j]; c.Member == banks[i].Member && c.Number == banks[i].Number {
				banks[i].ConfirmedBy, banks[i].Confirmed = c.ConfirmedBy, &c.Confirmed
			}
		}
	}
	return banks, nil
}

// PayableTo is where a member is paid on a day; whoever lets a payment go asks again. It refuses:
// coinsurance.bank_details_not_found when nothing is approved by then, coinsurance.bank_details_unconfirmed when what
// is in force waits for the member's word; what was in force before does not come back.
func PayableTo(ctx context.Context, handle bun.IDB, member string, day calendar.Date) (*BankDetails, error) {
	banks, err := banksOf(ctx, handle, bankDetailsOfMember.With(owner{member}), member)
	if err != nil {
		return nil, err
	}
	return payable(banks, member, day)
}

// PayableKnown is PayableTo as it was known at an instant: what was approved and confirmed by then.
func PayableKnown(
	ctx context.Context, handle bun.IDB, member string, day calendar.Date, known time.Time,
) (*BankDetails, error) {
	banks, err := banksOf(ctx, handle, bankDetailsOfMember.With(owner{member}), member)
	if err != nil {
		return nil, err
	}
	banks = slices.DeleteFunc(banks, func(b BankDetails) bool { return b.Decided == nil || b.Decided.After(known) })
	for i := range banks {
		if b := &banks[i]; b.Confirmed != nil && b.Confirmed.After(known) {
			b.Confirmed, b.ConfirmedBy = nil, ""
		}
	}
	return payable(banks, member, day)
}

// Payees are members' bank details, held by a transaction.
type Payees []BankDetails

// To is PayableTo of what is held.
func (p Payees) To(member string, day calendar.Date) (*BankDetails, error) {
	return payable(p, member, day)
}

// Own says that an account is, or was, one that the member approved.
func (p Payees) Own(member, account string) bool {
	return slices.ContainsFunc(p, func(b BankDetails) bool {
		return b.Member == member && b.AccountNumber == account && b.State == BankApproved
	})
}

// HoldPayees reads the bank details of members, which stay as they are until the transaction ends. An approval that is
// under way is waited for.
func HoldPayees(ctx context.Context, tx *pg.Tx, members []string) (Payees, error) {
	return banksOf(ctx, tx, lockPayees.With(owners{members}), members...)
}

// payable picks what is in force for a member: the latest that starts by the day, and of one day the later number.
func payable(banks []BankDetails, member string, day calendar.Date) (*BankDetails, error) {
	var found *BankDetails
	for i := range banks {
		bank := &banks[i]
		if bank.Member != member || bank.State != BankApproved || bank.Starts.After(day) {
			continue
		}
		if found == nil || bank.Starts.After(found.Starts) || bank.Starts == found.Starts && bank.Number > found.Number {
			found = bank
		}
	}
	if found == nil {
		return nil, ErrBankNotFound.Case(fault.Args{"member": member, "day": day})
	}
	if found.Confirmed == nil {
		return nil, ErrBankUnconfirmed.Case(fault.Args{"member": member, "number": found.Number})
	}
	return found, nil
}

// bankFact is what is announced of bank details: a proposal is the first version of its subject, the decision the
// second, the confirmation the third.
func bankFact(kind string, version int64, recorded time.Time, bank *BankDetails, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: pg.Zone, Type: kind, SubjectVersion: version,
		Subject:   "bank/" + bank.Member + "/" + strconv.FormatInt(bank.Number, 10),
		Effective: bank.Starts, Recorded: recorded, By: by, Audience: fact.Sections,
		Data: BankSet{
			Member: bank.Member, Number: bank.Number, From: bank.Starts, Bank: bank.Bank, CNAPS: bank.CNAPS,
			Account: masked(bank.AccountNumber), Holder: bank.AccountName, Digest: bank.digest(), State: string(bank.State),
		},
		Sections: private(bank.Member),
	}
}
