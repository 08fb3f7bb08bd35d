-- name: MayWrite
-- It fails on the server when this program may not write: what was sent with it is then not done. The text that is no
-- number names the contract that the database asks for.
SELECT CASE WHEN coalesce((SELECT writable_by FROM schema_contract), 32767) > @contract::integer
    THEN ('contract ' || coalesce((SELECT writable_by FROM schema_contract), 32767))::integer END

-- name: Witness
-- A line in the server's log of changes and nowhere else. A transaction that wrote nothing besides has something to commit
-- by it, so its commit waits for the standby as that of any other. Every login may call it.
SELECT pg_logical_emit_message(true, 'gongbao', '')

-- name: BoundLockWaits
SELECT set_config('lock_timeout', @patience, true)

-- name: OneSnapshot
-- Citus would read several shards of one worker by several connections, each with a snapshot of its own. A statement that
-- sets, and asks nothing, does not begin the snapshot. Plain Postgres takes a name with a dot as anybody's own.
SET LOCAL citus.max_adaptive_executor_pool_size = 1
