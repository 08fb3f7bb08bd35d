package scenario

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// Run is what came of a file.
type Run struct {
	File    string   `json:"file"`
	Results []Result `json:"results"`
	Hash    string   `json:"hash"`             // of the whole book
	Schema  string   `json:"schema,omitempty"` // where the ledger was kept
}

// Options say how a file is played.
type Options struct {
	URL  string // the database; a scratch schema is made in it
	Keep bool   // leave the schema for a look

	Pools map[string]string // the addresses of the databases of pools that live elsewhere; scratch schemas are made there
	Each  func(Result)      // called for every statement; may be nil
}

// PlayFile plays a file against a fresh, empty ledger in a scratch schema of its own.
func PlayFile(ctx context.Context, options Options, file File) (Run, error) {
	run := Run{File: file.Name, Results: []Result{}}
	db, err := OpenZone(ctx, options.URL, options.Pools, 4)
	if err != nil {
		return run, err
	}
	for _, one := range db.All() {
		if options.Keep {
			defer one.Close()
		} else {
			defer CloseScratch(ctx, one)
		}
	}
	if options.Keep {
		run.Schema = db.Schema
	}
	err = NewPlayer(db).Play(ctx, file, func(result Result) {
		run.Results = append(run.Results, result)
		if options.Each != nil {
			options.Each(result)
		}
	})
	if err != nil {
		return run, err
	}
	run.Hash, err = BookHash(ctx, db)
	return run, err
}

// BookHash hashes what happened and what it did to the books, in whichever databases. Ids and salts are drawn anew in
// every play, so they are left out.
func BookHash(ctx context.Context, db *pg.DB) (string, error) {
	lines, err := pg.Gather(db, "", strings.Compare, func(part bun.IDB) ([]string, error) { return bookLines(ctx, part) })
	if err != nil {
		return "", fmt.Errorf("hash the book: %w", err)
	}
	slices.Sort(lines)
	hash := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(hash[:]), nil
}

func bookLines(ctx context.Context, handle bun.IDB) (lines []string, err error) {
	err = pg.Rows(ctx, handle, `
		SELECT concat_ws('|', e.pool, e.subject, e.subject_version, e.type, e.effective, e.recorded,
			lpad(p.line::text, 5, '0'), p.mirror, p.amount, p.debit, p.credit, p.stream, p.book,
			p.counterparty, p.policy, p.claim,
			p.agreement_version, p.period)
		FROM event AS e LEFT JOIN posting AS p ON p.pool = e.pool AND p.journal = e.id
		UNION ALL
		SELECT concat_ws('|', pool, subject, stream, subject_version, total, members::text, portions::text, residue,
			taken_by::text)
		FROM split`, nil, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		lines = append(lines, line)
		return err
	})
	return lines, err
}

// Tally counts the results that hold and those that fail.
func Tally(results []Result) (held, failed int) {
	for _, result := range results {
		if result.OK {
			held++
		} else {
			failed++
		}
	}
	return held, failed
}
