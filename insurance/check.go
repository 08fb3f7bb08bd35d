package insurance

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Checks are what verify proves of this wing: that the book agrees with the splits, and the splits with the policies.
func Checks() []ledger.Check {
	return []ledger.Check{
		{Name: "portions_sum", Run: query(portionsSum)},
		{Name: "postings_agree_with_portions", Run: query(postingsAgree)},
		{Name: "splits_agree_with_policies", Run: query(splitsAgree)},
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

// portionsSum: the portions of every split of a total sum to it. Fees are computed, not split, and have no products.
const portionsSum = `
	SELECT pool, subject, stream || ' at place ' || place || ': portions sum to ' || total_of_portions || ', not ' || total
	FROM (SELECT pool, subject, stream::text, place, total, (SELECT sum(p) FROM unnest(portions) AS p) AS total_of_portions
		FROM split WHERE cardinality(products) > 0) AS summed
	WHERE total_of_portions IS DISTINCT FROM total`

// postingsAgree: for each stream of a policy, what a member's book says on the stream's own account is the portion of
// the newest split. The issuer's own commission is posted and owed to nobody, so it is left out.
const postingsAgree = `
	WITH rule (stream, account, sign) AS (VALUES
		('net_premium'::stream, 'premium_written'::account, -1), ('vat', 'premium_receivable', 1),
		('net_received', 'premium_receivable', -1), ('vat_received', 'premium_receivable', -1),
		('issuing_fee', 'issuing_fee_expense', 1), ('issuing_fee_vat', 'input_vat', 1),
		('commission', 'commission_expense', 1), ('subsidy', 'subsidy_receivable', 1),
		('unearned_premium', 'unearned_premium_reserve', -1)),
	posted AS (
		SELECT p.pool, p.policy AS subject, p.stream, p.book AS member,
			sum(rule.sign * CASE WHEN p.debit = rule.account THEN p.amount ELSE -p.amount END) AS amount
		FROM posting AS p JOIN rule ON rule.stream = p.stream AND rule.account IN (p.debit, p.credit)
		WHERE p.policy <> '' AND p.claim = '' GROUP BY 1, 2, 3, 4),
	newest AS (
		SELECT DISTINCT ON (pool, subject, stream) pool, subject, stream, agreement_version, members, portions
		FROM split ORDER BY pool, subject, stream, place DESC),
	portion AS (
		SELECT n.pool, n.subject, n.stream, n.agreement_version, each.member, each.amount
		FROM newest AS n JOIN rule USING (stream), unnest(n.members, n.portions) AS each (member, amount))
	SELECT coalesce(portion.pool, posted.pool), coalesce(portion.subject, posted.subject),
		coalesce(portion.stream, posted.stream) || ' of ' || coalesce(portion.member, posted.member) ||
		': postings say ' || coalesce(posted.amount, 0) || ' fen, the portion is ' || coalesce(portion.amount, 0)
	FROM portion FULL JOIN posted USING (pool, subject, stream, member)
	LEFT JOIN agreement AS a ON a.pool = portion.pool AND a.version = portion.agreement_version
	WHERE coalesce(portion.amount, 0) <> coalesce(posted.amount, 0)
		AND NOT (stream = 'commission' AND member IS NOT DISTINCT FROM a.issuer)`

// splitsAgree: the newest split of a policy's premium is that of the policy's own total, and nothing before it is on
// risk.
const splitsAgree = `
	SELECT policy.pool, policy.number,
		'net premium on risk is ' || CASE WHEN policy.on_risk IS NULL THEN 0 ELSE policy.net_premium END ||
		' fen, split was ' || coalesce(newest.total, 0)
	FROM policy LEFT JOIN LATERAL (
		SELECT total FROM split
		WHERE split.pool = policy.pool AND split.subject = policy.number AND split.stream = 'net_premium'
		ORDER BY place DESC LIMIT 1) AS newest ON true
	WHERE CASE WHEN policy.on_risk IS NULL THEN 0 ELSE policy.net_premium END <> coalesce(newest.total, 0)`
