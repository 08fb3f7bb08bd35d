package settlement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/banktable"
	"gongbao/internal/fault"
	"gongbao/internal/iso20022"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// ReadAnswer reads a file of a bank: what became of a payment file (pain.002), or the entries of accounts (camt.053,
// camt.054, or a table of a profile). Nothing is posted but what is allocated to an order by an id that we gave it. The
// same file again, or the same entry in another file, changes nothing.
type ReadAnswer struct {
	By       access.Principal
	Content  []byte
	Profile  string // of a table; "" for a message
	Account  string // whose table it is, where the table does not say
	Encoding string // of a CSV, where it is another than the profile's
}

// AnswerMax is how many bytes a file of a bank may have.
const AnswerMax = 32 << 20

// ReadAnswer refuses, in this order: access.forbidden (also a member that reads of an account which is not its own),
// coinsurance.bank_file_unreadable, coinsurance.file_not_found (a pain.002 of no file of ours). A table with bad rows
// is refused whole, and the report names them.
func (s *Service) ReadAnswer(ctx context.Context, cmd ReadAnswer) (*BankReport, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager, access.Member); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(cmd.Content)
	report := &BankReport{SHA256: fmt.Sprintf("%x", sum)}
	if cmd.Profile == "" {
		status, err := iso20022.ReadStatus(bytes.NewReader(cmd.Content), iso20022.Usual)
		if err == nil {
			report.Kind = "pain.002"
			return report, s.takeStatus(ctx, cmd.By, status, report)
		}
		if other, is := errors.AsType[*iso20022.Unreadable](err); !is || other.Problem != iso20022.WrongMessage {
			return nil, unreadableAnswer(err)
		}
	}
	entries, err := cmd.entries(report, sum[:])
	if err != nil {
		return report, err
	}
	if err := s.keep(ctx, cmd.By, entries, report, sum[:]); err != nil {
		return nil, err
	}
	return report, s.allocate(ctx, cmd.By, accountsIn(entries), report)
}

func unreadableAnswer(err error) error {
	if found, is := errors.AsType[*iso20022.Unreadable](err); is {
		return ErrBankFileUnreadable.Case(fault.Args{"reason": found.Error()})
	}
	if found, is := errors.AsType[*sheet.Unreadable](err); is {
		return ErrBankFileUnreadable.Case(fault.Args{"reason": found.Reason})
	}
	return err
}

// entries are what the file has booked.
func (cmd ReadAnswer) entries(report *BankReport, sum []byte) ([]BankEntry, error) {
	rows := []BankEntry{}
	again := map[string]int{}
	take := func(entry iso20022.Entry) {
		if report.Kind = entry.Message; !entry.Booked {
			report.Pending++
			return
		}
		rows = append(rows, entriesOf(&entry, sum, again)...)
	}
	if cmd.Profile == "" {
		report.Kind = "camt"
		_, err := iso20022.ReadEntries(bytes.NewReader(cmd.Content), iso20022.Usual, func(entry iso20022.Entry) error {
			take(entry)
			return nil
		})
		return rows, unreadableAnswer(err)
	}
	profile, known := banktable.ProfileOf(cmd.Profile)
	if !known {
		return nil, ErrBankFileUnreadable.Case(fault.Args{"reason": strconv.Quote(cmd.Profile)})
	}
	report.Kind = profile.Code
	read, err := banktable.Read(banktable.Table{
		Profile: profile, Account: cmd.Account, Encoding: cmd.Encoding, Source: bytes.NewReader(cmd.Content),
	}, take)
	report.Rows, report.BadRows = read.Rows, read.BadRows
	if err == nil && read.Bad > 0 {
		return nil, ErrBankFileUnreadable.Case(fault.Args{"bad": read.Bad, "rows": read.Rows})
	}
	return rows, unreadableAnswer(err)
}

// keep writes down the entries that are new, in every database of the zone: each allocates to the orders of its pools.
func (s *Service) keep(
	ctx context.Context, by access.Principal, entries []BankEntry, report *BankReport, sum []byte,
) error {
	accounts := accountsIn(entries)
	if by.Kind == access.Member {
		banks, err := zone.ViewBankDetails(ctx, s.db.Of(pg.Zone), by, by.Organisation)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if !zone.Payees(banks).Own(by.Organisation, account) {
				return access.ErrForbidden.Case(fault.Args{"person": by.Subject, "member": account})
			}
		}
	}
	return pg.InTxs(ctx, s.db, func(ctx context.Context, txs pg.Txs) error {
		for i, tx := range txs {
			fresh, read, err := s.keepIn(ctx, tx, by, entries, report.Kind, sum)
			if err != nil {
				return err
			}
			if i == 0 {
				report.Entries, report.New, report.Known = len(entries), fresh, !read
			}
		}
		return nil
	})
}

func (s *Service) keepIn(
	ctx context.Context, tx *pg.Tx, by access.Principal, entries []BankEntry, kind string, sum []byte,
) (fresh int, read bool, err error) {
	read, err = pg.InsertNew(ctx, tx, &BankFile{
		Pool: pg.Zone, SHA256: sum, Kind: kind, ReadBy: by.Subject, Read: s.clock.Now(),
	})
	if err != nil || !read {
		return 0, read, err
	}
	known := map[[2]string]bool{}
	pairs, err := pairsOf(ctx, tx, knownEntries.With(ofAccounts{accountsIn(entries)}))
	if err != nil {
		return 0, read, err
	}
	for _, pair := range pairs {
		known[pair] = true
	}
	for i := range entries {
		base := entries[i].Key[:strings.LastIndexByte(entries[i].Key, '/')]
		if known[[2]string{entries[i].Account, base}] {
			continue
		}
		made, err := pg.InsertNew(ctx, tx, &entries[i])
		if err != nil {
			return fresh, read, err
		}
		if made {
			fresh++
		}
	}
	return fresh, read, nil
}

var (
	orderIDForm   = regexp.MustCompile(`\bG([0-9]+)-([0-9]+)-([0-9]+)(?:-([0-9]+))?\b`)
	paymentIDForm = regexp.MustCompile(`^G([0-9]+)-F([0-9]+)-[0-9]+$`)
)

// target is an order that an entry names.
type target struct {
	pool, order string
	attempt     int
}

// named is the order of which a text has the id.
func named(text string, pools []coinsurance.Pool) (target, bool) {
	parts := orderIDForm.FindStringSubmatch(text)
	if parts == nil {
		return target{}, false
	}
	attempt, _ := strconv.Atoi(parts[4])
	for _, pool := range pools {
		if strconv.Itoa(int(pool.Ordinal)) == parts[1] {
			return target{pool.Code, "G" + parts[1] + "-" + parts[2] + "-" + parts[3], attempt}, true
		}
	}
	return target{}, false
}

// allocate allocates what is open on accounts to the orders that it names, each by itself: what is refused stays open
// for a person.
func (s *Service) allocate(ctx context.Context, by access.Principal, accounts []string, report *BankReport) error {
	home := s.db.Of(pg.Zone)
	pools, err := coinsurance.Pools(ctx, home)
	if err != nil {
		return err
	}
	for _, db := range s.db.All() {
		open, err := openEntries(ctx, db, entriesAsked{Accounts: accounts, OpenOnly: true, Most: EntriesMax})
		if err != nil {
			return err
		}
		pools := slices.DeleteFunc(slices.Clone(pools), func(p coinsurance.Pool) bool { return !db.Holds(p.Code) })
		left := len(open)
		for i := range open {
			matched, err := s.allocateOne(ctx, by, &open[i].BankEntry, pools)
			if err != nil {
				return err
			}
			if report.Matched += matched; matched > 0 {
				left--
			}
		}
		if db == home {
			report.Open = left
		}
	}
	return nil
}

func (s *Service) allocateOne(
	ctx context.Context, by access.Principal, entry *BankEntry, pools []coinsurance.Pool,
) (matched int, err error) {
	cmd := MatchReceipt{Account: entry.Account, Key: entry.Key, how: ByEndToEnd}
	cmd.By = by
	found, is := named(entry.EndToEnd, pools)
	if !is && entry.EndToEnd == "" {
		cmd.how = ByReference
		found, is = named(entry.Reference+" "+entry.Remark, pools)
	}
	if is {
		cmd.Pool, cmd.Order, cmd.attempt = found.pool, found.order, found.attempt
		return s.try(ctx, cmd)
	}
	parts := paymentIDForm.FindStringSubmatch(entry.Payment)
	if parts == nil || entry.EndToEnd != "" || entry.Returned {
		return 0, nil
	}
	cmd.how = ByPayment
	for _, pool := range pools {
		if strconv.Itoa(int(pool.Ordinal)) != parts[1] {
			continue
		}
		number, _ := strconv.Atoi(parts[2])
		attempts, err := pg.Listed[Attempt](ctx, s.db.Of(pool.Code), attemptsOfFile.With(fileKey{pool.Code, number}))
		if err != nil {
			return 0, err
		}
		return s.allocateBatch(ctx, cmd, entry, attempts)
	}
	return 0, nil
}

// allocateBatch allocates an entry that a bank booked for a payer's whole part of a file, when it comes to that.
func (s *Service) allocateBatch(
	ctx context.Context, cmd MatchReceipt, entry *BankEntry, attempts []Attempt,
) (matched int, err error) {
	sum := entry.Amount.Sub(entry.Amount)
	var of []Attempt
	for _, a := range attempts {
		if a.Payment == entry.Payment && a.State != AttemptRejected && a.State != AttemptVoid {
			of, sum = append(of, a), sum.Add(a.Amount)
		}
	}
	if sum != entry.Amount {
		return 0, nil
	}
	for i := range of {
		cmd.Pool, cmd.Order, cmd.attempt, cmd.Amount = of[i].Pool, of[i].Order, of[i].Attempt, &of[i].Amount
		one, err := s.try(ctx, cmd)
		if err != nil {
			return matched, err
		}
		matched += one
	}
	return matched, nil
}

// try allocates, and leaves what is refused to a person.
func (s *Service) try(ctx context.Context, cmd MatchReceipt) (int, error) {
	_, err := s.MatchReceipt(ctx, cmd)
	refusal, is := errors.AsType[*fault.Fault](err)
	switch {
	case err == nil:
		return 1, nil
	case is && (refusal.Kind == fault.Conflict || refusal.Kind == fault.NotFound):
		return 0, nil
	default:
		return 0, err
	}
}
