-- What is new since a cut is found without looking through what settlement itself posted, of which a statement takes nothing: the
-- clearing of one long run may be many times what a month adds.
DROP INDEX posting_recorded_idx;

--bun:split

-- Of pages with nothing but settlement the index keeps that they hold nothing. Rows lie nearly in the order of recording.
CREATE INDEX posting_owed_since_idx ON posting USING brin ((CASE WHEN stream <> 'settlement' THEN recorded END))
    WITH (pages_per_range = 32, autosummarize = on);

--bun:split

-- What was posted ahead of its day, and is on no statement yet, is found among the journals of later days.
CREATE INDEX journal_pool_effective_idx ON journal (pool, effective);

--bun:split

CREATE OR REPLACE VIEW inter_member_posting AS
SELECT p.pool, p.book, p.counterparty, p.stream, p.policy, p.claim, m.amount, m.due_to, m.due_from, m.advance_received,
    m.advance_paid, p.currency, p.effective, p.period, p.recorded, p.agreement_version, p.journal, p.line, p.mirror,
    p.journal AS event, -- a journal carries the id of the event that made it
    CASE WHEN p.stream <> 'settlement' THEN p.recorded END AS owed_since -- as the index has it; NULL for what settles
FROM posting AS p CROSS JOIN LATERAL (
    SELECT o.due_to, o.due_from, o.advance_received, o.advance_paid,
        o.due_to - o.due_from + o.advance_received - o.advance_paid AS amount
    FROM (SELECT
        CASE 'due_to_coinsurer'::account WHEN p.credit THEN p.amount WHEN p.debit THEN -p.amount ELSE 0 END AS due_to,
        CASE 'due_from_coinsurer'::account WHEN p.debit THEN p.amount WHEN p.credit THEN -p.amount ELSE 0 END AS due_from,
        CASE 'claim_advance_received'::account WHEN p.credit THEN p.amount WHEN p.debit THEN -p.amount ELSE 0 END AS advance_received,
        CASE 'claim_advance_paid'::account WHEN p.debit THEN p.amount WHEN p.credit THEN -p.amount ELSE 0 END AS advance_paid
    ) AS o
) AS m
WHERE p.counterparty <> '' AND (
    p.debit IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_received', 'claim_advance_paid')
    OR p.credit IN ('due_to_coinsurer', 'due_from_coinsurer', 'claim_advance_received', 'claim_advance_paid'));

--bun:split

-- The dates of a journal, which all its postings share.
CREATE VIEW dated_journal AS SELECT pool, id AS journal, effective, recorded FROM journal;

--bun:split

-- Where the statement before left off its cut says, and what it left behind the two dates of the journals.
ALTER TABLE statement DROP COLUMN low;
