-- An idempotency key counts for the person who sent it. Rows that are there say the organisation in that column: no person is
-- called so, because a person's name holds an @, and a key of then goes on counting for everybody of the organisation. Older
-- programs would neither find the column nor see that a command of a person was done, so they may not write.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;

--bun:split

UPDATE schema_contract SET writable_by = 7 WHERE writable_by < 7;

--bun:split

ALTER TABLE idempotency RENAME COLUMN organisation TO person;

--bun:split

ALTER TABLE idempotency RENAME CONSTRAINT idempotency_pool_organisation_operation_key_key TO idempotency_pool_person_operation_key_key;

--bun:split

-- What the command said of each of its fields, as short salted digests, so that a conflict can name those that differ. Of the
-- commands that are there nobody knows.
ALTER TABLE idempotency ADD COLUMN parts text NOT NULL DEFAULT '';

--bun:split

ALTER TABLE idempotency ALTER COLUMN parts DROP DEFAULT;
