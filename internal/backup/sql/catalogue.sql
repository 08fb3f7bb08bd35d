-- name: Tables
-- The schema's tables with their columns, but for the migrations' own and the mark of a restore.
SELECT c.relname, string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'bun\_%'
    AND c.relname <> @mark
GROUP BY c.relname ORDER BY c.relname

-- name: References
-- Which table refers to which.
SELECT c.relname, r.relname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_class AS r ON r.oid = k.confrelid
WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND c.relnamespace = current_schema()::regnamespace

-- name: Relations
-- How much is in the schema of an address. What an extension has put there is not the book's.
SELECT coalesce(current_schema(), ''), (SELECT count(*) FROM pg_class AS c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))

-- name: Guess
-- The server, and how many rows it takes the tables to have.
SELECT current_setting('server_version'), (SELECT coalesce(sum(reltuples), 0)::bigint FROM pg_class
    WHERE reltuples > 0 AND relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND relname NOT LIKE 'bun\_%' AND relname <> @mark)

-- name: InTheOrderOfPlaces
-- A table is read from its beginning, not from where another reader is.
SELECT set_config('synchronize_seqscans', 'off', true)

-- name: MakeMark
CREATE TABLE restore_unfinished (begun timestamptz NOT NULL DEFAULT clock_timestamp())

-- name: TakeMarkAway
DROP TABLE restore_unfinished

-- name: Clear
-- Everything in the schema goes but the mark.
DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND relkind = 'r' AND relname <> 'restore_unfinished'
    LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', it.name); END LOOP;
    FOR it IN SELECT oid::regtype AS name FROM pg_type WHERE typnamespace = current_schema()::regnamespace
        AND typtype = 'e'
    LOOP EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', it.name); END LOOP; END $$

-- name: Analyze
ANALYZE
