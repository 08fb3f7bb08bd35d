-- From here on a paper is asked for by the act that it is of, written after it, and announced with its hash; reading writes
-- nothing. Older programs would write papers when they are read, which nobody announces, and issue statements without asking
-- for theirs, so they may only read.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;

--bun:split

UPDATE schema_contract SET writable_by = 7 WHERE writable_by < 7;

--bun:split

-- The papers that are to be written: asked for in the transaction of the act, taken away in the one that keeps the paper.
CREATE TABLE paper_due (
    pool      text        NOT NULL,
    kind      text        NOT NULL, -- statement, letter, confirmation
    reference text        NOT NULL, -- as in issued_file
    member    text        NOT NULL, -- whom it is written for
    recorded  timestamptz NOT NULL, -- of the act
    actor     text        NOT NULL, -- whose act it was
    CONSTRAINT paper_due_pool_kind_reference_member_key PRIMARY KEY (pool, kind, reference, member),
    CONSTRAINT paper_due_kind_known CHECK (kind IN ('statement', 'letter', 'confirmation'))
);

--bun:split

-- What was asked of two members' balances: what counts by a day, as it was recorded by an instant.
CREATE TABLE balance_confirmation (
    pool     text        NOT NULL,
    debtor   text        NOT NULL, -- whose book is read
    creditor text        NOT NULL, -- who confirms
    day      date        NOT NULL,
    known    timestamptz NOT NULL,
    recorded timestamptz NOT NULL,
    actor    text        NOT NULL, -- who asked
    CONSTRAINT balance_confirmation_pool_debtor_creditor_day_known_key PRIMARY KEY (pool, debtor, creditor, day, known)
);

--bun:split

INSERT INTO balance_confirmation (pool, debtor, creditor, day, known, recorded, actor)
SELECT pool, member, regexp_replace(reference, '/[^/]+/[^/]+$', ''), split_part(reference, '/', -2)::date,
    split_part(reference, '/', -1)::timestamptz, min(recorded), (array_agg(actor ORDER BY recorded))[1]
FROM issued_file WHERE kind = 'confirmation' AND reference ~ '/\d{4}-\d{2}-\d{2}/[^/.]+(\.\d{1,6})?Z$'
GROUP BY pool, member, reference;

--bun:split

-- What was issued, approved and handed out before. A paper that is kept stays as it is; what it lacks of the three formats is
-- written, and all of it is announced.
INSERT INTO paper_due (pool, kind, reference, member, recorded, actor)
SELECT s.pool, 'statement', s.period || '/' || s.issue, m.member, s.issued, s.issued_by
FROM statement AS s JOIN statement_member AS m ON m.pool = s.pool AND m.statement = s.number WHERE s.issued IS NOT NULL;

--bun:split

INSERT INTO paper_due (pool, kind, reference, member, recorded, actor)
SELECT r.pool, 'letter', s.period || '/' || r.number, m.member, r.approved, r.approved_by
FROM settlement AS r JOIN statement AS s ON s.pool = r.pool AND s.number = r.statement
JOIN statement_member AS m ON m.pool = s.pool AND m.statement = s.number WHERE r.approved IS NOT NULL;

--bun:split

INSERT INTO paper_due (pool, kind, reference, member, recorded, actor)
SELECT pool, kind, reference, member, min(recorded), (array_agg(actor ORDER BY recorded))[1]
FROM issued_file GROUP BY pool, kind, reference, member
ON CONFLICT DO NOTHING;
