-- What a sealed month moved, by effective day: with the balances kept before it, a balance at any day of a sealed month is
-- read from these, however many postings the month has.
CREATE TABLE turnover (
    pool         text    NOT NULL,
    period       date    NOT NULL, -- the accounting month
    effective    date    NOT NULL,
    book         text    NOT NULL,
    account      account NOT NULL,
    counterparty text    NOT NULL,
    debit        bigint  NOT NULL,
    credit       bigint  NOT NULL,
    CONSTRAINT turnover_pool_period_book_account_effective_counterparty_key PRIMARY KEY (pool, period, book, account, effective, counterparty)
);
CREATE INDEX turnover_pool_book_account_backdated_idx ON turnover (pool, book, account) WHERE period > effective;

INSERT INTO turnover (pool, period, effective, book, account, counterparty, debit, credit)
SELECT p.pool, p.period, p.effective, p.book, e.account, p.counterparty, sum(e.debit), sum(e.credit)
FROM posting AS p JOIN period_seal AS s ON s.pool = p.pool AND s.period = p.period
    CROSS JOIN LATERAL (VALUES (p.debit, p.amount, 0::bigint), (p.credit, 0::bigint, p.amount)) AS e (account, debit, credit)
GROUP BY 1, 2, 3, 4, 5, 6;

-- The balance of a claim is asked for by its number alone.
CREATE INDEX posting_pool_claim_idx ON posting (pool, claim) WHERE claim <> '';
