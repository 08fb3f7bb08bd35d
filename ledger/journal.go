package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// postingsMax bounds a journal: 64 members with a few dozen postings each.
const postingsMax = 4096

// Journal is what one event does to the books. It carries the id of that event.
type Journal struct {
	Pool      string
	ID        uuid.UUID
	Kind      string // type of the event
	Effective calendar.Date
	Recorded  time.Time
	By        string
	Reverses  *uuid.UUID // the journal this one takes back; each at most once
	Postings  []Posting
}

// Posted is what a journal came to in the book; the event carries it.
type Posted struct {
	Postings int
	Digest   []byte // SHA-256 over the postings, see digest
	Period   calendar.Month
	Lines    []Posting // numbered
}

// PostedJournal is a journal with what it came to, as Post tells a rehearsal.
type PostedJournal struct {
	Journal Journal
	Posted  Posted
}

// Post writes a journal. An empty one writes nothing and has a zero Seal. It costs no round trip of its own. It
// refuses with ledger.posting_not_allowed what no posting rule may do: that is a mistake of ours.
func Post(_ context.Context, tx *pg.Tx, period Period, journal Journal) (Posted, error) {
	seal, err := journal.seal(period)
	if err != nil || seal.Postings == 0 {
		return seal, err
	}
	tx.Queue(`INSERT INTO journal (`+strings.Join(journalColumns, ", ")+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, journal.row(seal)...)
	tx.Queue(insertPostings, journal.columns(seal)...)
	pg.Tell(tx, PostedJournal{Journal: journal, Posted: seal})
	return seal, nil
}

// PostAll writes many journals by COPY. Each is checked and numbered when its turn comes to be sent, while the server
// writes the ones before.
func PostAll(ctx context.Context, tx *pg.Tx, period Period, journals []Journal) ([]Posted, error) {
	seals := make([]Posted, len(journals))
	return seals, tx.Native(func(conn *pgx.Conn) error {
		next, rows := 0, [][]any(nil)
		postings := pgx.CopyFromFunc(func() (row []any, err error) {
			for len(rows) == 0 {
				if next == len(journals) {
					return nil, nil
				}
				if seals[next], err = journals[next].seal(period); err != nil {
					return nil, err
				}
				rows = journals[next].rows(seals[next])
				next++
			}
			row, rows = rows[0], rows[1:]
			return row, nil
		})
		if err := pg.Copy(ctx, conn, "posting", postingColumns, postings); err != nil {
			return err
		}
		var heads [][]any
		for i := range journals {
			if seals[i].Postings > 0 {
				heads = append(heads, journals[i].row(seals[i]))
			}
		}
		return pg.Copy(ctx, conn, "journal", journalColumns, pgx.CopyFromRows(heads))
	})
}

// CheckNotReversed refuses with ErrAlreadyReversed when another journal took this one back.
func CheckNotReversed(ctx context.Context, handle bun.IDB, pool string, journal uuid.UUID) error {
	var reversed bool
	err := pg.Row(ctx, handle, `SELECT EXISTS (SELECT 1 FROM journal WHERE pool = $1 AND reverses = $2)`,
		[]any{pool, journal}, &reversed)
	if err == nil && reversed {
		return ErrAlreadyReversed.With("journal %s", journal)
	}
	return err
}

// seal checks and numbers the postings.
func (j *Journal) seal(period Period) (Posted, error) {
	if len(j.Postings) == 0 {
		return Posted{}, nil
	}
	if len(j.Postings) > postingsMax {
		return Posted{}, ErrPostingNotAllowed.With("%d postings in one journal", len(j.Postings))
	}
	seal := Posted{Postings: len(j.Postings), Period: period.For(j.Effective), Lines: make([]Posting, len(j.Postings))}
	mirrors := map[int][]Posting{}
	for i, p := range j.Postings {
		p.Line = i + 1
		if err := p.check(j.Kind); err != nil {
			return Posted{}, err
		}
		if p.Mirror > 0 {
			mirrors[p.Mirror] = append(mirrors[p.Mirror], p)
		}
		seal.Lines[i] = p
	}
	for number, pair := range mirrors {
		if len(pair) != 2 || !mirrored(pair[0], pair[1]) {
			return Posted{}, ErrPostingNotAllowed.With("the pair %d is no mirror", number)
		}
	}
	seal.Digest = digest(j, seal.Period, seal.Lines)
	return seal, nil
}

func (p *Posting) check(kind string) error {
	between := byAccount[p.Debit].Mirrored != "" || byAccount[p.Credit].Mirrored != ""
	switch {
	case p.Amount.Sign() <= 0:
		return ErrPostingNotAllowed.With("line %d: the amount %s is not above zero", p.Line, p.Amount)
	case !mayMove(kind, p.Debit, p.Credit):
		return ErrPostingNotAllowed.With("line %d: nothing moves from %s to %s", p.Line, p.Credit, p.Debit)
	case p.Book == "" || p.Book == p.Counterparty:
		return ErrPostingNotAllowed.With("line %d: book %q against %q", p.Line, p.Book, p.Counterparty)
	case between != (p.Counterparty != ""):
		return ErrPostingNotAllowed.With("line %d: an account between members and a counterparty go together", p.Line)
	case (p.Mirror > 0) != (p.Counterparty != ""):
		return ErrPostingNotAllowed.With("line %d: a counterparty and a mirror go together", p.Line)
	}
	return nil
}

// mirrored says that two postings say the same of two members: what is debited between them in one book is credited
// on the mirrored account in the other.
func mirrored(a, b Posting) bool {
	if a.Book != b.Counterparty || b.Book != a.Counterparty || a.Amount != b.Amount {
		return false
	}
	debit, credit := byAccount[a.Debit].Mirrored, byAccount[a.Credit].Mirrored
	return (debit == "" || debit == b.Credit) && (credit == "" || credit == b.Debit)
}

// digest is SHA-256 over one line of text per posting, in their order. The same text is built in SQL by verify, so a
// change of any column of any posting shows.
func digest(j *Journal, period calendar.Month, lines []Posting) []byte {
	shared := fmt.Appendf(nil, "|%s|%s|%s|", j.Recorded.UTC().Format("2006-01-02 15:04:05.000000"), j.Effective,
		period.First())
	text := make([]byte, 0, lineBytes*len(lines))
	for i, p := range lines {
		if i > 0 {
			text = append(text, '\n')
		}
		text = strconv.AppendInt(text, int64(p.Line), 10)
		text = strconv.AppendInt(append(text, '|'), int64(p.Mirror), 10)
		text = strconv.AppendInt(append(text, '|'), p.Amount.Fen(), 10)
		text = append(text, shared...)
		for _, word := range [...]string{string(p.Debit), string(p.Credit), string(p.Stream)} {
			text = append(append(text, word...), '|')
		}
		text = strconv.AppendInt(text, int64(p.AgreementVersion), 10)
		for _, word := range [...]string{p.Book, p.Counterparty, p.Policy, p.Claim, p.Amount.Currency().Code()} {
			text = append(append(text, '|'), word...)
		}
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

const lineBytes = 200 // about those of one line

// lineText is digest's line of text in SQL.
const lineText = `concat_ws('|', line, mirror, amount, to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
	effective, period, debit, credit, stream, agreement_version, book, counterparty, policy, claim, currency)`

var journalColumns = []string{
	"pool", "id", "kind", "effective", "period", "recorded", "actor", "reverses", "postings", "digest",
}

func (j *Journal) row(seal Posted) []any {
	return []any{
		j.Pool, j.ID, j.Kind, j.Effective.SQL(), seal.Period.First().SQL(), j.Recorded, j.By, j.Reverses,
		seal.Postings, seal.Digest,
	}
}

var postingColumns = []string{
	"pool", "journal", "recorded", "effective", "period", "line", "mirror", "amount", "debit", "credit", "stream",
	"agreement_version", "book", "counterparty", "policy", "claim", "currency",
}

// insertPostings writes a journal's postings in one statement: what they share once, the rest as arrays.
var insertPostings = `INSERT INTO posting (` + strings.Join(postingColumns, ", ") + `)
	SELECT $1, $2, $3, $4, $5, * FROM unnest(
		$6::int[], $7::int[], $8::bigint[], $9::account[], $10::account[], $11::stream[],
		$12::int[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])`

func (j *Journal) columns(seal Posted) []any {
	n := len(seal.Lines)
	lines, mirrors, versions := make([]int32, n), make([]int32, n), make([]int32, n)
	amounts := make([]int64, n)
	debits, credits, streams := make([]string, n), make([]string, n), make([]string, n)
	books, counterparties, policies := make([]string, n), make([]string, n), make([]string, n)
	claims, currencies := make([]string, n), make([]string, n)
	for i, p := range seal.Lines {
		lines[i] = int32(p.Line)                //nolint:gosec // at most postingsMax
		mirrors[i] = int32(p.Mirror)            //nolint:gosec // at most postingsMax
		versions[i] = int32(p.AgreementVersion) //nolint:gosec // an integer column of its own
		amounts[i], debits[i], credits[i] = p.Amount.Fen(), string(p.Debit), string(p.Credit)
		streams[i], books[i], counterparties[i] = string(p.Stream), p.Book, p.Counterparty
		policies[i], claims[i], currencies[i] = p.Policy, p.Claim, p.Amount.Currency().Code()
	}
	return []any{
		j.Pool,
		j.ID,
		j.Recorded,
		j.Effective.SQL(),
		seal.Period.First().SQL(),
		lines,
		mirrors,
		amounts,
		debits,
		credits,
		streams,
		versions,
		books,
		counterparties,
		policies,
		claims,
		currencies,
	}
}

func (j *Journal) rows(seal Posted) [][]any {
	rows := make([][]any, len(seal.Lines))
	for i, p := range seal.Lines {
		rows[i] = []any{
			j.Pool, j.ID, j.Recorded, j.Effective.SQL(), seal.Period.First().SQL(), p.Line, p.Mirror, p.Amount.Fen(),
			string(p.Debit), string(
				p.Credit,
			), string(p.Stream), p.AgreementVersion, p.Book, p.Counterparty, p.Policy, p.Claim,
			p.Amount.Currency().Code(),
		}
	}
	return rows
}
