-- name: FilesOfPool
SELECT :columns FROM payment_file WHERE pool = @pool ORDER BY number

-- name: KeptFiles
SELECT :columns FROM payment_file WHERE pool = @pool ORDER BY number

-- name: ContentOfFile
SELECT content FROM payment_file WHERE pool = @pool AND number = @number

-- name: FileByNumber
SELECT :columns FROM payment_file WHERE pool = @pool AND number = @number

-- name: LockFile
SELECT :columns FROM payment_file WHERE pool = @pool AND number = @number FOR UPDATE

-- name: NextFile
SELECT coalesce(max(number), 0) + 1 FROM payment_file WHERE pool = @pool

-- name: AttemptsOfFile
SELECT :columns FROM payment_attempt WHERE pool = @pool AND file = @number ORDER BY order_id, attempt

-- name: AttemptsOfOrder
SELECT :columns FROM payment_attempt WHERE pool = @pool AND order_id = @id ORDER BY attempt

-- name: LockPayableOrders
-- The orders of approved and unwound runs that are not paid whole, and those that are named, which whoever makes or releases a
-- file holds. Those that are in a live file are among them.
SELECT :columns(o) FROM payment_order AS o JOIN settlement AS r ON r.pool = o.pool AND r.number = o.settlement
WHERE o.pool = @pool AND (o.state NOT IN ('executed', 'void') AND r.state IN ('approved', 'unwinding', 'unwound')
    OR o.id = ANY (@orders::text[]))
ORDER BY o.settlement, o.number FOR UPDATE OF o

-- name: LockOrdersOfFile
-- The orders that are in a payment file, wherever they stand by now.
SELECT :columns FROM payment_order WHERE pool = @pool
    AND id IN (SELECT order_id FROM payment_attempt WHERE pool = @pool AND file = @number) ORDER BY settlement, number FOR UPDATE

-- name: AttemptsOfPool
-- The present attempts of orders that are not paid.
SELECT :columns(a) FROM payment_attempt AS a JOIN payment_order AS o
    ON o.pool = a.pool AND o.id = a.order_id AND o.attempt = a.attempt
WHERE a.pool = @pool AND o.state NOT IN ('executed', 'void') AND a.state <> 'void' ORDER BY a.order_id

-- name: OrdersOfPool
SELECT :columns FROM payment_order WHERE pool = @pool ORDER BY settlement, number

-- name: MatchesOfEntry
SELECT :columns FROM bank_match WHERE pool = 'ZONE' AND account = @account AND key = @key ORDER BY number

-- name: MatchesOfOrder
SELECT :columns FROM bank_match WHERE pool = 'ZONE' AND order_pool = @pool AND order_id = @id ORDER BY matched, account, key, number

-- name: MatchesOfPool
SELECT :columns FROM bank_match WHERE pool = 'ZONE' AND order_pool = @pool ORDER BY order_id, account, key, number

-- name: FilesOfOrders
-- The payment file that the present attempt at each of some orders is in.
SELECT o.pool, o.id AS order_id, a.file FROM unnest(@pools::text[], @orders::text[]) AS n (pool, id)
JOIN payment_order AS o ON o.pool = n.pool AND o.id = n.id
JOIN payment_attempt AS a ON a.pool = o.pool AND a.order_id = o.id AND a.attempt = o.attempt AND a.state <> 'void'

-- name: ReturnsOfOrders
-- What came back of each attempt at some orders, by the entries of either side, and what the bank says there.
SELECT m.order_id, m.attempt, m.credit, sum(m.amount)::bigint AS amount,
	coalesce(string_agg(DISTINCT nullif(e.remark, ''), '; '), '') AS remark
FROM bank_match AS m JOIN bank_entry AS e ON e.pool = m.pool AND e.account = m.account AND e.key = m.key
WHERE m.pool = 'ZONE' AND m.order_pool = @pool AND m.order_id = ANY (@orders::text[]) AND m.returned
GROUP BY m.order_id, m.attempt, m.credit HAVING sum(m.amount) > 0 ORDER BY m.order_id, m.attempt, m.credit

-- name: MovementsOfOrder
SELECT :columns FROM order_movement WHERE pool = @pool AND payment_order = @id ORDER BY number
