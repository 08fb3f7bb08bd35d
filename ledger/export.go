package ledger

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
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

// exported is a posting with what its journal says.
type exported struct {
	pool, journal, kind, actor, period, recorded string

	effective calendar.Date
	posting   Posting
}

// exportRows reads every posting in the order of the books: pool, effective day, journal, line. It does not hold them.
const exportRows = `
	SELECT p.pool, p.journal::text, j.kind, j.actor, p.effective::text, to_char(p.period, 'YYYY-MM'),
		to_char(p.recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), p.line, p.mirror, p.amount, p.debit::text,
		p.credit::text, p.stream::text, p.agreement_version, p.book, p.counterparty, p.policy, p.claim
	FROM posting AS p JOIN journal AS j ON j.pool = p.pool AND j.id = p.journal
	ORDER BY p.pool, p.effective, p.journal, p.line`

// Export writes every book out, one database after the other, for auditors with tools we did not write. It gives the
// number of postings.
func Export(ctx context.Context, handle bun.IDB, format Format, target io.Writer) (int64, error) {
	var count int64
	export := func(write func(exported) error) error {
		for _, part := range pg.Parts(handle, "") {
			err := exportPart(ctx, part, func(e exported) error { count++; return write(e) })
			if err != nil {
				return err
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
			return export(func(e exported) error { return row(e.cells()) })
		})
		return count, err
	default:
		return 0, ErrFormatUnknown.With("%q", format)
	}
}

// exportPart reads the books of one database.
func exportPart(ctx context.Context, handle bun.IDB, write func(exported) error) error {
	return pg.Rows(ctx, handle, exportRows, nil, func(rows *sql.Rows) error {
		var e exported
		p := &e.posting
		err := rows.Scan(
			&e.pool,
			&e.journal,
			&e.kind,
			&e.actor,
			&e.effective,
			&e.period,
			&e.recorded,
			&p.Line,
			&p.Mirror,
			&p.Amount,
			&p.Debit,
			&p.Credit,
			&p.Stream,
			&p.AgreementVersion,
			&p.Book,
			&p.Counterparty,
			&p.Policy,
			&p.Claim,
		)
		if err != nil {
			return err
		}
		return write(e)
	})
}

var csvColumns = []string{
	"pool", "journal", "line", "kind", "actor", "effective", "period", "recorded", "book", "debit", "credit", "amount",
	"currency", "stream", "counterparty", "mirror", "policy", "claim", "agreement_version",
}

func (e exported) cells() sheet.Cells {
	p := e.posting
	return sheet.Cells{
		e.pool, e.journal, p.Line, e.kind, e.actor, e.effective, e.period, e.recorded, p.Book, string(p.Debit),
		string(p.Credit), p.Amount, p.Amount.Currency().Code(), string(p.Stream), p.Counterparty, p.Mirror, p.Policy,
		p.Claim, p.AgreementVersion,
	}
}

// hledgerWriter writes one transaction per journal.
type hledgerWriter struct {
	target  *bufio.Writer
	journal string
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

func (w *hledgerWriter) write(e exported) error {
	if e.journal != w.journal {
		w.journal = e.journal
		w.printf(
			"\n%s (%s) %s  ; recorded:%s, period:%s, actor:%s\n", e.effective, e.journal, e.kind, e.recorded,
			e.period, tagText(e.actor),
		)
	}
	tags := "stream:" + string(e.posting.Stream)
	if e.posting.Policy != "" {
		tags += ", policy:" + tagText(e.posting.Policy)
	}
	w.line(e, e.posting.Debit, e.posting.Amount, tags)
	w.line(e, e.posting.Credit, e.posting.Amount.Neg(), tags)
	return w.fault
}

func (w *hledgerWriter) line(e exported, account Account, amount money.Amount, tags string) {
	w.printf("    %s  %s %s  ; %s\n", e.account(account), amount, amount.Currency().Code(), tags)
}

// account is book:account:pool, and the counterparty on accounts between members.
func (e exported) account(account Account) string {
	name := e.posting.Book + ":" + string(account) + ":" + e.pool
	if byAccount[account].Mirrored != "" {
		name += ":" + e.posting.Counterparty
	}
	return name
}

// tagText keeps a value from ending its tag.
func tagText(text string) string {
	return strings.NewReplacer(",", " ", "\n", " ", ";", " ").Replace(text)
}
