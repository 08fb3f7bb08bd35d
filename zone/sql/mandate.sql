-- name: MandatesOfMember
SELECT :columns FROM payment_mandate WHERE pool = 'ZONE' AND member = @member ORDER BY number

-- name: LockMandate
-- Who decides or withdraws waits for whoever does so at the same moment, and for a payment under the mandate.
SELECT :columns FROM payment_mandate
WHERE pool = 'ZONE' AND member = @member AND number = @number FOR NO KEY UPDATE

-- name: LockMandatesOfMembers
-- Who pays for others holds their mandates: none is withdrawn while it is used.
SELECT :columns FROM payment_mandate
WHERE pool = 'ZONE' AND member = ANY (@members::text[]) ORDER BY member, number FOR SHARE

-- name: NextMandate
-- One that is proposed or given stands in the way of another.
SELECT coalesce(max(number), 0) + 1, count(*) FILTER (WHERE state IN ('proposed', 'given'))
FROM payment_mandate WHERE pool = 'ZONE' AND member = @member
