-- name: LockOccurrence
-- One claim at a time may make the claims of an occurrence a major one together.
SELECT :columns FROM occurrence WHERE pool = @pool AND code = @code FOR NO KEY UPDATE

-- name: EstimatesOfOthers
SELECT coalesce(sum(estimate_indemnity), 0)::bigint FROM claim
WHERE pool = @pool AND occurrence = @code AND number <> @but

-- name: OccurrencesOfPool
SELECT o.pool, o.code, o.name, o.day, o.major, o.version, o.recorded, count(c.number) AS claims,
	coalesce(sum(estimate_indemnity + estimate_expense), 0)::bigint AS estimate,
	coalesce(sum(paid_indemnity + paid_expense), 0)::bigint AS paid,
	coalesce(sum(paid_indemnity + paid_expense + CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0 ELSE
		greatest(0, estimate_indemnity - paid_indemnity) + greatest(0, estimate_expense - paid_expense) END), 0)::bigint
		AS incurred
FROM occurrence AS o LEFT JOIN claim AS c ON c.pool = o.pool AND c.occurrence = o.code
WHERE o.pool = @pool GROUP BY o.pool, o.code ORDER BY o.day DESC, o.code
