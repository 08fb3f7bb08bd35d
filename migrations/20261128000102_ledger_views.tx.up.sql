-- What the wings may read of the book. No wing reads the ledger's tables; it asks these views for one pool at a time.

-- A posting as each of its two accounts sees it: the amount counts for the account that is debited and against the one that
-- is credited. What is not selected is not computed.
CREATE VIEW account_movement AS
SELECT p.pool, p.journal, p.line, p.book, side.account, side.against, side.amount, p.currency, p.stream, p.counterparty, p.policy, p.claim,
    p.agreement_version, p.effective, p.period, p.recorded,
    -- when the event had its place in the feed, or, while it waits for it, when it was recorded
    coalesce((SELECT f.known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded) AS known
FROM posting AS p CROSS JOIN LATERAL (VALUES (p.debit, p.credit, p.amount), (p.credit, p.debit, -p.amount))
    AS side (account, against, amount);

--bun:split

-- What one member owes another: a row for every posting between two members. Each of the four accounts moves by its own
-- sign: what is due to the counterparty and received from it ahead of a claim by its credit, what is due from it and paid to
-- it ahead by its debit. The amount is what the posting adds to what the book owes the counterparty, over all four; it stands
-- with the opposite sign in the counterparty's book. Where what was paid ahead is used it is zero. A statement takes in what
-- is due; what is paid ahead belongs to its claim.
CREATE VIEW inter_member_posting AS
SELECT p.pool, p.book, p.counterparty, p.stream, p.policy, p.claim, m.amount, m.due_to, m.due_from, m.advance_received,
    m.advance_paid, p.currency, p.effective, p.period, p.recorded, p.agreement_version, p.journal, p.line, p.mirror,
    p.journal AS event -- a journal carries the id of the event that made it
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

-- The journals that another journal took back.
CREATE VIEW reversed_journal AS
SELECT pool, reverses AS journal, id AS reversal FROM journal WHERE reverses IS NOT NULL;

--bun:split

-- A posting with what its journal says of it.
CREATE VIEW book_posting AS
SELECT p.pool, p.journal, p.line, j.kind, p.book, p.debit, p.credit, p.amount, p.currency, p.counterparty, p.mirror, p.policy,
    p.claim, p.stream, p.agreement_version, p.effective, p.period, p.recorded, j.actor
FROM posting AS p JOIN journal AS j ON j.pool = p.pool AND j.id = p.journal;
