package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// verifySums adds the whole book up once, by month and day, book, pair of accounts and counterparty, and asks that what
// pairs, mirrors, seals, turnovers and kept balances have to say. It is one pass over the postings, however many months
// there are.
func verifySums(ctx context.Context, handle bun.IDB, report func(Finding)) error {
	var strange [][3]string // pool, debit, credit
	err := pg.Rows(ctx, handle, bookSums, nil, func(rows *sql.Rows) error {
		var check string
		var finding Finding
		if err := rows.Scan(&check, &finding.Pool, &finding.Subject, &finding.Text); err != nil {
			return err
		}
		pair := [2]Account{Account(finding.Subject), Account(finding.Text)}
		if check != "pair" {
			report(finding)
		} else if !allowed[pair] && !retired[pair] {
			strange = append(strange, [3]string{finding.Pool, finding.Subject, finding.Text})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, pair := range strange {
		if err := namePair(ctx, handle, pair, report); err != nil {
			return err
		}
	}
	return nil
}

// namePair lists the postings between two accounts that the chart does not pair, or only in a transfer.
func namePair(ctx context.Context, handle bun.IDB, pair [3]string, report func(Finding)) error {
	return pg.Rows(ctx, handle, `SELECT p.journal::text, p.line FROM posting AS p
		WHERE p.pool = $1 AND p.debit = $2::text::account AND p.credit = $3::text::account AND NOT ($4 AND EXISTS (
			SELECT 1 FROM journal AS j WHERE j.pool = p.pool AND j.id = p.journal AND j.kind = $5)) LIMIT 100`,
		[]any{pair[0], pair[1], pair[2], transfers[[2]Account{Account(pair[1]), Account(pair[2])}], AccountsTransferred},
		func(rows *sql.Rows) error {
			finding := Finding{Pool: pair[0]}
			var line int
			if err := rows.Scan(&finding.Subject, &line); err != nil {
				return err
			}
			finding.Text = fmt.Sprintf("line %d of journal %s moves from %s to %s, which no rule does",
				line, finding.Subject, pair[2], pair[1])
			report(finding)
			return nil
		})
}

// bookSums gives a row for every pair of accounts that is used, and one for every fault.
const bookSums = `
	WITH tally AS MATERIALIZED (
		SELECT pool, period, effective, book, debit, credit, counterparty, sum(amount)::bigint AS amount FROM posting
		GROUP BY 1, 2, 3, 4, 5, 6, 7),
` + mirrorSums + `,
` + sealSums + `,
` + turnoverSums + `,
` + snapshotSums + `
	SELECT 'pair', pool, debit::text, credit::text FROM (SELECT DISTINCT pool, debit, credit FROM tally) AS pairs
	UNION ALL SELECT 'mirror', * FROM mirrors_differ
	UNION ALL SELECT 'seal', * FROM seals_differ
	UNION ALL SELECT 'turnover', * FROM turnovers_differ
	UNION ALL SELECT 'snapshot', * FROM snapshots_differ`

// mirrorSums: for every pair of members and pool, what one book says is due to the other is what the other's says is
// due from it; and the same for the two advance accounts.
const mirrorSums = `
	side (account, kind, sign) AS (VALUES
		('due_to_coinsurer'::account, 'due', 1), ('due_from_coinsurer', 'due', -1),
		('claim_advance_received', 'advance', 1), ('claim_advance_paid', 'advance', -1)),
	netted AS (
		SELECT pool, book, debit, credit, counterparty, sum(amount) AS amount FROM tally GROUP BY 1, 2, 3, 4, 5),
	moved AS (
		SELECT b.pool, s.kind, s.sign, b.book, b.counterparty,
			sum(CASE WHEN b.credit = s.account THEN b.amount ELSE -b.amount END) AS amount
		FROM netted AS b JOIN side AS s ON s.account IN (b.debit, b.credit) GROUP BY 1, 2, 3, 4, 5),
	mirrors_differ AS (
		SELECT coalesce(a.pool, b.pool), coalesce(a.book, b.counterparty),
			coalesce(a.book, b.counterparty) || ' says ' || coalesce(a.amount, 0) || ' fen are ' ||
			coalesce(a.kind, b.kind) || ' to ' ||
			coalesce(a.counterparty, b.book) || ', which says ' || coalesce(-b.amount, 0)
		FROM (SELECT pool, kind, book, counterparty, amount FROM moved WHERE sign = 1) AS a
		FULL JOIN (SELECT pool, kind, book, counterparty, amount FROM moved WHERE sign = -1) AS b
			ON b.pool = a.pool AND b.kind = a.kind AND b.book = a.counterparty AND b.counterparty = a.book
		WHERE coalesce(a.amount, 0) <> coalesce(-b.amount, 0))`

// sealSums: every sealed month counts and hashes to its seal, in a chain, and the head knows of every seal.
const sealSums = `
	journals AS (
		SELECT pool, period, sum(postings) AS postings, string_agg(digest, ''::bytea ORDER BY id) AS digests
		FROM journal GROUP BY pool, period),
	amounts AS (SELECT pool, period, sum(amount) AS total FROM tally GROUP BY pool, period),
	sealed AS (
		SELECT s.pool, s.period, s.postings, s.total, s.digest, coalesce(j.postings, 0) AS postings_now,
			coalesce(a.total, 0) AS total_now,
			sha256(coalesce(b.digest, ''::bytea) || coalesce(j.digests, ''::bytea)) AS digest_now
		FROM period_seal AS s
		LEFT JOIN period_seal AS b ON b.pool = s.pool AND b.period = (s.period - interval '1 month')::date
		LEFT JOIN journals AS j ON j.pool = s.pool AND j.period = s.period
		LEFT JOIN amounts AS a ON a.pool = s.pool AND a.period = s.period),
	seals_differ AS (
		SELECT pool, period::text, 'month ' || to_char(period, 'YYYY-MM') || ' was sealed with ' || postings ||
			' postings of ' || total || ' fen and now has ' || postings_now || ' of ' || total_now ||
			CASE WHEN digest <> digest_now THEN ', another digest' ELSE '' END
		FROM sealed WHERE postings <> postings_now OR total <> total_now OR digest <> digest_now
		UNION ALL
		SELECT a.pool, a.period::text,
			'month ' || to_char(a.period, 'YYYY-MM') || ' has postings, is closed and has no seal'
		FROM amounts AS a JOIN period_head AS h USING (pool) LEFT JOIN period_seal AS s USING (pool, period)
		WHERE a.period <= h.closed AND s.period IS NULL
		UNION ALL
		SELECT h.pool, 'head', 'the last closed month is not the last sealed one'
		FROM period_head AS h
		LEFT JOIN (SELECT pool, max(period) AS period FROM period_seal GROUP BY pool) AS s ON s.pool = h.pool
		WHERE h.closed IS DISTINCT FROM s.period)`

// turnoverSums: what is kept of a sealed month is what its postings moved on each day, and nothing is kept of an open
// month.
const turnoverSums = `
	turnovers_differ AS (
		SELECT pool, period::text, 'the turnover of ' || account || ' in the book of ' || book || ' on ' || effective ||
			' in ' || to_char(period, 'YYYY-MM') || ' does not add up'
		FROM (
			SELECT pool, period, effective, book, account, counterparty, debit, credit, 1 AS kept FROM turnover
			UNION ALL
			SELECT pool, period, effective, book, debit, counterparty, -amount, 0, 0
				FROM tally JOIN period_seal USING (pool, period)
			UNION ALL
			SELECT pool, period, effective, book, credit, counterparty, 0, -amount, 0
				FROM tally JOIN period_seal USING (pool, period)) AS both_sides
		GROUP BY pool, period, effective, book, account, counterparty
		HAVING sum(debit) <> 0 OR sum(credit) <> 0 OR sum(kept) <> 1)`

// snapshotSums: a kept balance is what its accounting month and all before moved. Kept balances are compared month by
// month: each exceeds the one before by the month's turnover, none is missing in between or at the end.
const snapshotSums = `
	seal AS (
		SELECT pool, period, row_number() OVER (PARTITION BY pool ORDER BY period) AS number,
			count(*) OVER (PARTITION BY pool) AS last
		FROM period_seal),
	month AS (
		SELECT pool, period, book, account, counterparty, sum(debit) AS debit, sum(credit) AS credit
		FROM turnover GROUP BY 1, 2, 3, 4, 5),
	kept AS (
		SELECT b.pool, b.period, b.book, b.account, b.counterparty, s.number, s.last,
			b.debit - coalesce(lag(b.debit) OVER account, 0) AS debit,
			b.credit - coalesce(lag(b.credit) OVER account, 0) AS credit,
			coalesce(lag(s.number) OVER account, s.number - 1) AS before,
			coalesce(lead(s.number) OVER account, s.last + 1) AS after
		FROM balance_snapshot AS b LEFT JOIN seal AS s USING (pool, period)
		WINDOW account AS (PARTITION BY b.pool, b.book, b.account, b.counterparty ORDER BY b.period)),
	snapshots_differ AS (
		SELECT pool, period::text, 'the kept balance of ' || account || ' in the book of ' || book ||
			' at the close of ' || to_char(period, 'YYYY-MM') || ' does not add up'
		FROM kept FULL JOIN month USING (pool, period, book, account, counterparty)
		WHERE kept.debit IS DISTINCT FROM coalesce(month.debit, 0) OR kept.credit IS DISTINCT FROM coalesce(month.credit, 0)
			OR kept.before <> kept.number - 1 OR kept.after <> kept.number + 1)`
