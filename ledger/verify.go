package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

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

var (
	countedBook            = pg.SQL[pg.None](files, "CountBook")
	postingsWithoutJournal = pg.SQL[OfPool](files, "PostingsWithoutJournal")
	brokenMirrors          = pg.SQL[OfPool](files, "BrokenMirrors")
	makeRoom               = pg.SQL[pg.None](files, "MakeRoom")
)

// Checks are what verify proves of the book.
func Checks() []Check {
	return []Check{
		{Name: "journals", Run: verifyJournals},
		StatementCheck("postings_without_journal", postingsWithoutJournal),
		StatementCheck("mirrors", brokenMirrors),
		{Name: "sums", Run: verifySums},
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

// spacious runs reads in one snapshot of a database, with room for large sums. A transaction is taken as it is.
func spacious(ctx context.Context, handle bun.IDB, read func(ctx context.Context, handle bun.IDB) error) error {
	db, whole := handle.(*pg.DB)
	if !whole {
		return read(ctx, handle)
	}
	return pg.InSnapshot(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		if _, err := makeRoom.With(pg.None{}).Exec(ctx, tx); err != nil {
			return err
		}
		return read(ctx, tx)
	})
}

// poolCount is how much there is of a pool in the book.
type poolCount struct {
	code               string
	journals, postings int64
}

// countBook lists the pools that the tables of the book name.
func countBook(ctx context.Context, handle bun.IDB) (pools []poolCount, err error) {
	err = countedBook.With(pg.None{}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var pool poolCount
		err := rows.Scan(&pool.code, &pool.journals, &pool.postings)
		pools = append(pools, pool)
		return err
	})
	return pools, err
}

// poolsOf are the pools for which the check runs.
func (c Check) poolsOf(pools []poolCount) []poolCount {
	if c.Zone {
		return []poolCount{{code: pg.Zone}}
	}
	return pools
}

// verify proves the book of one database: each check of each pool, in one snapshot.
func (report *Report) verify(
	ctx context.Context, handle bun.IDB, checks []Check, told func(check string, done int),
) error {
	pools, err := countBook(ctx, handle)
	if err != nil {
		return err
	}
	for _, pool := range pools {
		report.Journals, report.Postings = report.Journals+pool.journals, report.Postings+pool.postings
	}
	for i, check := range checks {
		told(check.Name, i)
		for _, pool := range check.poolsOf(pools) {
			err := check.Run(ctx, handle, pool.code, func(finding Finding) {
				finding.Check, finding.Pool = check.Name, pool.code
				report.add(finding)
			})
			if err != nil {
				return fmt.Errorf("check %s of pool %s: %w", check.Name, pool.code, err)
			}
		}
	}
	told("", len(checks))
	return nil
}

func (report *Report) add(finding Finding) {
	if len(report.Findings) < findingsMax {
		report.Findings = append(report.Findings, finding)
	} else {
		report.Truncated = true
	}
}

// Each runs the check for every pool of a zone, outside of a proof of the whole book.
func (c Check) Each(ctx context.Context, handle bun.IDB, report func(Finding)) error {
	for _, part := range pg.Parts(handle, "") {
		pools, err := countBook(ctx, part)
		if err != nil {
			return err
		}
		for _, pool := range c.poolsOf(pools) {
			if err := c.Run(ctx, part, pool.code, report); err != nil {
				return fmt.Errorf("check %s of pool %s: %w", c.Name, pool.code, err)
			}
		}
	}
	return nil
}
