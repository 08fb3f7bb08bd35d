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
		{"entries_allowed", verifyPairs},
		{"mirrors", statement(`
			SELECT a.pool, a.journal::text, 'pair ' || a.mirror || ' of journal ' || a.journal || ' is no mirror'
			FROM (SELECT pool, journal, mirror, count(*) AS n, min(book) = max(book) AS alone,
					min(amount) = max(amount) AS equal, min(book) = min(counterparty) AND max(book) = max(counterparty) AS crossed
				FROM posting WHERE mirror > 0 GROUP BY 1, 2, 3) AS a
			WHERE a.n <> 2 OR a.alone OR NOT a.equal OR NOT a.crossed`)},
		{"mirror_balances", statement(mirrorBalances)},
		{"seals", statement(sealsAgree)},
		{"snapshots", statement(snapshotsAgree)},
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
		if err := report.verify(ctx, part, checks, told); err != nil {
			return report, err
		}
	}
	return report, nil
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

// verifyPairs: nothing moves between accounts that the chart does not pair.
func verifyPairs(ctx context.Context, handle bun.IDB, report func(Finding)) error {
	type used struct{ pool, debit, credit string }
	var strange []used
	err := pg.Rows(ctx, handle, `SELECT DISTINCT pool, debit::text, credit::text FROM posting`, nil, func(
		rows *sql.Rows,
	) error {
		var u used
		if err := rows.Scan(&u.pool, &u.debit, &u.credit); err != nil {
			return err
		}
		if !allowed[[2]Account{Account(u.debit), Account(u.credit)}] {
			strange = append(strange, u)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, u := range strange {
		err := pg.Rows(ctx, handle, `SELECT journal::text, line FROM posting
			WHERE pool = $1 AND debit = $2::text::account AND credit = $3::text::account LIMIT 100`,
			[]any{u.pool, u.debit, u.credit}, func(rows *sql.Rows) error {
				finding := Finding{Pool: u.pool}
				var line int
				if err := rows.Scan(&finding.Subject, &line); err != nil {
					return err
				}
				finding.Text = fmt.Sprintf("line %d of journal %s moves from %s to %s, which no rule does",
					line, finding.Subject, u.credit, u.debit)
				report(finding)
				return nil
			})
		if err != nil {
			return err
		}
	}
	return nil
}

// mirrorBalances: for every pair of members and pool, what one book says is due to the other is what the other's says
// is due from it; and the same for the two advance accounts.
const mirrorBalances = `
	WITH side (account, kind, sign) AS (VALUES
		('due_to_coinsurer'::account, 'due', 1), ('due_from_coinsurer', 'due', -1),
		('claim_advance_received', 'advance', 1), ('claim_advance_paid', 'advance', -1)),
	moved AS (
		SELECT p.pool, s.kind, s.sign, p.book, p.counterparty,
			sum(CASE WHEN p.credit = s.account THEN p.amount ELSE -p.amount END) AS amount
		FROM posting AS p JOIN side AS s ON s.account IN (p.debit, p.credit) GROUP BY 1, 2, 3, 4, 5)
	SELECT coalesce(a.pool, b.pool), coalesce(a.book, b.counterparty),
		coalesce(a.book, b.counterparty) || ' says ' || coalesce(a.amount, 0) || ' fen are ' ||
		coalesce(a.kind, b.kind) || ' to ' ||
		coalesce(a.counterparty, b.book) || ', which says ' || coalesce(-b.amount, 0)
	FROM (SELECT pool, kind, book, counterparty, amount FROM moved WHERE sign = 1) AS a
	FULL JOIN (SELECT pool, kind, book, counterparty, amount FROM moved WHERE sign = -1) AS b
		ON b.pool = a.pool AND b.kind = a.kind AND b.book = a.counterparty AND b.counterparty = a.book
	WHERE coalesce(a.amount, 0) <> coalesce(-b.amount, 0)`

// sealsAgree: every sealed month counts and hashes to its seal, in a chain, and the head knows of every seal. Journals
// and postings are read once, however many months there are.
const sealsAgree = `
	WITH journals AS (
		SELECT pool, period, sum(postings) AS postings, string_agg(digest, ''::bytea ORDER BY id) AS digests
		FROM journal GROUP BY pool, period),
	amounts AS (SELECT pool, period, sum(amount) AS total FROM posting GROUP BY pool, period),
	again AS (
		SELECT s.pool, s.period, s.postings, s.total, s.digest, coalesce(j.postings, 0) AS postings_now,
			coalesce(a.total, 0) AS total_now,
			sha256(coalesce(b.digest, ''::bytea) || coalesce(j.digests, ''::bytea)) AS digest_now
		FROM period_seal AS s
		LEFT JOIN period_seal AS b ON b.pool = s.pool AND b.period = (s.period - interval '1 month')::date
		LEFT JOIN journals AS j ON j.pool = s.pool AND j.period = s.period
		LEFT JOIN amounts AS a ON a.pool = s.pool AND a.period = s.period)
	SELECT pool, period::text, 'month ' || to_char(period, 'YYYY-MM') || ' was sealed with ' || postings ||
		' postings of ' || total || ' fen and now has ' || postings_now || ' of ' || total_now ||
		CASE WHEN digest <> digest_now THEN ', another digest' ELSE '' END
	FROM again WHERE postings <> postings_now OR total <> total_now OR digest <> digest_now
	UNION ALL
	SELECT h.pool, 'head', 'the last closed month is not the last sealed one'
	FROM period_head AS h
	LEFT JOIN (SELECT pool, max(period) AS period FROM period_seal GROUP BY pool) AS s ON s.pool = h.pool
	WHERE h.closed IS DISTINCT FROM s.period`

// snapshotsAgree: a kept balance is what the postings of its accounting month and all before add up to. They are added
// up by month first, so that a long book is read once and not once for every month.
const snapshotsAgree = `
	WITH month AS (
		SELECT pool, period, book, account, counterparty, sum(debit) AS debit, sum(credit) AS credit FROM (
			SELECT pool, period, book, debit AS account, counterparty, amount AS debit, 0::bigint AS credit FROM posting
			UNION ALL
			SELECT pool, period, book, credit, counterparty, 0, amount FROM posting) AS side
		GROUP BY 1, 2, 3, 4, 5),
	again AS (
		SELECT s.pool, s.period, m.book, m.account, m.counterparty, sum(m.debit) AS debit, sum(m.credit) AS credit
		FROM period_seal AS s JOIN month AS m ON m.pool = s.pool AND m.period <= s.period GROUP BY 1, 2, 3, 4, 5)
	SELECT pool, period::text, 'the kept balance of ' || account || ' in the book of ' || book || ' at the close of ' ||
		to_char(period, 'YYYY-MM') || ' does not add up'
	FROM balance_snapshot AS s FULL JOIN again AS a USING (pool, period, book, account, counterparty)
	WHERE coalesce(s.debit, 0) <> coalesce(a.debit, 0) OR coalesce(s.credit, 0) <> coalesce(a.credit, 0)`
