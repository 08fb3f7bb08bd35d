-- The currency is a term of an agreement, and a pool's book is kept in it. Whatever was agreed and booked so far is in
-- renminbi.
ALTER TABLE agreement ADD COLUMN currency text NOT NULL DEFAULT 'CNY';

--bun:split

ALTER TABLE agreement ALTER COLUMN currency DROP DEFAULT;

--bun:split

ALTER TABLE agreement ADD CONSTRAINT agreement_currency_known CHECK (currency IN ('CNY'));

--bun:split

ALTER TABLE period_head ADD COLUMN currency text NOT NULL DEFAULT 'CNY';

--bun:split

ALTER TABLE period_head ALTER COLUMN currency DROP DEFAULT;
