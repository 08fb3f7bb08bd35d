-- The book: accounts, journals, postings, periods. Nothing in it is ever changed; a correction is a reversal and a new journal.

CREATE TYPE account AS ENUM (
    'cash', 'premium_receivable', 'premium_received_in_advance', 'premium_refund_payable',
    'due_from_coinsurer', 'due_to_coinsurer', 'settlement_clearing',
    'input_vat', 'output_vat', 'output_vat_pending',
    'commission_payable', 'claims_payable', 'claim_advance_paid', 'claim_advance_received', 'subsidy_receivable',
    'unearned_premium_reserve', 'outstanding_claims_reserve',
    'premium_written', 'issuing_fee_income', 'recovery_income', 'salvage_income',
    'claims_paid', 'claim_expense', 'commission_expense', 'issuing_fee_expense', 'management_fee_expense',
    'interest_income', 'interest_expense', 'change_in_unearned_premium', 'change_in_outstanding_claims'
);

CREATE TYPE stream AS ENUM (
    'premium_cash', 'net_premium', 'vat', 'vat_due', 'net_received', 'vat_received', 'excess_received',
    'issuing_fee', 'issuing_fee_vat', 'commission', 'unearned_premium',
    'indemnity', 'expense', 'recovery', 'salvage', 'reserve_indemnity', 'reserve_expense', 'cash_call', 'settlement'
);

-- One journal is what one event does to the books; it carries the event's id.
CREATE TABLE journal (
    pool      text        NOT NULL,
    id        uuid        NOT NULL,
    kind      text        NOT NULL,
    effective date        NOT NULL,
    period    date        NOT NULL,
    recorded  timestamptz NOT NULL,
    actor     text        NOT NULL,
    reverses  uuid,
    postings  integer     NOT NULL,
    digest    bytea       NOT NULL,
    CONSTRAINT journal_pool_id_key PRIMARY KEY (pool, id),
    CONSTRAINT journal_postings_positive CHECK (postings > 0),
    CONSTRAINT journal_digest_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT journal_period_first_of_month CHECK (EXTRACT(day FROM period) = 1)
);
CREATE UNIQUE INDEX journal_pool_reverses_once ON journal (pool, reverses) WHERE reverses IS NOT NULL;

-- A posting moves a positive amount from the credit account to the debit account inside one book, so each balances by itself.
CREATE TABLE posting (
    pool              text        NOT NULL,
    journal           uuid        NOT NULL,
    line              integer     NOT NULL,
    mirror            integer     NOT NULL, -- the number of the mirrored pair in its journal; 0 for none
    amount            bigint      NOT NULL, -- in minor units (fen)
    recorded          timestamptz NOT NULL,
    effective         date        NOT NULL,
    period            date        NOT NULL, -- first day of the accounting month
    debit             account     NOT NULL,
    credit            account     NOT NULL,
    stream            stream      NOT NULL,
    agreement_version integer     NOT NULL,
    book              text        NOT NULL,
    counterparty      text        NOT NULL, -- the other member of a mirrored pair; '' for none
    policy            text        NOT NULL,
    claim             text        NOT NULL,
    currency          text        NOT NULL,
    CONSTRAINT posting_pool_journal_line_key PRIMARY KEY (pool, journal, line),
    CONSTRAINT posting_amount_positive CHECK (amount > 0),
    CONSTRAINT posting_debit_credit_differ CHECK (debit <> credit),
    CONSTRAINT posting_counterparty_not_self CHECK (counterparty <> book)
);
CREATE INDEX posting_pool_book_debit_idx ON posting (pool, book, debit, effective) INCLUDE (amount, recorded, counterparty);
CREATE INDEX posting_pool_book_credit_idx ON posting (pool, book, credit, effective) INCLUDE (amount, recorded, counterparty);
-- Back-dated postings, those of an accounting month after their effective one, are few; a kept balance asks for them alone.
CREATE INDEX posting_pool_book_debit_backdated_idx ON posting (pool, book, debit) WHERE period > effective;
CREATE INDEX posting_pool_book_credit_backdated_idx ON posting (pool, book, credit) WHERE period > effective;
CREATE INDEX posting_pool_policy_idx ON posting (pool, policy);

-- Which month is open, per pool: every earlier month is sealed. A posting takes a key-share lock on this row, a close an update lock.
CREATE TABLE period_head (
    pool   text NOT NULL,
    closed date, -- the last sealed month; NULL before the first close
    CONSTRAINT period_head_pool_key PRIMARY KEY (pool)
);

CREATE TABLE period_seal (
    pool     text        NOT NULL,
    period   date        NOT NULL,
    event    uuid        NOT NULL, -- that the month was closed
    postings bigint      NOT NULL,
    total    numeric     NOT NULL, -- sum of all amounts, in fen
    digest   bytea       NOT NULL, -- over the digests of the month's journals and the seal before
    sealed   timestamptz NOT NULL,
    actor    text        NOT NULL,
    CONSTRAINT period_seal_pool_period_key PRIMARY KEY (pool, period)
);

-- Balances as they stood at a close: the postings of this accounting month and all before. What is effective by the month's
-- end and was posted later has a later accounting month.
CREATE TABLE balance_snapshot (
    pool         text        NOT NULL,
    period       date        NOT NULL,
    book         text        NOT NULL,
    account      account     NOT NULL,
    counterparty text        NOT NULL,
    debit        bigint      NOT NULL,
    credit       bigint      NOT NULL,
    CONSTRAINT balance_snapshot_pool_period_book_account_counterparty_key PRIMARY KEY (pool, period, book, account, counterparty)
);
