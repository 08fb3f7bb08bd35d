package scenario

import (
	"context"
	"encoding/hex"
	"fmt"

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
	URL  string       // the database; a scratch schema is made in it
	Keep bool         // leave the schema for a look
	Each func(Result) // called for every statement; may be nil
}

// PlayFile plays a file against a fresh, empty ledger in a scratch schema of its own.
func PlayFile(ctx context.Context, options Options, file File) (Run, error) {
	run := Run{File: file.Name, Results: []Result{}}
	db, err := OpenScratch(ctx, options.URL, 4)
	if err != nil {
		return run, err
	}
	if options.Keep {
		run.Schema = db.Schema
		defer db.Close()
	} else {
		defer CloseScratch(ctx, db)
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
	run.Hash, err = bookHash(ctx, db)
	return run, err
}

// bookHash hashes what happened and what it did to the books, in the order of each subject's events. Ids and salts
// are drawn anew in every play, so they are left out.
func bookHash(ctx context.Context, db *pg.DB) (string, error) {
	var hash []byte
	err := pg.Row(ctx, db, `
		SELECT sha256(convert_to(coalesce(string_agg(line, E'\n' ORDER BY line), ''), 'UTF8')) FROM (
			SELECT concat_ws('|', e.pool, e.subject, e.subject_version, e.type, e.effective, e.recorded,
				lpad(p.line::text, 5, '0'), p.mirror, p.amount, p.debit, p.credit, p.stream, p.book,
				p.counterparty, p.policy, p.claim,
				p.agreement_version, p.period) AS line
			FROM event AS e LEFT JOIN posting AS p ON p.pool = e.pool AND p.journal = e.id
			UNION ALL
			SELECT concat_ws('|', pool, subject, stream, place, total, members::text, portions::text, residue, taken_by::text)
			FROM split
		) AS lines`, nil, &hash)
	if err != nil {
		return "", fmt.Errorf("hash the book: %w", err)
	}
	return hex.EncodeToString(hash), nil
}

// Tally counts results: all that hold, that fail, and that are not yet supported.
func Tally(results []Result) (held, failed, unsupported int) {
	for _, result := range results {
		switch {
		case result.OK:
			held++
		case result.Unsupported:
			unsupported++
		default:
			failed++
		}
	}
	return held, failed, unsupported
}
