-- name: FindKey
-- Asked only after the work was undone: nearly every key is new. See Once. A key of before people had their own counts
-- for the organisation.
SELECT :columns FROM idempotency
WHERE pool = @pool AND person IN (@person, @organisation) AND operation = @operation AND key = @key
ORDER BY person = @person DESC LIMIT 1

-- name: KeepKey
-- A key that the organisation used before people had their own is none: the column refuses it, and the command is
-- undone as by a key of the person's.
INSERT INTO idempotency (pool, person, operation, key, form, hash, parts, answer, recorded)
SELECT @pool, @person, @operation,
    CASE WHEN NOT EXISTS (
        SELECT FROM idempotency AS earlier
        WHERE earlier.pool = @pool AND earlier.person = @organisation AND earlier.operation = @operation
            AND earlier.key = @key
    ) THEN @key END,
    @form::smallint, @hash::bytea, @parts, @answer::bytea, @recorded::timestamptz
