-- Claims: what each stands at, at 100 % and to date, and what members paid towards its cash calls.

-- What is outstanding of an estimate is posted; the estimate itself is shared and shown.
ALTER TYPE stream ADD VALUE 'outstanding_indemnity';
ALTER TYPE stream ADD VALUE 'outstanding_expense';

CREATE TABLE claim (
    pool               text        NOT NULL,
    number             text        NOT NULL,
    policy             text        NOT NULL,
    loss_day           date        NOT NULL,
    filed              date        NOT NULL,
    papers             date        NOT NULL, -- when the claim papers were complete
    state              text        NOT NULL,
    reason             text        NOT NULL, -- why it was refused
    loss               bigint,               -- as assessed; NULL before
    estimate_indemnity bigint      NOT NULL, -- gross: what is paid is part of it
    estimate_expense   bigint      NOT NULL,
    approved_indemnity bigint      NOT NULL,
    approved_expense   bigint      NOT NULL,
    paid_indemnity     bigint      NOT NULL,
    paid_expense       bigint      NOT NULL,
    recovery           bigint      NOT NULL,
    salvage            bigint      NOT NULL,
    approved           date,                 -- the latest approval's day
    refused            date,
    major              date,                 -- when it became a major claim
    noticed            boolean     NOT NULL, -- the followers were told of a large loss
    called             boolean     NOT NULL, -- a cash call was made
    agreement_version  integer     NOT NULL,
    version            bigint      NOT NULL,
    recorded           timestamptz NOT NULL, -- when the last event was
    CONSTRAINT claim_pool_number_key PRIMARY KEY (pool, number),
    CONSTRAINT claim_pool_policy_fkey FOREIGN KEY (pool, policy) REFERENCES policy (pool, number),
    CONSTRAINT claim_state_known CHECK (state IN (
        'filed', 'assessed', 'approved', 'paid', 'refused', 'withdrawn', 'closed', 'reopened')),
    CONSTRAINT claim_paid_not_negative CHECK (paid_indemnity >= 0 AND paid_expense >= 0),
    CONSTRAINT claim_paid_within_approved CHECK (approved IS NULL
        OR paid_indemnity <= approved_indemnity AND paid_expense <= approved_expense)
);
CREATE INDEX claim_pool_policy_idx ON claim (pool, policy);

-- What a member paid towards a claim's cash calls, and how much of it is used; the last three stand as the last closing left them.
CREATE TABLE claim_call (
    pool         text   NOT NULL,
    claim        text   NOT NULL,
    member       text   NOT NULL,
    paid         bigint NOT NULL,
    base_paid    bigint NOT NULL,
    base_portion bigint NOT NULL, -- of what was paid on the claim
    base_used    bigint NOT NULL, -- against what the member owed
    base_left    bigint NOT NULL, -- that was more than it owed
    CONSTRAINT claim_call_pool_claim_member_key PRIMARY KEY (pool, claim, member),
    CONSTRAINT claim_call_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number)
);
