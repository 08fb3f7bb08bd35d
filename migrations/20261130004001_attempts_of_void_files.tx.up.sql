-- An order that was paid by somebody's word while it stood in a file that was made void stayed at the attempt that is void. It is at
-- the next one, so that it is never tried again under the same id.
UPDATE payment_order AS o SET attempt = v.attempt + 1
FROM (SELECT pool, order_id, max(attempt) AS attempt FROM payment_attempt WHERE state = 'void' GROUP BY pool, order_id) AS v
WHERE v.pool = o.pool AND v.order_id = o.id AND o.attempt <= v.attempt;
