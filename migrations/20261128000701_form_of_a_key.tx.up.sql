-- In which form a command was written down before it was hashed. Rows that are there are of the first form: the JSON of the
-- program's own struct, which a renamed or moved field changes. A command of today cannot be compared with them.
ALTER TABLE idempotency ADD COLUMN form smallint NOT NULL DEFAULT 1;
--bun:split
ALTER TABLE idempotency ALTER COLUMN form DROP DEFAULT;
