package ledger

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// Format is a form in which the books are written out.
type Format string

// Formats of an export.
const (
	Hledger Format = "hledger" // a plain-text journal that hledger checks and adds up
	CSV     Format = "csv"     // every column of every posting
)

var exportPostings = pg.Select[BookPosting, OfPool](files, "ExportPostings")

// Export writes every book out, one database and one pool after the other, for auditors with tools we did not write. It
// holds one posting at a time, and gives their number.
func Export(ctx context.Context, handle bun.IDB, format Format, target io.Writer) (int64, error) {
	var count int64
	export := func(write func(*BookPosting) error) error {
		for _, part := range pg.Parts(handle, "") {
			pools, err := OpenPools(ctx, part)
			if err != nil {
				return err
			}
			for _, pool := range pools {
				err := pg.Each(ctx, part, exportPostings.With(OfPool{pool}), func(p *BookPosting) error {
					count++
					return write(p)
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	}
	switch format {
	case Hledger:
		journal := &hledgerWriter{target: bufio.NewWriterSize(target, 1<<16)}
		journal.head()
		if err := export(journal.write); err != nil {
			return count, err
		}
		return count, errors.Join(journal.fault, journal.target.Flush())
	case CSV:
		err := sheet.Write(target, sheet.CSV, csvColumns, func(row func(sheet.Cells) error) error {
			return export(func(p *BookPosting) error { return row(cellsOf(p)) })
		})
		return count, err
	default:
		return 0, ErrFormatUnknown.Case(fault.Args{"format": strconv.Quote(string(format))})
	}
}

var csvColumns = []string{
	"pool", "journal", "line", "kind", "actor", "effective", "period", "recorded", "book", "debit", "credit", "amount",
	"currency", "stream", "counterparty", "mirror", "policy", "claim", "agreement_version",
}

func cellsOf(p *BookPosting) sheet.Cells {
	return sheet.Cells{
		p.Pool, p.Journal.String(), p.Line, p.Kind, p.Actor, p.Effective, p.Period.String(), instantOf(p), p.Book,
		string(p.Debit), string(p.Credit), p.Amount, p.Currency, string(p.Stream), p.Counterparty, p.Mirror, p.Policy,
		p.Claim, p.AgreementVersion,
	}
}

// instantOf is when a posting was recorded, to the microsecond.
func instantOf(p *BookPosting) string { return p.Recorded.UTC().Format("2006-01-02T15:04:05.000000Z") }

// hledgerWriter writes one transaction per journal.
type hledgerWriter struct {
	target  *bufio.Writer
	journal uuid.UUID // the one being written
	fault   error
}

func (w *hledgerWriter) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(w.target, format, args...); err != nil && w.fault == nil {
		w.fault = err
	}
}

// head declares the currency; two decimals, as it stands on the wire.
func (w *hledgerWriter) head() {
	w.printf("; the books of Gongbao, accounts are book:account:pool[:counterparty]\ncommodity 1000.00 CNY\n")
}

func (w *hledgerWriter) write(p *BookPosting) error {
	if p.Journal != w.journal {
		w.journal = p.Journal
		w.printf("\n%s (%s) %s  ; recorded:%s, period:%s, actor:%s\n",
			p.Effective, p.Journal, p.Kind, instantOf(p), p.Period, tagText(p.Actor))
	}
	tags := "stream:" + string(p.Stream)
	if p.Policy != "" {
		tags += ", policy:" + tagText(p.Policy)
	}
	w.line(p, p.Debit, p.Amount, tags)
	w.line(p, p.Credit, p.Amount.Neg(), tags)
	return w.fault
}

func (w *hledgerWriter) line(p *BookPosting, account Account, amount money.Amount, tags string) {
	w.printf("    %s  %s %s  ; %s\n", accountName(p, account), amount, p.Currency, tags)
}

// accountName is book:account:pool, and the counterparty on accounts between members.
func accountName(p *BookPosting, account Account) string {
	name := p.Book + ":" + string(account) + ":" + p.Pool
	if byAccount[account].Mirrored != "" {
		name += ":" + p.Counterparty
	}
	return name
}

// tagText keeps a value from ending its tag.
func tagText(text string) string {
	return strings.NewReplacer(",", " ", "\n", " ", ";", " ").Replace(text)
}
