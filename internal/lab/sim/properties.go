package sim

import (
	"context"
	"database/sql"

	"gongbao/internal/pg"
)

// kindProperty is a property that the books do not have.
const kindProperty = "property"

// Property is something that must hold of the books whatever was settled.
type Property struct {
	Name     string
	Sentence string
	query    string // of a pool ($1): how many things were looked at, and one for which it does not hold, "" for none
	last     bool   // it holds once everything is settled and paid
}

// Properties are asked of the tables themselves, by statements that share nothing with those of the service. That a
// refusal and a repetition change nothing is looked at after every step.
var Properties = []Property{
	{"nets", "the members' figures of every statement, and their nets of every settlement and ring, sum to zero",
		netsQuery, false},
	{"orders", "by the orders every member pays and receives in each ring exactly what the items taken come to",
		ordersQuery, false},
	{"unwound", "what is to be given back of an order of a settlement that is unwound is what was paid of it, and it was",
		unwoundQuery, false},
	{"disputed", "no settlement was approved while a query of an item that it takes stood", disputedQuery, false},
	{"standing", "every posting between members is on exactly one statement that stands, or on none for a named reason",
		standingQuery, false},
	{"clearing", "once all is paid, settlement clearing and what members owe each other are zero in every book",
		clearingQuery, true},
}

// taken are the items that approved settlements take, also those that were unwound, with the ring of each by the
// policy's own row.
const taken = `run AS (SELECT pool, number, statement, ring_fence, approved FROM settlement
		WHERE pool = $1 AND state IN ('approved', 'completed', 'unwinding', 'unwound')),
	found AS (
		SELECT r.number, r.approved, r.ring_fence, i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.a_owes, i.b_owes,
			i.pool
		FROM run AS r
		JOIN statement_item AS i ON i.pool = r.pool AND i.statement = r.statement
		WHERE NOT EXISTS (SELECT FROM settlement_skip AS k WHERE k.pool = i.pool AND k.settlement = r.number
			AND (k.statement, k.policy, k.claim, k.grp, k.a, k.b) = (i.statement, i.policy, i.claim, i.grp, i.a, i.b))
		UNION ALL
		SELECT r.number, r.approved, r.ring_fence, i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.a_owes, i.b_owes,
			i.pool
		FROM run AS r
		JOIN settlement_late AS k ON k.pool = r.pool AND k.settlement = r.number
		JOIN statement_item AS i ON i.pool = k.pool
			AND (k.statement, k.policy, k.claim, k.grp, k.a, k.b) = (i.statement, i.policy, i.claim, i.grp, i.a, i.b)),
	taken AS (
		SELECT f.number, f.approved, f.pool, f.statement, f.policy, f.claim, f.grp, f.a, f.b, f.a_owes, f.b_owes,
			CASE WHEN p.number IS NULL THEN '' ELSE CASE f.ring_fence WHEN 'line' THEN p.line
			WHEN 'year' THEN to_char(p.starts, 'YYYY') WHEN 'line_year' THEN p.line || ' ' || to_char(p.starts, 'YYYY')
			ELSE '' END END AS ring
		FROM found AS f LEFT JOIN policy AS p ON p.pool = f.pool AND p.number = f.policy WHERE f.a_owes <> f.b_owes),
	nets AS (
		SELECT t.number, t.ring, m.member, sum(m.net)::bigint AS net
		FROM taken AS t CROSS JOIN LATERAL (VALUES (t.a, t.b_owes - t.a_owes), (t.b, t.a_owes - t.b_owes)) AS m (member, net)
		GROUP BY 1, 2, 3),
	moves AS (
		SELECT o.settlement AS number, o.ring, m.member, sum(m.net)::bigint AS net FROM payment_order AS o
		JOIN run AS r ON r.pool = o.pool AND r.number = o.settlement
		CROSS JOIN LATERAL (VALUES (o.payer, -o.amount), (o.payee, o.amount)) AS m (member, net)
		WHERE o.opposite_of = '' GROUP BY 1, 2, 3)`

const netsQuery = `WITH ` + taken + `, sums AS (
		SELECT 'statement ' || statement AS what, sum(opening) AS first, sum(movement) AS second, sum(closing) AS third
		FROM statement_member WHERE pool = $1 GROUP BY statement
		UNION ALL SELECT 'settlement ' || number || ' ' || ring, sum(net), 0, 0 FROM nets GROUP BY number, ring
		UNION ALL SELECT 'orders of ' || number || ' ' || ring, sum(net), 0, 0 FROM moves GROUP BY number, ring)
	SELECT count(*), coalesce(min(what) FILTER (WHERE first <> 0 OR second <> 0 OR third <> 0), '') FROM sums`

const ordersQuery = `WITH ` + taken + `
	SELECT count(*), coalesce(min('settlement ' || number || ' ' || ring || ', ' || member || ': the items come to ' ||
		coalesce(n.net, 0) || ', the orders to ' || coalesce(m.net, 0))
		FILTER (WHERE coalesce(n.net, 0) <> coalesce(m.net, 0)), '')
	FROM nets AS n FULL JOIN moves AS m USING (number, ring, member)`

const unwoundQuery = `
	SELECT count(*), coalesce(min(o.id) FILTER (WHERE o.executed <> b.amount
		OR r.state = 'unwound' AND o.executed <> b.executed), '')
	FROM settlement AS r JOIN payment_order AS o ON o.pool = r.pool AND o.settlement = r.number AND o.opposite_of = ''
	CROSS JOIN LATERAL (SELECT coalesce(sum(b.amount), 0) AS amount, coalesce(sum(b.executed), 0) AS executed
		FROM payment_order AS b WHERE b.pool = o.pool AND b.opposite_of = o.id AND b.state <> 'void') AS b
	WHERE r.pool = $1 AND r.state IN ('unwinding', 'unwound')`

// disputedQuery goes by the transactions in which events were written: a life's clock stands still at noon, so the
// instants of two documents on one day say nothing about which was first, and what is done to statements of a pool is
// done one after the other.
const disputedQuery = `WITH ` + taken + `,
	said AS (SELECT type, subject, xmin::text::bigint AS written,
			(convert_from(common, 'UTF8')::jsonb #>> '{data,query,number}')::int AS query
		FROM event WHERE pool = $1 AND type IN ('coinsurance.statement_queried', 'coinsurance.query_resolved',
			'coinsurance.settlement_approved')),
	queries AS (
		SELECT q.statement, q.number, q.subject, q.grp, q.member, raised.written AS raised, resolved.written AS resolved
		FROM statement_query AS q JOIN statement AS s ON s.pool = q.pool AND s.number = q.statement
		LEFT JOIN said AS raised ON raised.type = 'coinsurance.statement_queried' AND raised.query = q.number
			AND raised.subject = 'statement/' || s.pool || '/' || s.period || '/' || s.issue
		LEFT JOIN said AS resolved ON resolved.type = 'coinsurance.query_resolved' AND resolved.query = q.number
			AND resolved.subject = raised.subject
		WHERE q.pool = $1)
	SELECT (SELECT count(*) FROM queries), coalesce(min('settlement ' || t.number || ' took ' || q.subject
		|| ' of statement ' || q.statement || ', which ' || q.member || ' disputed'), '')
	FROM taken AS t
	JOIN said AS approved ON approved.type = 'coinsurance.settlement_approved'
		AND approved.subject = 'settlement/' || t.pool || '/' || t.number
	JOIN queries AS q ON t.statement = q.statement AND q.member IN (t.a, t.b) AND q.grp IN ('', t.grp)
		AND q.subject = CASE t.claim WHEN '' THEN t.policy ELSE t.claim END
	WHERE q.raised IS NULL OR q.raised < approved.written
		AND (q.resolved IS NULL OR q.resolved > approved.written)`

// placed are the postings between members, from one side of the mirrors, with the first statement that stands and takes
// in what counts on their day and was recorded then.
const placed = `placed AS (
	SELECT p.policy, p.claim, CASE WHEN p.stream IN ('net_received', 'vat_received') THEN 'premium'
			WHEN p.stream IN ('issuing_fee', 'issuing_fee_vat') THEN 'fee' WHEN p.stream = 'commission' THEN 'commission'
			WHEN p.stream = 'late_interest' THEN 'interest' ELSE 'claims' END AS grp,
		p.book AS a, p.counterparty AS b, p.stream, p.effective, p.recorded,
		CASE 'due_to_coinsurer' WHEN p.credit::text THEN p.amount WHEN p.debit::text THEN -p.amount ELSE 0 END AS due_to,
		CASE 'due_from_coinsurer' WHEN p.debit::text THEN p.amount WHEN p.credit::text THEN -p.amount ELSE 0 END AS due_from,
		CASE WHEN p.stream <> 'settlement' THEN (SELECT min(s.number) FROM statement AS s WHERE s.pool = p.pool
			AND s.state <> 'cancelled' AND s.ends >= p.effective AND s.cut >= p.recorded) END AS statement
	FROM posting AS p WHERE p.pool = $1 AND p.book < p.counterparty AND (p.debit::text IN ('due_to_coinsurer',
		'due_from_coinsurer') OR p.credit::text IN ('due_to_coinsurer', 'due_from_coinsurer')))`

const standingQuery = `WITH ` + placed + `, sums AS (
		SELECT statement, policy, claim, grp, a, b, sum(due_to) AS a_owes, sum(due_from) AS b_owes, count(*) AS postings
		FROM placed WHERE statement IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(due_to) <> 0 OR sum(due_from) <> 0),
	items AS (
		SELECT i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.a_owes, i.b_owes, i.postings::bigint AS postings
		FROM statement_item AS i JOIN statement AS s ON s.pool = i.pool AND s.number = i.statement
		WHERE i.pool = $1 AND s.state <> 'cancelled')
	SELECT (SELECT count(*) FROM placed), coalesce(min('statement ' || statement || ' ' || policy || ' ' || claim || ' '
		|| grp || ' ' || a || ' ' || b) FILTER (WHERE (i.a_owes, i.b_owes, i.postings)
		IS DISTINCT FROM (p.a_owes, p.b_owes, p.postings)), '')
	FROM sums AS p FULL JOIN items AS i USING (statement, policy, claim, grp, a, b)`

// reasons count the postings between members by where they stand, and why where they stand nowhere. The last word is
// for what has no reason.
const reasons = `WITH ` + placed + `, last AS (
		SELECT max(ends) AS ends, max(cut) AS cut FROM statement WHERE pool = $1 AND state <> 'cancelled')
	SELECT CASE WHEN stream = 'settlement' THEN 'none: it brings items to zero'
		WHEN statement IS NOT NULL THEN 'on one statement'
		WHEN last.cut IS NULL THEN 'none: no statement stands'
		WHEN recorded > last.cut THEN 'none: recorded after the last drawing'
		WHEN effective > last.ends THEN 'none: it counts after every period drawn'
		WHEN NOT EXISTS (SELECT FROM statement AS s WHERE s.pool = $1 AND s.state <> 'cancelled' AND s.ends >= effective
			AND s.cut >= recorded) THEN 'none: recorded after the drawings that reach its day'
		ELSE '' END, count(*) FROM placed CROSS JOIN last GROUP BY 1`

const clearingQuery = `
	SELECT count(*), coalesce(min(book || ' ' || account || ' ' || with_whom || ' ' || sum) FILTER (WHERE sum <> 0), '')
	FROM (SELECT p.book, e.account, CASE e.account WHEN 'settlement_clearing' THEN '' ELSE p.counterparty END AS with_whom,
			sum(e.amount) AS sum
		FROM posting AS p CROSS JOIN LATERAL (VALUES (p.debit::text, p.amount), (p.credit::text, -p.amount))
			AS e (account, amount)
		WHERE p.pool = $1 AND e.account IN ('due_to_coinsurer', 'due_from_coinsurer', 'settlement_clearing')
		GROUP BY 1, 2, 3) AS each`

// proven asks every property of every pool; those of the end only there.
func (r *runner) proven(ctx context.Context, end bool) (*Difference, error) {
	for _, pool := range r.pools() {
		for _, property := range Properties {
			if property.last && !end {
				continue
			}
			var looked int64
			var wrong string
			if err := pg.Row(ctx, r.db, property.query, []any{pool.Code}, &looked, &wrong); err != nil {
				return nil, err
			}
			r.report.Properties[property.Name] += looked
			if wrong != "" {
				return &Difference{
					Kind: kindProperty, Pool: pool.Code, Figure: property.Name, Foretold: property.Sentence, Found: wrong,
					figure: figure{kind: kindProperty, a: property.Name},
				}, nil
			}
		}
		if difference, err := r.reasoned(ctx, pool.Code); difference != nil || err != nil {
			return difference, err
		}
	}
	return nil, nil
}

// reasoned counts where the postings between members stand; one that stands nowhere has a reason.
func (r *runner) reasoned(ctx context.Context, pool string) (*Difference, error) {
	unnamed := int64(0)
	err := pg.Rows(ctx, r.db, reasons, []any{pool}, func(rows *sql.Rows) error {
		var reason string
		var postings int64
		err := rows.Scan(&reason, &postings)
		if reason == "" {
			unnamed += postings
		}
		r.report.Standing[reason] += postings
		return err
	})
	if err != nil || unnamed == 0 {
		return nil, err
	}
	return &Difference{
		Kind: kindProperty, Pool: pool, Figure: "standing", Foretold: "a reason", Found: "none",
		figure: figure{kind: kindProperty, a: "standing"},
	}, nil
}
