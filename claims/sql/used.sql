-- name: UsedOfLimit
-- What a claim takes of its policy's limit is what was approved or paid, the larger, up to what was payable of the loss:
-- what is paid above that takes nothing.
SELECT coalesce(sum(least(used, coalesce(payable, used))), 0)::bigint
FROM (SELECT greatest(approved_indemnity, paid_indemnity) AS used, payable FROM claim
	WHERE pool = @pool AND policy = @policy AND number <> @but) AS other

-- name: UsedOfSections
SELECT c.number AS claim, greatest(c.approved_indemnity, c.paid_indemnity) AS used, s.section, s.kind, s.payable,
	s.rescue_pays
FROM claim AS c JOIN claim_section AS s ON s.pool = c.pool AND s.claim = c.number
WHERE c.pool = @pool AND c.policy = @policy AND c.number <> @but ORDER BY c.number, s.sequence
