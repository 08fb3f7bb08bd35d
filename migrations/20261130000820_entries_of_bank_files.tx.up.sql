-- What a bank's file brought is kept with it as a number and a hash, and is announced, so that verify tells an entry that was
-- altered afterwards. Of files that were read before nothing of the kind was announced: they have neither.
ALTER TABLE bank_file ADD COLUMN IF NOT EXISTS entries bigint;

--bun:split

ALTER TABLE bank_file ADD COLUMN IF NOT EXISTS entries_sha256 bytea;

--bun:split

CREATE INDEX IF NOT EXISTS bank_entry_pool_file_idx ON bank_entry (pool, file);
