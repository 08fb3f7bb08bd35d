-- name: PoolByCode
SELECT :columns FROM pool WHERE code = @code

-- name: AllPools
SELECT :columns FROM pool ORDER BY ordinal

-- name: LockPool
-- Changes to one pool's agreements wait for each other.
SELECT code FROM pool WHERE code = @code FOR NO KEY UPDATE

-- name: NextOrdinal
SELECT coalesce(max(ordinal), 0) + 1 FROM pool
