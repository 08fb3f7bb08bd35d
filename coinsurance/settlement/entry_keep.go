package settlement

import (
	"context"
	"encoding/hex"
	"strings"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// entryColumns are entries as a statement takes them: an array per column, so that a file's entries are one round trip.
type entryColumns struct {
	File []byte

	Accounts, Keys, Heads                                               []string
	Days                                                                []string
	Amounts                                                             []int64
	Credits, Returned                                                   []bool
	EndToEnds, Payments, Refs, Counterparties, CounterAccounts, Remarks []string
}

// keepMax bounds how many entries are sent at once, so that memory stays flat however long a bank's file is.
const keepMax = 10_000

type ofFile struct{ File []byte }

var (
	keepEntries     = pg.SQL[entryColumns](files, "KeepEntries")
	digestOfEntries = pg.SQL[ofFile](files, "DigestOfEntries")
	bankFileIsKnown = pg.SQL[ofFile](files, "BankFileIsKnown")
)

// add appends an entry. Its head is the first transfer of the same entry of the bank: who keeps the head keeps the
// rest, so that an entry that two files tell of is kept once and whole.
func (c *entryColumns) add(e *BankEntry) {
	c.Accounts, c.Keys, c.Heads = append(c.Accounts, e.Account), append(c.Keys, e.Key), append(c.Heads, e.base()+"/0")
	c.Days, c.Amounts = append(c.Days, e.Day.String()), append(c.Amounts, e.Amount.Fen())
	c.Credits, c.Returned = append(c.Credits, e.Credit), append(c.Returned, e.Returned)
	c.EndToEnds, c.Payments = append(c.EndToEnds, e.EndToEnd), append(c.Payments, e.Payment)
	c.Refs = append(c.Refs, e.Reference)
	c.Counterparties = append(c.Counterparties, e.Counterparty)
	c.CounterAccounts, c.Remarks = append(c.CounterAccounts, e.CounterpartyAccount), append(c.Remarks, e.Remark)
}

// base names the entry of the bank of which this is a transfer.
func (e *BankEntry) base() string { return e.Key[:strings.LastIndexByte(e.Key, '/')] }

// once leaves out what a file says twice of an account under one reference.
func once(entries []BankEntry) []BankEntry {
	type entry struct{ account, base string }
	seen := make(map[entry]bool, len(entries))
	kept, keeping := entries[:0], false
	for i := range entries {
		if strings.HasSuffix(entries[i].Key, "/0") {
			this := entry{entries[i].Account, entries[i].base()}
			keeping, seen[this] = !seen[this], true
		}
		if keeping {
			kept = append(kept, entries[i])
		}
	}
	return kept
}

// keep writes down the entries that are new, in every database of the zone: each allocates to the orders of its pools.
func (s *Service) keep(
	ctx context.Context, by access.Principal, entries []BankEntry, report *BankReport, sum []byte,
) error {
	if by.Kind == access.Member {
		banks, err := zone.ViewBankDetails(ctx, s.db.Of(pg.Zone), by, by.Organisation)
		if err != nil {
			return err
		}
		for _, account := range accountsIn(entries) {
			if !zone.Payees(banks).Own(by.Organisation, account) {
				return access.ErrForbidden.Case(fault.Args{"person": by.Subject, "member": account})
			}
		}
	}
	report.Entries = len(entries)
	entries = once(entries)
	return pg.InTxs(ctx, s.db, func(ctx context.Context, txs pg.Txs) error {
		for _, tx := range txs {
			file := &BankFile{
				Pool: pg.Zone, SHA256: sum, Kind: report.Kind, ReadBy: by.Subject, Read: s.clock.Now(),
			}
			read, err := file.keep(ctx, tx, by, entries)
			if err != nil {
				return err
			}
			if tx.Holds(pg.Zone) {
				report.New, report.Known = file.fresh(), !read
			}
		}
		return nil
	})
}

// keep writes the file and its new entries down in one database, and announces it at home. It is false where the file
// was read before: whoever reads it at the same moment waits for the other's first entry, or for the file itself.
func (f *BankFile) keep(
	ctx context.Context, tx *pg.Tx, by access.Principal, entries []BankEntry,
) (read bool, err error) {
	var known bool
	if err := bankFileIsKnown.With(ofFile{f.SHA256}).Row(ctx, tx, &known); err != nil || known {
		return false, err
	}
	columns := entryColumns{File: f.SHA256}
	for i := range entries {
		columns.add(&entries[i])
		ends := i+1 == len(entries) || entries[i+1].base() != entries[i].base() || entries[i+1].Account != entries[i].Account
		if i+1 == len(entries) || ends && len(columns.Keys) >= keepMax {
			if _, err := keepEntries.With(columns).Exec(ctx, tx); err != nil {
				return false, err
			}
			columns = entryColumns{File: f.SHA256}
		}
	}
	f.Entries, f.EntriesSHA256 = new(int64), new(fact.HexDigest)
	if err := digestOfEntries.With(ofFile{f.SHA256}).Row(ctx, tx, f.Entries, f.EntriesSHA256); err != nil {
		return false, err
	}
	if read, err = pg.InsertNew(ctx, tx, f); err != nil || !read || !tx.Holds(pg.Zone) {
		return read, err
	}
	return true, outbox.Append(ctx, tx, f.fact(by))
}

// fresh is how many entries no file before had.
func (f *BankFile) fresh() int {
	if f.Entries == nil {
		return 0
	}
	return int(*f.Entries)
}

// fact announces that the file was read, with a digest of what it brought, by which an entry that is altered later is
// told.
func (f *BankFile) fact(by access.Principal) fact.Fact {
	return fact.Fact{
		ID: fact.NewID(f.Read), Pool: f.Pool, Type: EventBankFileRead, SubjectVersion: 1,
		Subject: "bankfile/" + hex.EncodeToString(f.SHA256), Effective: calendar.DateOf(f.Read), Recorded: f.Read, By: by,
		Audience: fact.Overseers, Data: f,
	}
}
