-- A kept balance and a kept turnover are of one currency, as a posting is. What stands in them so far is renminbi. The keys
-- keep their names. Each statement stands alone, and each ALTER TABLE changes one thing: so the migration also runs on tables
-- that are distributed.
ALTER TABLE balance_snapshot ADD COLUMN currency text NOT NULL DEFAULT 'CNY';

--bun:split

ALTER TABLE balance_snapshot ALTER COLUMN currency DROP DEFAULT;

--bun:split

ALTER TABLE balance_snapshot DROP CONSTRAINT balance_snapshot_pool_period_book_account_counterparty_key;

--bun:split

ALTER TABLE balance_snapshot ADD CONSTRAINT balance_snapshot_pool_period_book_account_counterparty_key
    PRIMARY KEY (pool, period, book, account, counterparty, currency);

--bun:split

ALTER TABLE turnover ADD COLUMN currency text NOT NULL DEFAULT 'CNY';

--bun:split

ALTER TABLE turnover ALTER COLUMN currency DROP DEFAULT;

--bun:split

ALTER TABLE turnover DROP CONSTRAINT turnover_pool_period_book_account_effective_counterparty_key;

--bun:split

ALTER TABLE turnover ADD CONSTRAINT turnover_pool_period_book_account_effective_counterparty_key
    PRIMARY KEY (pool, period, book, account, effective, counterparty, currency);
