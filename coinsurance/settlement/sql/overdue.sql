-- name: OrdersDue
SELECT :columns FROM payment_order WHERE pool = @pool AND due <= @day ORDER BY settlement, number

-- name: MovementsOfDue
SELECT :columns(m) FROM order_movement AS m JOIN payment_order AS o ON o.pool = m.pool AND o.id = m.payment_order
WHERE m.pool = @pool AND o.due <= @day ORDER BY m.payment_order, m.number

-- name: OrdersOverdue
-- The settlements with an order that is not paid so many days past its due day that the payer is to be reminded again.
SELECT DISTINCT pool, settlement FROM payment_order
WHERE state NOT IN ('executed', 'void') AND due < @today AND @today - due >= (@from::int[])[reminded + 1] ORDER BY pool, settlement

-- name: StatementsOverdue
-- The statements that have a member whose time to confirm is over and of whom that was not said yet, or a query whose time to be
-- answered is over.
SELECT s.pool, s.period FROM statement AS s WHERE s.state = 'issued' AND (
	s.confirm_by < @today AND EXISTS (SELECT 1 FROM statement_answer AS a
		WHERE a.pool = s.pool AND a.statement = s.number AND a.state = 'issued' AND (s.silence = 'confirms' OR a.overdue IS NULL)
		AND NOT EXISTS (SELECT 1 FROM statement_query AS q WHERE q.pool = a.pool AND q.statement = a.statement
			AND q.state <> 'resolved' AND (q.member = a.member OR s.silence = 'confirms' AND a.member = ANY (string_to_array(q.parties, ' ')))))
	OR EXISTS (SELECT 1 FROM statement_query AS q
		WHERE q.pool = s.pool AND q.statement = s.number AND q.state = 'open' AND q.answer_by < @today))
ORDER BY s.pool, s.number

-- name: NextOverdue
-- The day after which the next statement, query, order or month with late interest asks for something; NULL when none does.
SELECT min(day) FROM (
	SELECT s.confirm_by AS day FROM statement AS s JOIN statement_answer AS a ON a.pool = s.pool AND a.statement = s.number
	WHERE s.state = 'issued' AND a.state = 'issued' AND (s.silence = 'confirms' OR a.overdue IS NULL)
		AND NOT EXISTS (SELECT 1 FROM statement_query AS q WHERE q.pool = a.pool AND q.statement = a.statement
			AND q.state <> 'resolved' AND (q.member = a.member OR s.silence = 'confirms' AND a.member = ANY (string_to_array(q.parties, ' '))))
	UNION ALL
	SELECT q.answer_by FROM statement_query AS q JOIN statement AS s ON s.pool = q.pool AND s.number = q.statement
	WHERE s.state = 'issued' AND q.state = 'open'
	UNION ALL
	SELECT due + (@from::int[])[reminded + 1] - 1 FROM payment_order WHERE state NOT IN ('executed', 'void')
	UNION ALL
	SELECT (greatest(o.month, h.interest_through + interval '1 month') + interval '1 month' - interval '1 day')::date
	FROM (SELECT pool, date_trunc('month', min(due) + 1) AS month FROM payment_order GROUP BY pool) AS o
	LEFT JOIN settlement_head AS h ON h.pool = o.pool
) AS asking

-- name: InterestBooked
SELECT :columns FROM late_interest WHERE pool = @pool ORDER BY month, debtor, creditor, number

-- name: SetInterestThrough
UPDATE settlement_head SET interest_through = greatest(interest_through, @month::date) WHERE pool = @pool

-- name: InterestWaits
-- The pools with orders that were due before the end of a month, of which late interest is not booked through it.
SELECT DISTINCT o.pool FROM payment_order AS o LEFT JOIN settlement_head AS h ON h.pool = o.pool
WHERE o.due < @last AND (h.interest_through IS NULL OR h.interest_through < @month::date) ORDER BY o.pool

-- name: LateInterestIsInBook
-- What two members owe each other of late interest on orders is what was booked of it, month by month.
WITH due AS (
	SELECT debtor, creditor, sum(amount)::bigint AS amount, count(*) AS journals FROM late_interest WHERE pool = @pool
	GROUP BY debtor, creditor
), booked AS (
	SELECT book AS debtor, counterparty AS creditor, count(*) AS journals,
		sum(CASE WHEN credit = 'due_to_coinsurer' THEN amount ELSE -amount END)::bigint AS amount
	FROM book_posting WHERE pool = @pool AND kind = 'coinsurance.late_interest_booked' AND 'due_to_coinsurer' IN (credit, debit)
	GROUP BY book, counterparty
)
SELECT coalesce(b.debtor, d.debtor), 'late interest of ' || coalesce(b.debtor, d.debtor) || ' to ' || coalesce(b.creditor, d.creditor)
	|| ': the book has ' || coalesce(b.amount, 0) || ' in ' || coalesce(b.journals, 0) || ' journals, booked were '
	|| coalesce(d.amount, 0) || ' in ' || coalesce(d.journals, 0)
FROM booked AS b FULL JOIN due AS d ON d.debtor = b.debtor AND d.creditor = b.creditor
WHERE (b.amount, b.journals) IS DISTINCT FROM (d.amount, d.journals)

-- name: MovementsAddUp
-- What is paid of an order is the sum of its movements, and so much cash left the payer's book by their journals.
SELECT 'order ' || o.id, 'order ' || o.id || ': ' || o.executed || ' is paid, its movements come to ' || coalesce(sum(m.amount), 0)
	|| ', ' || o.payer || ' paid ' || coalesce(sum(j.cash), 0) || ' by their journals'
FROM payment_order AS o LEFT JOIN order_movement AS m ON m.pool = o.pool AND m.payment_order = o.id
LEFT JOIN LATERAL (SELECT sum(CASE WHEN p.credit = 'cash' THEN p.amount WHEN p.debit = 'cash' THEN -p.amount END)::bigint AS cash
	FROM book_posting AS p WHERE p.pool = m.pool AND p.journal = m.journal AND p.book = o.payer) AS j ON true
WHERE o.pool = @pool GROUP BY o.id, o.payer, o.executed
HAVING o.executed <> coalesce(sum(m.amount), 0) OR o.executed <> coalesce(sum(j.cash), 0)
