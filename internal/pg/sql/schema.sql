-- name: HasTable
SELECT to_regclass(@name) IS NOT NULL

-- name: HasType
SELECT to_regtype(@name) IS NOT NULL

-- name: SchemaInUse
SELECT coalesce(current_schema(), '')

-- name: Applied
SELECT name FROM bun_migrations ORDER BY name

-- name: ReadableBy
SELECT coalesce((SELECT readable_by FROM schema_contract), 32767)

-- name: WritableBy
SELECT coalesce((SELECT writable_by FROM schema_contract), 32767)

-- name: OwnSearchPath
-- What the login would look through by itself, asked only where no book is found.
SELECT reset_val, session_user::text FROM pg_settings WHERE name = 'search_path' AND to_regclass('period_head') IS NULL

-- name: BookIn
SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = @schema AND c.relname = 'period_head')

-- name: LockForOne
-- An advisory lock for one at a time who changes the schema in use: bun's own lock row would stay behind after a crash.
SELECT pg_advisory_lock(@lock::int, hashtext(current_schema()))

-- name: TryLockForOne
SELECT pg_try_advisory_lock(@lock::int, hashtext(current_schema()))

-- name: Unlock
SELECT pg_advisory_unlock(@lock::int, hashtext(current_schema()))

-- name: ColumnsOf
-- A table's columns, and which are of its primary key.
SELECT a.attname, a.attnum = ANY (i.indkey) FROM pg_attribute AS a
JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = @name::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
