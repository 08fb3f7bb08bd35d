package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

type journalName struct{ Pool, Journal string }

var (
	brokenJournals = pg.SQL[OfPool](files, "BrokenJournals")
	findPostings   = pg.SQL[journalName](files, "FindPostings")
)

// brokenJournal is a journal whose postings do not hash to its digest, or whose event says otherwise.
type brokenJournal struct {
	pool, id, effective, period string
	postings, eventless         bool // what is wrong
	common                      []byte
	sections                    []string
}

// verifyJournals: every journal has its postings, every one as it was written, and its event says the same.
func verifyJournals(ctx context.Context, handle bun.IDB, pool string, report func(Finding)) error {
	var broken []brokenJournal
	err := brokenJournals.With(OfPool{pool}).Rows(ctx, handle, func(rows *sql.Rows) error {
		b := brokenJournal{pool: pool}
		var sections []byte
		err := rows.Scan(&b.id, &b.postings, &b.eventless, &b.common, &sections, &b.effective, &b.period)
		if err == nil && sections != nil {
			err = json.Unmarshal(sections, &b.sections)
		}
		broken = append(broken, b)
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range broken[:min(len(broken), findingsMax)] {
		if err := b.explain(ctx, handle, report); err != nil {
			return err
		}
	}
	return nil
}

// explain compares a broken journal, posting by posting, with what its event told each member.
func (b *brokenJournal) explain(ctx context.Context, handle bun.IDB, report func(Finding)) error {
	say := func(format string, args ...any) {
		report(Finding{Pool: b.pool, Subject: b.id, Text: fmt.Sprintf(format, args...) + " of journal " + b.id})
	}
	if b.eventless {
		say("the event is missing")
	}
	if !b.postings {
		if !b.eventless {
			say("the event tells another digest than that")
		}
		return nil
	}
	told, err := b.told()
	if err != nil {
		return err
	}
	found, err := b.found(ctx, handle)
	if err != nil {
		return err
	}
	before := len(told)
	lines := slices.Sorted(mapKeys(told, found))
	named := 0
	for _, line := range lines {
		was, wasThere := told[line]
		is, isThere := found[line]
		switch {
		case !wasThere && before > 0:
			say("line %d was added: %s", line, is)
		case !isThere:
			say("line %d is missing: it was %s", line, was)
		case was != is && before > 0:
			say("line %d was altered: it was %s and is %s", line, was, is)
		default:
			continue
		}
		named++
	}
	if named == 0 {
		say("the postings do not agree with the digest")
	}
	return nil
}

func mapKeys(maps ...map[int]string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		seen := map[int]bool{}
		for _, m := range maps {
			for key := range m {
				if !seen[key] && !yield(key) {
					return
				}
				seen[key] = true
			}
		}
	}
}

// told is what the event says of each posting, by line.
func (b *brokenJournal) told() (map[int]string, error) {
	var head struct {
		Recorded string `json:"recorded"`
	}
	if len(b.common) > 0 {
		if err := json.Unmarshal(b.common, &head); err != nil {
			return nil, fmt.Errorf("read the event of journal %s: %w", b.id, err)
		}
	}
	told := map[int]string{}
	for _, section := range b.sections {
		var body struct {
			Postings []Posting `json:"postings"`
		}
		decoder := json.NewDecoder(strings.NewReader(section))
		if err := decoder.Decode(&body); err != nil {
			return nil, fmt.Errorf("read a section of the event of journal %s: %w", b.id, err)
		}
		for _, p := range body.Postings {
			told[p.Line] = p.describe(instant(head.Recorded), b.effective, b.period, p.Amount.Currency().Code())
		}
	}
	return told, nil
}

// instant brings an event's time to the form the database prints.
func instant(text string) string {
	text = strings.TrimSuffix(strings.Replace(text, "T", " ", 1), "Z")
	whole, fraction, _ := strings.Cut(text, ".")
	return whole + "." + (fraction + "000000")[:6]
}

// found is what stands in the book of each posting, by line.
func (b *brokenJournal) found(ctx context.Context, handle bun.IDB) (map[int]string, error) {
	found := map[int]string{}
	err := findPostings.With(journalName{b.pool, b.id}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var p Posting
		var recorded, effective, period, currency string
		err := rows.Scan(&p.Line, &p.Mirror, &p.Amount, &recorded, &effective, &period, &p.Debit, &p.Credit, &p.Stream,
			&p.AgreementVersion, &p.Book, &p.Counterparty, &p.Policy, &p.Claim, &currency)
		found[p.Line] = p.describe(recorded, effective, period, currency)
		return err
	})
	return found, err
}

// describe says everything about a posting in one line.
func (p Posting) describe(recorded, effective, period, currency string) string {
	return fmt.Sprintf("%s %s in %s from %s to %s (%s, with %q, pair %d, policy %q, claim %q, agreement %d, "+
		"effective %s, period %s, recorded %s)", p.Amount, currency, p.Book, p.Credit, p.Debit, p.Stream, p.Counterparty,
		p.Mirror, p.Policy, p.Claim, p.AgreementVersion, effective, period, recorded)
}
