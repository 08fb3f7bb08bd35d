-- name: MayChangePostings
-- Whether the login may do what nobody is meant to do: the book is append only.
SELECT has_table_privilege('posting', 'UPDATE');

-- name: PoolsWithBooks
SELECT pool FROM period_head ORDER BY pool;

-- name: HasBook
SELECT EXISTS (SELECT FROM period_head WHERE pool = @pool);
