-- name: LimitInForce
-- A line's own limit comes before that of all lines, the later day before the earlier, and of one day the later number.
SELECT amount FROM authority_limit
WHERE pool = 'ZONE' AND organisation = @organisation AND role = @role AND line IN (@line, '*')
  AND state = 'accepted' AND starts <= @day
ORDER BY line = '*', starts DESC, number DESC LIMIT 1

-- name: LimitsOfOrganisation
SELECT :columns FROM authority_limit WHERE pool = 'ZONE' AND organisation = @organisation ORDER BY number

-- name: LockLimit
-- Who accepts waits for whoever accepts the same limit at the same moment.
SELECT :columns FROM authority_limit
WHERE pool = 'ZONE' AND organisation = @organisation AND number = @number FOR NO KEY UPDATE

-- name: NextLimit
SELECT coalesce(max(number), 0) + 1 FROM authority_limit WHERE pool = 'ZONE' AND organisation = @organisation

-- name: CountersignaturesOf
-- A word counts for the subject as it stood when it was given.
SELECT :columns FROM countersignature WHERE pool = @pool AND subject = @subject AND version = @version

-- name: AllCountersignatures
SELECT :columns FROM countersignature WHERE pool = @pool AND subject = @subject ORDER BY version
