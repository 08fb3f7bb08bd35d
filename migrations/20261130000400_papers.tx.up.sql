-- What is printed of settlement, and what the bordereaux ask of it.

-- The statements that stand, each with its rectangle: a posting is on the first one that it is effective for and was recorded by
-- the cut of. Members see those that are issued.
CREATE VIEW standing_statement AS
SELECT pool, number, period, issue, ends, cut, state, period || '/' || issue AS reference
FROM statement WHERE state IN ('drawn', 'issued');

--bun:split

-- A paper that was handed out: written once, the same bytes ever after. The bytes lie in the store of files, under their hash.
CREATE TABLE issued_file (
    pool      text        NOT NULL,
    kind      text        NOT NULL, -- statement, letter, confirmation
    reference text        NOT NULL, -- of the statement, the run, or the two members with day and instant
    member    text        NOT NULL, -- whom it was written for
    format    text        NOT NULL, -- csv, xlsx, pdf
    name      text        NOT NULL,
    size      bigint      NOT NULL, -- bytes
    sha256    bytea       NOT NULL,
    recorded  timestamptz NOT NULL,
    actor     text        NOT NULL, -- who asked first
    CONSTRAINT issued_file_pool_kind_reference_member_format_key PRIMARY KEY (pool, kind, reference, member, format),
    CONSTRAINT issued_file_kind_known CHECK (kind IN ('statement', 'letter', 'confirmation')),
    CONSTRAINT issued_file_format_known CHECK (format IN ('csv', 'xlsx', 'pdf')),
    CONSTRAINT issued_file_sha256_whole CHECK (octet_length(sha256) = 32)
);
