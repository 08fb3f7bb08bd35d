package settlement

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// BankFile is a file of a bank that was read, once.
type BankFile struct {
	bun.BaseModel `bun:"table:bank_file"`

	Pool   string         `bun:"pool,pk"   json:"-"` // ZONE
	SHA256 fact.HexDigest `bun:"sha256,pk" json:"sha256"`
	Kind   string         `bun:"kind"      json:"kind"` // of message, or the profile of a table
	ReadBy string         `bun:"read_by"   json:"read_by"`
	Read   time.Time      `bun:"read"      json:"read"`

	// What it brought that no file before had. Files that a program before contract 6 read have neither.
	Entries       *int64          `bun:"entries"        json:"entries"`
	EntriesSHA256 *fact.HexDigest `bun:"entries_sha256" json:"entries_sha256"`
}

// BankEntry is a transfer that a bank has booked on an account 银行流水. It is no pool's until it is allocated,
// and is posted only then.
type BankEntry struct {
	bun.BaseModel `bun:"table:bank_entry"`

	Pool                string         `bun:"pool,pk"              json:"-"` // ZONE
	Account             string         `bun:"account,pk"           json:"account"`
	Key                 string         `bun:"key,pk"               json:"key"`
	File                fact.HexDigest `bun:"file"                 json:"file"` // the first that said so
	Day                 calendar.Date  `bun:"day"                  json:"day"`
	Amount              money.Amount   `bun:"amount"               json:"amount"`
	Credit              bool           `bun:"credit"               json:"credit"`   // into the account
	Returned            bool           `bun:"returned"             json:"returned"` // it takes an earlier one back
	EndToEnd            string         `bun:"end_to_end"           json:"end_to_end,omitempty"`
	Payment             string         `bun:"payment"              json:"payment,omitempty"`
	Reference           string         `bun:"reference"            json:"reference,omitempty"`
	Counterparty        string         `bun:"counterparty"         json:"counterparty,omitempty"`
	CounterpartyAccount string         `bun:"counterparty_account" json:"counterparty_account,omitempty"`
	Remark              string         `bun:"remark"               json:"remark,omitempty"`
}

// payees says that the entry is on the payee's side of a payment: it came in, or what came in left again.
func (e *BankEntry) payees() bool { return e.Credit != e.Returned }

// entriesOf are the transfers of an entry as they are kept. Where transfers do not come to the entry, it is kept as
// one: a person says what it pays.
func entriesOf(entry *iso20022.Entry, file []byte, again map[string]int) []BankEntry {
	base := entry.Reference
	if base == "" {
		base = hashOf(entry)
		again[base]++
		base = fmt.Sprintf("%s.%d", base, again[base])
	}
	whole := BankEntry{
		Pool: pg.Zone, Account: entry.Account, Key: base + "/0", File: file, Day: entry.Day, Amount: entry.Amount,
		Credit: entry.Credit, Returned: entry.Reversal, Payment: entry.Payment, Reference: entry.Reference,
		Remark: entry.Text,
	}
	if entry.Uneven || len(entry.Transfers) == 0 {
		return []BankEntry{whole}
	}
	rows := make([]BankEntry, len(entry.Transfers))
	for i := range entry.Transfers {
		t, row := &entry.Transfers[i], whole
		row.Key, row.Amount, row.Credit = fmt.Sprintf("%s/%d", base, i), t.Amount, t.Credit
		row.Returned = whole.Returned || t.Return != nil
		row.EndToEnd, row.Reference = t.EndToEndID, t.Reference
		row.Counterparty, row.CounterpartyAccount = t.Counterparty.Name, t.Counterparty.Account
		if row.Remark = strings.TrimSpace(t.Text + " " + entry.Text); t.Return != nil {
			row.Remark = strings.TrimSpace(row.Remark + " " + t.Return.Code + " " + t.Return.Text)
		}
		if len(entry.Transfers) > 1 {
			row.Payment = ""
		}
		rows[i] = row
	}
	return rows
}

// BankReport is what came of a bank's file.
type BankReport struct {
	SHA256   string         `json:"sha256"`
	Kind     string         `json:"kind"`
	Known    bool           `json:"known"`    // the file was read before
	Entries  int            `json:"entries"`  // that are booked
	New      int            `json:"new"`      // of them
	Pending  int            `json:"pending"`  // that are not booked, so that they count for nothing yet
	Matched  int            `json:"matched"`  // allocations to orders
	Open     int            `json:"open"`     // entries of these accounts that a person has to look at
	Accepted int            `json:"accepted"` // orders, by a pain.002
	Rejected int            `json:"rejected"`
	Rows     int            `json:"rows,omitempty"` // of a table
	BadRows  []sheet.BadRow `json:"bad_rows,omitempty"`
}

// hashOf names an entry to which the bank gives no reference, by what it says of it.
func hashOf(e *iso20022.Entry) string {
	text := fmt.Sprintf("%s %s %s %t %t %q %q", e.Account, e.Day, e.Amount, e.Credit, e.Reversal, e.Payment, e.Text)
	for i := range e.Transfers {
		t := &e.Transfers[i]
		text += fmt.Sprintf(" %q %q %s %t %q %q", t.EndToEndID, t.Text, t.Amount, t.Credit, t.Counterparty.Name,
			t.Counterparty.Account)
	}
	if e.Balance != nil {
		text += " " + e.Balance.String()
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:hashBytes])
}

const hashBytes = 16

type (
	entryKey struct{ Account, Key string }
)

var (
	entryByKey = pg.Select[BankEntry, entryKey](files, "EntryByKey")
)

// accountsIn are the accounts of entries, each once.
func accountsIn(entries []BankEntry) []string {
	accounts := make([]string, 0, len(entries))
	for i := range entries {
		accounts = append(accounts, entries[i].Account)
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}
