-- name: StatementDebts
-- What the items of each statement come to between a member and each other, by where they stand.
SELECT s.period, s.issue, side.counterparty, sum(side.net)::bigint AS total,
	coalesce(sum(side.net) FILTER (WHERE i.settlement IS NULL AND NOT i.held), 0)::bigint AS open,
	coalesce(sum(side.net) FILTER (WHERE i.settlement IS NULL AND i.held), 0)::bigint AS held,
	coalesce(sum(side.net) FILTER (WHERE r.state <> 'completed'), 0)::bigint AS in_payment,
	coalesce(sum(side.net) FILTER (WHERE r.state = 'completed'), 0)::bigint AS settled
FROM item_state AS i JOIN statement AS s ON s.pool = i.pool AND s.number = i.statement
LEFT JOIN settlement AS r ON r.pool = i.pool AND r.number = i.settlement
CROSS JOIN LATERAL (SELECT CASE @member WHEN i.a THEN i.b ELSE i.a END AS counterparty,
	CASE @member WHEN i.a THEN i.b_owes - i.a_owes ELSE i.a_owes - i.b_owes END AS net) AS side
WHERE i.pool = @pool AND @member IN (i.a, i.b) AND i.a_owes <> i.b_owes
	AND (s.state = 'issued' OR s.state = 'drawn' AND NOT @issued_only::boolean)
GROUP BY s.number, s.period, s.issue, side.counterparty ORDER BY s.number, side.counterparty

-- name: CurrentBalances
SELECT counterparty, sum(due_from - due_to)::bigint AS balance, sum(advance_paid)::bigint AS advance_paid,
	sum(advance_received)::bigint AS advance_received
FROM inter_member_posting WHERE pool = @pool AND book = @member GROUP BY counterparty
HAVING sum(due_from - due_to) <> 0 OR sum(advance_paid) <> 0 OR sum(advance_received) <> 0 ORDER BY counterparty
