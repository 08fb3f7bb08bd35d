package zone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// BankDetails are where a member is paid, from a day on 收款账户. Nothing is paid to details that nobody has approved,
// and an entry never changes: new details are a new entry.
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
	bankDay struct {
		Member string
		Day    calendar.Date
	}
	bankKey struct {
		Member string
		Number int64
	}
	bankOwner struct{ Member string }
)

var (
	bankDetailsInForce  = pg.Select[BankDetails, bankDay](files, "BankDetailsInForce")
	bankDetailsOfMember = pg.Select[BankDetails, bankOwner](files, "BankDetailsOfMember")
	lockBankDetails     = pg.Select[BankDetails, bankKey](files, "LockBankDetails")
	nextBankDetails     = pg.SQL[bankOwner](files, "NextBankDetails")
)

// ViewBankDetails lists a member's bank details, oldest first; access.forbidden to whoever is neither of it nor its
// supervisor.
func ViewBankDetails(ctx context.Context, handle bun.IDB, by access.Principal, member string) ([]BankDetails, error) {
	if err := by.RequireRead(member); err != nil {
		return nil, err
	}
	banks, err := pg.Listed[BankDetails](ctx, handle, bankDetailsOfMember.With(bankOwner{member}))
	for i := range banks {
		banks[i] = banks[i].seenBy(by)
	}
	return banks, err
}

// BankDetailsOf are where a member is paid on a day; ErrBankNotFound when nothing is approved.
func BankDetailsOf(ctx context.Context, handle bun.IDB, member string, day calendar.Date) (*BankDetails, error) {
	bank, err := pg.Found[BankDetails](ctx, handle, bankDetailsInForce.With(bankDay{member, day}))
	if err == nil && bank == nil {
		return nil, ErrBankNotFound.Case(fault.Args{"member": member, "day": day})
	}
	return bank, err
}

// bankFact is what is announced of bank details: a proposal is the first version of its subject, the decision the
// second.
func bankFact(kind string, version int64, recorded time.Time, bank *BankDetails, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: pg.Zone, Type: kind, SubjectVersion: version,
		Subject:   "bank/" + bank.Member + "/" + strconv.FormatInt(bank.Number, 10),
		Effective: bank.Starts, Recorded: recorded, By: by, Audience: fact.Sections,
		Data: BankSet{
			Member: bank.Member, Number: bank.Number, From: bank.Starts, Bank: bank.Bank, CNAPS: bank.CNAPS,
			Account: masked(bank.AccountNumber), Digest: bank.digest(), State: string(bank.State),
		},
		Sections: private(bank.Member),
	}
}
