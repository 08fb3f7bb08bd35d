-- Settlement between the members of a pool: statements, queries, runs and payment orders.

-- A row per pool. Whoever draws a statement or makes a run locks it, so that they come one after the other.
CREATE TABLE settlement_head (
    pool text NOT NULL,
    CONSTRAINT settlement_head_pool_key PRIMARY KEY (pool)
);

--bun:split

-- One drawing of a pool's statements for a period. What is effective by its end, was recorded by its cut and is on no earlier
-- statement that stands, is on it.
CREATE TABLE statement (
    pool              text        NOT NULL,
    number            integer     NOT NULL, -- from 1, in order of drawing
    period            text        NOT NULL, -- 2026-06, 2026-Q1
    issue             integer     NOT NULL, -- 1; 2 after a cancellation
    starts            date        NOT NULL,
    ends              date        NOT NULL,
    cut               timestamptz NOT NULL,
    low               timestamptz, -- all that was recorded by then is on statements before; NULL for the first
    agreement_version integer     NOT NULL, -- in force on the last day; the earliest where none is
    state             text        NOT NULL,
    version           bigint      NOT NULL,
    items             bigint      NOT NULL,
    postings          bigint      NOT NULL,
    recorded          timestamptz NOT NULL, -- of the last event
    drawn_by          text        NOT NULL,
    issued_by         text        NOT NULL,
    issued            timestamptz,
    confirm_by        date,
    cancelled_by      text        NOT NULL,
    reason            text        NOT NULL, -- of the cancellation
    CONSTRAINT statement_pool_number_key PRIMARY KEY (pool, number),
    CONSTRAINT statement_state_known CHECK (state IN ('cut', 'drawn', 'issued', 'cancelled')),
    CONSTRAINT statement_ends_not_before_starts CHECK (ends >= starts),
    CONSTRAINT statement_cancelled_by_another CHECK (cancelled_by = '' OR cancelled_by <> drawn_by)
);

--bun:split

CREATE UNIQUE INDEX statement_pool_period_standing ON statement (pool, period) WHERE state <> 'cancelled';

--bun:split

-- What is on a statement: one subject, one group of streams, one pair of members, a before b. Frozen. Where both sides are the
-- same, the postings are taken in but are no item.
CREATE TABLE statement_item (
    pool              text     NOT NULL,
    statement         integer  NOT NULL,
    policy            text     NOT NULL,
    claim             text     NOT NULL, -- '' for what is of the policy itself
    grp               text     NOT NULL, -- premium, fee, commission, claims, interest
    a                 text     NOT NULL,
    b                 text     NOT NULL,
    currency          text     NOT NULL,
    a_owes            bigint   NOT NULL, -- what stands on due_to_coinsurer in the book of a, in fen
    b_owes            bigint   NOT NULL, -- what stands on due_from_coinsurer there
    agreement_version integer  NOT NULL,
    postings          integer  NOT NULL, -- of the book of a
    CONSTRAINT statement_item_pool_statement_policy_claim_grp_a_b_currency_key
        PRIMARY KEY (pool, statement, policy, claim, grp, a, b, currency),
    CONSTRAINT statement_item_a_before_b CHECK (a < b),
    CONSTRAINT statement_item_grp_known CHECK (grp IN ('premium', 'fee', 'commission', 'claims', 'interest'))
);

--bun:split

-- A member's totals on a statement, positive when it is to receive. Frozen.
CREATE TABLE statement_member (
    pool      text    NOT NULL,
    statement integer NOT NULL,
    member    text    NOT NULL,
    opening   bigint  NOT NULL,
    movement  bigint  NOT NULL,
    closing   bigint  NOT NULL,
    items     bigint  NOT NULL,
    CONSTRAINT statement_member_pool_statement_member_key PRIMARY KEY (pool, statement, member),
    CONSTRAINT statement_member_closing_adds_up CHECK (closing = opening + movement)
);

--bun:split

-- What a member says to its statement once it is issued.
CREATE TABLE statement_answer (
    pool         text        NOT NULL,
    statement    integer     NOT NULL,
    member       text        NOT NULL,
    state        text        NOT NULL,
    lines_sha256 bytea       NOT NULL, -- over the member's items, see settlement.LineOf
    confirmed_by text        NOT NULL,
    confirmed    timestamptz,
    CONSTRAINT statement_answer_pool_statement_member_key PRIMARY KEY (pool, statement, member),
    CONSTRAINT statement_answer_state_known CHECK (state IN ('issued', 'confirmed', 'deemed_confirmed')),
    CONSTRAINT statement_answer_lines_sha256 CHECK (octet_length(lines_sha256) = 32)
);

--bun:split

-- A member's dispute of a subject on a statement, or of one group of it. It holds all its items in which the member is a party.
CREATE TABLE statement_query (
    pool        text        NOT NULL,
    statement   integer     NOT NULL,
    number      integer     NOT NULL, -- from 1 on each statement
    subject     text        NOT NULL, -- claim, else policy
    grp         text        NOT NULL, -- '' for all
    member      text        NOT NULL,
    reason      text        NOT NULL,
    remark      text        NOT NULL,
    document    text        NOT NULL,
    state       text        NOT NULL,
    raised_by   text        NOT NULL,
    raised      timestamptz NOT NULL,
    answer_by   date        NOT NULL,
    answer      text        NOT NULL,
    answered_by text        NOT NULL,
    answered    timestamptz,
    escalated   timestamptz,
    resolved_by text        NOT NULL,
    resolved    timestamptz,
    CONSTRAINT statement_query_pool_statement_number_key PRIMARY KEY (pool, statement, number),
    CONSTRAINT statement_query_state_known CHECK (state IN ('open', 'answered', 'escalated', 'resolved')),
    CONSTRAINT statement_query_grp_known CHECK (grp IN ('', 'premium', 'fee', 'commission', 'claims', 'interest')),
    CONSTRAINT statement_query_reason_known CHECK (
        reason IN ('share', 'amount', 'not_received', 'not_covered', 'duplicate', 'late', 'other'))
);

--bun:split

CREATE INDEX statement_query_pool_open_idx ON statement_query (pool, statement, subject) WHERE state <> 'resolved';

--bun:split

-- One run of settlement: it takes the items of its statement but those that it skips, and late ones of statements that were
-- settled before.
CREATE TABLE settlement (
    pool              text        NOT NULL,
    number            integer     NOT NULL, -- from 1
    statement         integer     NOT NULL,
    agreement_version integer     NOT NULL,
    netting           text        NOT NULL,
    ring_fence        text        NOT NULL,
    confirmed_only    boolean     NOT NULL,
    state             text        NOT NULL,
    version           bigint      NOT NULL,
    items             bigint      NOT NULL, -- that it takes
    orders            integer     NOT NULL,
    recorded          timestamptz NOT NULL, -- of the last event
    proposed_by       text        NOT NULL,
    approved_by       text        NOT NULL,
    approved          timestamptz,
    completed_by      text        NOT NULL,
    completed         timestamptz,
    unwound_by        text        NOT NULL,
    reason            text        NOT NULL, -- of a withdrawal or unwinding
    CONSTRAINT settlement_pool_number_key PRIMARY KEY (pool, number),
    CONSTRAINT settlement_state_known CHECK (state IN ('proposed', 'withdrawn', 'approved', 'completed', 'unwinding', 'unwound')),
    CONSTRAINT settlement_netting_known CHECK (netting IN ('none', 'bilateral', 'multilateral')),
    CONSTRAINT settlement_ring_fence_known CHECK (ring_fence IN ('none', 'line', 'year', 'line_year')),
    CONSTRAINT settlement_approved_by_another CHECK (approved_by = '' OR approved_by <> proposed_by),
    CONSTRAINT settlement_statement_fkey FOREIGN KEY (pool, statement) REFERENCES statement (pool, number)
);

--bun:split

CREATE UNIQUE INDEX settlement_pool_statement_live ON settlement (pool, statement) WHERE state NOT IN ('withdrawn', 'unwound');

--bun:split

-- An item that a run left out, and why.
CREATE TABLE settlement_skip (
    pool       text     NOT NULL,
    statement  integer  NOT NULL,
    policy     text     NOT NULL,
    claim      text     NOT NULL,
    grp        text     NOT NULL,
    a          text     NOT NULL,
    b          text     NOT NULL,
    currency   text     NOT NULL,
    settlement integer  NOT NULL,
    why        text     NOT NULL,
    CONSTRAINT settlement_skip_item_settlement_key
        PRIMARY KEY (pool, statement, policy, claim, grp, a, b, currency, settlement),
    CONSTRAINT settlement_skip_why_known CHECK (why IN ('held', 'not_confirmed', 'taken'))
);

--bun:split

CREATE INDEX settlement_skip_pool_settlement_idx ON settlement_skip (pool, settlement);

--bun:split

-- An item of an earlier statement, skipped by that statement's run, that a later run takes.
CREATE TABLE settlement_late (
    pool       text     NOT NULL,
    statement  integer  NOT NULL,
    policy     text     NOT NULL,
    claim      text     NOT NULL,
    grp        text     NOT NULL,
    a          text     NOT NULL,
    b          text     NOT NULL,
    currency   text     NOT NULL,
    settlement integer  NOT NULL,
    CONSTRAINT settlement_late_item_settlement_key
        PRIMARY KEY (pool, statement, policy, claim, grp, a, b, currency, settlement)
);

--bun:split

CREATE INDEX settlement_late_pool_settlement_idx ON settlement_late (pool, settlement);

--bun:split

-- A payment from member to member that a run asks for.
CREATE TABLE payment_order (
    pool       text        NOT NULL,
    id         text        NOT NULL, -- for banks: ASCII, at most 30 characters
    settlement integer     NOT NULL,
    number     integer     NOT NULL, -- from 1 in each run
    ring       text        NOT NULL,
    payer      text        NOT NULL,
    payee      text        NOT NULL,
    amount     bigint      NOT NULL,
    executed   bigint      NOT NULL, -- of the amount
    currency   text        NOT NULL,
    due        date        NOT NULL,
    state      text        NOT NULL,
    attempt    integer     NOT NULL, -- from 1; one more after each rejection or return
    version    bigint      NOT NULL,
    recorded   timestamptz NOT NULL, -- of the last event
    CONSTRAINT payment_order_pool_id_key PRIMARY KEY (pool, id),
    CONSTRAINT payment_order_pool_settlement_number_key UNIQUE (pool, settlement, number),
    CONSTRAINT payment_order_amount_positive CHECK (amount > 0),
    CONSTRAINT payment_order_executed_within CHECK (executed BETWEEN 0 AND amount),
    CONSTRAINT payment_order_payer_not_payee CHECK (payer <> payee),
    CONSTRAINT payment_order_state_known CHECK (
        state IN ('open', 'filed', 'accepted', 'part_paid', 'executed', 'rejected', 'returned', 'void')),
    CONSTRAINT payment_order_settlement_fkey FOREIGN KEY (pool, settlement) REFERENCES settlement (pool, number)
);

--bun:split

-- A journal that brought items of a run to zero, or that stood them up again when a payment came back.
CREATE TABLE settlement_clearing (
    pool       text    NOT NULL,
    settlement integer NOT NULL,
    number     integer NOT NULL, -- from 1 in each run
    journal    uuid    NOT NULL,
    items      integer NOT NULL,
    restores   boolean NOT NULL,
    CONSTRAINT settlement_clearing_pool_settlement_number_key PRIMARY KEY (pool, settlement, number)
);
