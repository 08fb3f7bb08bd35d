-- Which programs may read and write this schema: those whose contract is at least this. Every transaction that writes
-- reads the row first, and so holds a lock on the table to its end; a migration that raises a number locks the table in
-- ACCESS EXCLUSIVE MODE before it does anything else.
CREATE TABLE schema_contract (
    pool        text     NOT NULL, -- always ZONE: it concerns the whole database
    readable_by smallint NOT NULL,
    writable_by smallint NOT NULL,
    CONSTRAINT schema_contract_pool_key PRIMARY KEY (pool),
    CONSTRAINT schema_contract_pool_zone CHECK (pool = 'ZONE'),
    CONSTRAINT schema_contract_writers_read CHECK (readable_by BETWEEN 1 AND writable_by)
);
INSERT INTO schema_contract (pool, readable_by, writable_by) VALUES ('ZONE', 1, 1);

-- Programs from before this do not know that there is a contract, and what they write breaks the book: they close a month
-- without its turnover. So they are stopped by what they must write. Every change announces an event; the relay writes its
-- lease with everything else; an import over HTTP and a recovery of the feed write down that they happen. These rows now
-- say under which contract they were written, and have no value of their own accord: an INSERT from before is refused. Rows
-- that are there count as contract 0, which an UPDATE cannot leave behind.
-- The default for rows that are there is kept in the catalogue: no table is written again.
ALTER TABLE event ADD COLUMN contract smallint NOT NULL DEFAULT 0;
ALTER TABLE event ALTER COLUMN contract DROP DEFAULT;
ALTER TABLE feed_recovery ADD COLUMN contract smallint NOT NULL DEFAULT 0;
ALTER TABLE feed_recovery ALTER COLUMN contract DROP DEFAULT;
ALTER TABLE relay_lease ADD COLUMN contract smallint NOT NULL DEFAULT 0;
ALTER TABLE relay_lease ALTER COLUMN contract DROP DEFAULT;
ALTER TABLE relay_lease ADD CONSTRAINT relay_lease_contract_known CHECK (contract >= 1) NOT VALID;
ALTER TABLE import_run ADD COLUMN contract smallint NOT NULL DEFAULT 0;
ALTER TABLE import_run ALTER COLUMN contract DROP DEFAULT;
ALTER TABLE import_run ADD CONSTRAINT import_run_contract_known CHECK (contract >= 1) NOT VALID;
