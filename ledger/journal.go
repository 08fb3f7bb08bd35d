package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
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
	Pass      authority.Pass // of the gate on money
	Reverses  *uuid.UUID     // the journal this one takes back; each at most once
	Postings  []Posting
}

// Posted is what a journal came to in the book; the event carries it.
type Posted struct {
	Postings int
	Digest   []byte // SHA-256 over the postings, see digest
	Period   calendar.Month
	Lines    []Posting // numbered
}

// Seal is how the event says what its journal came to; nil when there was nothing to post.
func (p *Posted) Seal() *fact.JournalSeal {
	if p.Postings == 0 {
		return nil
	}
	return &fact.JournalSeal{Postings: p.Postings, Digest: p.Digest, Period: p.Period.String()}
}

// PostedJournal is a journal with what it came to, as Post tells a rehearsal.
type PostedJournal struct {
	Journal Journal
	Posted  Posted
}

// Post writes a journal. An empty one writes nothing and is a zero Posted. It costs no round trip of its own. It
// refuses with ledger.posting_not_allowed what no posting rule may do: that is a mistake of ours.
func Post(_ context.Context, tx *pg.Tx, period Period, journal Journal) (Posted, error) {
	posted, err := journal.number(period)
	if err != nil || posted.Postings == 0 {
		return posted, err
	}
	row := journal.row(posted)
	pg.Insert(tx, &row)
	insertPostings.With(journal.arrays(posted)).Queue(tx)
	pg.Tell(tx, PostedJournal{Journal: journal, Posted: posted})
	return posted, nil
}

// PostAll writes many journals by COPY. Each is checked and numbered when its turn comes to be sent, while the server
// writes the ones before.
func PostAll(ctx context.Context, tx *pg.Tx, period Period, journals []Journal) ([]Posted, error) {
	all := make([]Posted, len(journals))
	next, line := 0, 0 // of the journal that comes after the one being sent, and of that one's postings
	err := pg.CopyStream(ctx, tx, func(row *postingRow) (more bool, err error) {
		for next == 0 || line == len(all[next-1].Lines) {
			if next == len(journals) {
				return false, nil
			}
			if all[next], err = journals[next].number(period); err != nil {
				return false, err
			}
			next, line = next+1, 0
		}
		row.fill(&journals[next-1], &all[next-1], &all[next-1].Lines[line])
		line++
		return true, nil
	})
	if err != nil {
		return all, err
	}
	rows := make([]journalRow, 0, len(journals))
	for i := range journals {
		if all[i].Postings > 0 {
			rows = append(rows, journals[i].row(all[i]))
			pg.Tell(tx, PostedJournal{Journal: journals[i], Posted: all[i]})
		}
	}
	return all, pg.CopyRows(ctx, tx, rows)
}

type journalKey struct {
	Pool    string
	Journal uuid.UUID
}

var journalReversed = pg.SQL[journalKey](files, "JournalReversed")

// CheckNotReversed refuses with ErrAlreadyReversed when another journal took this one back.
func CheckNotReversed(ctx context.Context, handle bun.IDB, pool string, journal uuid.UUID) error {
	var reversed bool
	err := journalReversed.With(journalKey{pool, journal}).Row(ctx, handle, &reversed)
	if err == nil && reversed {
		return ErrAlreadyReversed.Case(fault.Args{"journal": journal})
	}
	return err
}

// number checks and numbers the postings.
func (j *Journal) number(period Period) (Posted, error) {
	if len(j.Postings) == 0 {
		return Posted{}, nil
	}
	if err := j.check(period); err != nil {
		return Posted{}, err
	}
	posted := Posted{Postings: len(j.Postings), Period: period.For(j.Effective), Lines: make([]Posting, len(j.Postings))}
	pairs := mirrors{halves: make([][2]int, len(j.Postings))}
	for i, p := range j.Postings {
		p.Line = i + 1
		if err := p.check(j.Kind); err != nil {
			return Posted{}, err
		}
		if j.Pass.OnlyReserves() && !p.reserves() {
			return Posted{}, ErrPostingNotAllowed.Case(fault.Args{"line": p.Line, "estimated": j.Kind})
		}
		if code := p.Amount.Currency().Code(); code != period.Currency {
			return Posted{}, ErrPostingNotAllowed.Case(fault.Args{
				"line": p.Line, "given": code, "currency": period.Currency,
			})
		}
		if p.Mirror > 0 {
			pairs.add(&p)
		}
		posted.Lines[i] = p
	}
	if number := pairs.broken(posted.Lines); number > 0 {
		return Posted{}, ErrPostingNotAllowed.Case(fault.Args{"pair": number})
	}
	posted.Digest = digest(j, posted.Period, posted.Lines)
	return posted, nil
}

// check holds what concerns the journal as a whole. What is recorded by the last cut may be on a statement already, so
// nothing is added to it, by whatever road it comes.
func (j *Journal) check(period Period) error {
	switch {
	case len(j.Postings) > postingsMax:
		return ErrPostingNotAllowed.Case(fault.Args{"postings": len(j.Postings)})
	case j.Pool != period.Pool:
		return ErrPostingNotAllowed.Case(fault.Args{"pool": j.Pool, "other": period.Pool})
	case !j.Pass.Covers(j.Kind):
		return ErrPostingNotAllowed.Case(fault.Args{"ungated": j.Kind})
	case period.Cut != nil && !j.Recorded.After(*period.Cut):
		return ErrPostingNotAllowed.Case(fault.Args{"recorded": j.Recorded, "cut": period.Cut.UTC()})
	}
	return nil
}

func (p *Posting) check(kind string) error {
	between := byAccount[p.Debit].Mirrored != "" || byAccount[p.Credit].Mirrored != ""
	switch {
	case p.Amount.Sign() <= 0:
		return ErrPostingNotAllowed.Case(fault.Args{"line": p.Line, "amount": p.Amount})
	case !mayMove(kind, p.Debit, p.Credit):
		return ErrPostingNotAllowed.Case(fault.Args{
			"line": p.Line, "credit_account": p.Credit, "debit_account": p.Debit,
		})
	case p.Book == "" || p.Book == p.Counterparty:
		return ErrPostingNotAllowed.Case(fault.Args{
			"line": p.Line, "book": strconv.Quote(p.Book), "counterparty": strconv.Quote(p.Counterparty),
		})
	case between != (p.Counterparty != ""):
		return ErrPostingNotAllowed.Case(fault.Args{"line": p.Line, "counterparty": strconv.Quote(p.Counterparty)})
	case (p.Mirror > 0) != (p.Counterparty != ""):
		return ErrPostingNotAllowed.Case(fault.Args{"line": p.Line, "mirror": p.Mirror})
	}
	return nil
}

// reserves says that the posting moves a reserve, and nothing that is paid or owed.
func (p *Posting) reserves() bool {
	reserve := func(a Account) bool {
		return a == UnearnedPremiumReserve || a == ChangeInUnearnedPremium || a == OutstandingClaimsReserve ||
			a == ChangeInOutstandingClaims
	}
	return reserve(p.Debit) && reserve(p.Credit)
}

// mirrors are the mirrored pairs of a journal: by number, less one, the lines of the two halves.
type mirrors struct {
	halves [][2]int
	odd    int // a pair of three, or one whose number is higher than there are postings; 0 for none
}

func (m *mirrors) add(p *Posting) {
	switch {
	case p.Mirror > len(m.halves) || m.halves[p.Mirror-1][1] > 0:
		m.odd = p.Mirror
	case m.halves[p.Mirror-1][0] > 0:
		m.halves[p.Mirror-1][1] = p.Line
	default:
		m.halves[p.Mirror-1][0] = p.Line
	}
}

// broken is the number of a pair that is none, or 0.
func (m *mirrors) broken(lines []Posting) int {
	for i, pair := range m.halves {
		if pair[0] > 0 && (pair[1] == 0 || !mirrored(&lines[pair[0]-1], &lines[pair[1]-1])) {
			return i + 1
		}
	}
	return m.odd
}

// mirrored says that two postings say the same of two members: what is debited between them in one book is credited
// on the mirrored account in the other.
func mirrored(a, b *Posting) bool {
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

func (j *Journal) row(posted Posted) journalRow {
	return journalRow{
		Pool: j.Pool, ID: j.ID, Kind: j.Kind, Effective: j.Effective, Period: posted.Period, Recorded: j.Recorded,
		Actor: j.By, Reverses: j.Reverses, Postings: posted.Postings, Digest: posted.Digest,
	}
}

// fill makes the row of one posting of the journal; the row is used again for the next.
func (row *postingRow) fill(j *Journal, posted *Posted, p *Posting) {
	*row = postingRow{
		Pool: j.Pool, Journal: j.ID, Line: p.Line, Mirror: p.Mirror, Amount: p.Amount, Recorded: j.Recorded,
		Effective: j.Effective, Period: posted.Period, Debit: p.Debit, Credit: p.Credit, Stream: p.Stream,
		AgreementVersion: p.AgreementVersion, Book: p.Book, Counterparty: p.Counterparty, Policy: p.Policy,
		Claim: p.Claim, Currency: p.Amount.Currency().Code(),
	}
}

func (j *Journal) arrays(posted Posted) postingArrays {
	n := len(posted.Lines)
	numbers, words := make([]int32, 3*n), make([]string, 8*n) //nolint:mnd // as many columns as are cut off below
	number := func(i int) []int32 { return numbers[i*n : (i+1)*n : (i+1)*n] }
	word := func(i int) []string { return words[i*n : (i+1)*n : (i+1)*n] }
	a := postingArrays{
		Pool: j.Pool, Journal: j.ID, Recorded: j.Recorded, Effective: j.Effective, Period: posted.Period,
		Lines: number(0), Mirrors: number(1), AgreementVersions: number(2), Amounts: make([]int64, n),
		Debits: word(0), Credits: word(1), Streams: word(2), Books: word(3), Counterparties: word(4), Policies: word(5),
		Claims: word(6), Currencies: word(7),
	}
	for i := range posted.Lines {
		p := &posted.Lines[i]
		a.Lines[i] = int32(p.Line)                         //nolint:gosec // at most postingsMax
		a.Mirrors[i] = int32(p.Mirror)                     //nolint:gosec // at most postingsMax
		a.AgreementVersions[i] = int32(p.AgreementVersion) //nolint:gosec // an integer column of its own
		a.Amounts[i], a.Debits[i], a.Credits[i] = p.Amount.Fen(), string(p.Debit), string(p.Credit)
		a.Streams[i], a.Books[i], a.Counterparties[i] = string(p.Stream), p.Book, p.Counterparty
		a.Policies[i], a.Claims[i], a.Currencies[i] = p.Policy, p.Claim, p.Amount.Currency().Code()
	}
	return a
}
