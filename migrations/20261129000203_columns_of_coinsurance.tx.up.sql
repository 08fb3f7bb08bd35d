-- A column says what it counts: a split the version of its subject, a share table the sequence of its members. The names of
-- constraints stay: errors are told by them.
ALTER TABLE split RENAME COLUMN place TO subject_version;

--bun:split

ALTER TABLE agreement_member RENAME COLUMN place TO sequence;
