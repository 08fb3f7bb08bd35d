package settlement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"

	"gongbao/internal/access"
	"gongbao/internal/banktable"
	"gongbao/internal/fault"
	"gongbao/internal/iso20022"
	"gongbao/internal/sheet"
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
