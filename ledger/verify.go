package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// findingsMax bounds a report; a book in ruins is not listed line by line.
const findingsMax = 1000

// Finding is one thing that is wrong with the book.
type Finding struct {
	Check   string `json:"check"`
	Pool    string `json:"pool"`
	Subject string `json:"subject"` // journal, policy, month …
	Text    string `json:"text"`
}

// String is the finding in one line.
func (f Finding) String() string { return f.Check + ": " + f.Pool + ": " + f.Text }

// Check is one thing that verify proves; wings add their own.
type Check struct {
	Name string
	Run  func(ctx context.Context, handle bun.IDB, report func(Finding)) error
}

// VerifyOptions say what is proved besides the book itself, and who is told of the progress.
type VerifyOptions struct {
	Checks   []Check
	Progress func(check string, done, of int) // may be nil
}

// Report is what verify found.
type Report struct {
	Journals  int64     `json:"journals"`
	Postings  int64     `json:"postings"`
	Checks    []string  `json:"checks"`
	Findings  []Finding `json:"findings"`
	Truncated bool      `json:"truncated"`           // there are more findings than are listed
	Databases int       `json:"databases,omitempty"` // when there are several: each was proved by itself
}

// Checks are what verify proves of the book.
func Checks() []Check {
	return []Check{
		{"journals", verifyJournals},
		{"postings_without_journal", statement(`
			SELECT p.pool, p.journal::text, 'line ' || p.line || ' of journal ' || p.journal || ' belongs to no journal'
			FROM posting AS p LEFT JOIN journal AS j ON j.pool = p.pool AND j.id = p.journal WHERE j.id IS NULL`)},
		{"mirrors", statement(`
			SELECT a.pool, a.journal::text, 'pair ' || a.mirror || ' of journal ' || a.journal || ' is no mirror'
			FROM (SELECT pool, journal, mirror, count(*) AS n, min(book) = max(book) AS alone,
					min(amount) = max(amount) AS equal, min(book) = min(counterparty) AND max(book) = max(counterparty) AS crossed
				FROM posting WHERE mirror > 0 GROUP BY 1, 2, 3) AS a
			WHERE a.n <> 2 OR a.alone OR NOT a.equal OR NOT a.crossed`)},
		{"sums", verifySums},
	}
}

// Verify proves the book and gives everything that is wrong with it. It reads, and changes nothing.
func Verify(ctx context.Context, handle bun.IDB, options VerifyOptions) (Report, error) {
	checks := append(Checks(), options.Checks...)
	report, parts := Report{Findings: []Finding{}}, pg.Parts(handle, "")
	for _, check := range checks {
		report.Checks = append(report.Checks, check.Name)
	}
	if len(parts) > 1 {
		report.Databases = len(parts)
	}
	for i, part := range parts {
		told := func(check string, done int) {
			if options.Progress != nil {
				options.Progress(check, i*len(checks)+done, len(parts)*len(checks))
			}
		}
		err := spacious(ctx, part, func(ctx context.Context, handle bun.IDB) error {
			return report.verify(ctx, handle, checks, told)
		})
		if err != nil {
			return report, err
		}
	}
	return report, nil
}

// room is what a check may use in the server: sums over a whole book are made without files then, and by all its cores.
const room = "SET LOCAL work_mem = '256MB'; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0.001"

// spacious runs reads in one snapshot of a database, with room for large sums. A transaction is taken as it is.
func spacious(ctx context.Context, handle bun.IDB, read func(ctx context.Context, handle bun.IDB) error) error {
	db, whole := handle.(*pg.DB)
	if !whole {
		return read(ctx, handle)
	}
	return pg.InSnapshot(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, room); err != nil {
			return fmt.Errorf("make room for the proof: %w", err)
		}
		return read(ctx, tx)
	})
}

// verify proves the book of one database.
func (report *Report) verify(
	ctx context.Context, handle bun.IDB, checks []Check, told func(check string, done int),
) error {
	var journals, postings int64
	err := pg.Row(ctx, handle, `SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM posting)`, nil,
		&journals, &postings)
	if err != nil {
		return err
	}
	report.Journals, report.Postings = report.Journals+journals, report.Postings+postings
	for i, check := range checks {
		told(check.Name, i)
		err := check.Run(ctx, handle, func(finding Finding) {
			finding.Check = check.Name
			if len(report.Findings) < findingsMax {
				report.Findings = append(report.Findings, finding)
			} else {
				report.Truncated = true
			}
		})
		if err != nil {
			return fmt.Errorf("check %s: %w", check.Name, err)
		}
	}
	told("", len(checks))
	return nil
}

// statement is a check that is one statement: a row per fault, with pool, subject and text.
func statement(query string) func(context.Context, bun.IDB, func(Finding)) error {
	return func(ctx context.Context, handle bun.IDB, report func(Finding)) error {
		return pg.Rows(ctx, handle, query, nil, func(rows *sql.Rows) error {
			var finding Finding
			if err := rows.Scan(&finding.Pool, &finding.Subject, &finding.Text); err != nil {
				return err
			}
			report(finding)
			return nil
		})
	}
}
