-- name: AcceptingMembers
-- One row: the list of them.
SELECT coalesce(array_agg(member ORDER BY member), '{}') FROM placement
WHERE pool = @pool AND policy = @policy AND decision = 'accepted'
