-- Recoveries and salvage lower the cost of claims (CAS 25 of 2006). New values stand in a migration of their own: they
-- may not be used before the transaction that adds them has ended.
ALTER TYPE account ADD VALUE IF NOT EXISTS 'claims_recovered' AFTER 'claims_paid';
ALTER TYPE account ADD VALUE IF NOT EXISTS 'salvage_recovered' AFTER 'claims_recovered';
