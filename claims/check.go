package claims

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Checks are what verify proves of this wing: that the book agrees with the splits, and the splits with the claims.
func Checks() []ledger.Check {
	return []ledger.Check{
		{Name: "claim_postings_agree_with_portions", Run: query(postingsAgree)},
		{Name: "splits_agree_with_claims", Run: query(splitsAgree)},
	}
}

// query runs a statement that gives one row per fault: pool, subject, text.
func query(statement string) func(context.Context, bun.IDB, func(ledger.Finding)) error {
	return func(ctx context.Context, handle bun.IDB, report func(ledger.Finding)) error {
		return pg.Rows(ctx, handle, statement, nil, func(rows *sql.Rows) error {
			var pool, subject, text string
			if err := rows.Scan(&pool, &subject, &text); err != nil {
				return err
			}
			report(ledger.Finding{Pool: pool, Subject: subject, Text: fmt.Sprintf("%s: %s", subject, text)})
			return nil
		})
	}
}

// postingsAgree: for each stream of a claim, what a member's book says on the stream's own account is the portion of
// the newest split.
const postingsAgree = `
	WITH rule (stream, account, sign) AS (VALUES
		('indemnity'::stream, 'claims_paid'::account, 1), ('expense', 'claim_expense', 1),
		('recovery', 'recovery_income', -1), ('salvage', 'salvage_income', -1),
		('outstanding_indemnity', 'outstanding_claims_reserve', -1),
		('outstanding_expense', 'outstanding_claims_reserve', -1)),
	posted AS (
		SELECT p.pool, p.claim AS subject, p.stream, p.book AS member,
			sum(rule.sign * CASE WHEN p.debit = rule.account THEN p.amount ELSE -p.amount END) AS amount
		FROM posting AS p JOIN rule ON rule.stream = p.stream AND rule.account IN (p.debit, p.credit)
		WHERE p.claim <> '' GROUP BY 1, 2, 3, 4),
	newest AS (
		SELECT DISTINCT ON (pool, subject, stream) pool, subject, stream, members, portions
		FROM split ORDER BY pool, subject, stream, place DESC),
	portion AS (
		SELECT n.pool, n.subject, n.stream, each.member, each.amount
		FROM newest AS n JOIN rule USING (stream), unnest(n.members, n.portions) AS each (member, amount))
	SELECT coalesce(portion.pool, posted.pool), coalesce(portion.subject, posted.subject),
		coalesce(portion.stream, posted.stream) || ' of ' || coalesce(portion.member, posted.member) ||
		': postings say ' || coalesce(posted.amount, 0) || ' fen, the portion is ' || coalesce(portion.amount, 0)
	FROM portion FULL JOIN posted USING (pool, subject, stream, member)
	WHERE coalesce(portion.amount, 0) <> coalesce(posted.amount, 0)`

// splitsAgree: the newest split of each stream is that of the claim's own total.
const splitsAgree = `
	WITH total (pool, number, stream, amount) AS (
		SELECT pool, number, each.stream::stream, each.amount FROM claim, LATERAL (VALUES
			('indemnity', paid_indemnity), ('expense', paid_expense), ('recovery', recovery), ('salvage', salvage),
			('reserve_indemnity', estimate_indemnity), ('reserve_expense', estimate_expense),
			('outstanding_indemnity', CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0
				ELSE greatest(0, estimate_indemnity - paid_indemnity) END),
			('outstanding_expense', CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0
				ELSE greatest(0, estimate_expense - paid_expense) END)) AS each (stream, amount))
	SELECT total.pool, total.number,
		total.stream || ' is ' || total.amount || ' fen, split was ' || coalesce(newest.total, 0)
	FROM total LEFT JOIN LATERAL (
		SELECT total FROM split
		WHERE split.pool = total.pool AND split.subject = total.number AND split.stream = total.stream
		ORDER BY place DESC LIMIT 1) AS newest ON true
	WHERE total.amount <> coalesce(newest.total, 0)`
