-- name: FindKey
-- Asked only after the work was undone: nearly every key is new. See Once.
SELECT :columns FROM idempotency
WHERE pool = @pool AND organisation = @organisation AND operation = @operation AND key = @key
