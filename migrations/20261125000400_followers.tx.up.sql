-- What the followers of a claim are told and asked, what they answer, what they are called for; who handles a claim when
-- its leader has a conflict; reports to the regulator; losses of one event.

ALTER TYPE stream ADD VALUE 'late_interest';

ALTER TABLE claim
    ADD COLUMN servicer      text        NOT NULL DEFAULT '', -- '' for the agreement's
    ADD COLUMN leader        text        NOT NULL DEFAULT '',
    ADD COLUMN conflicts     text[]      NOT NULL DEFAULT '{}', -- members that may not handle it
    ADD COLUMN second_lead   text        NOT NULL DEFAULT '',   -- who decides beside the leader; '' for nobody
    ADD COLUMN second_agreed bigint      NOT NULL DEFAULT 0,    -- indemnity up to which it agrees
    ADD COLUMN rescindable   boolean     NOT NULL DEFAULT false, -- the others consent to rescind the policy
    ADD COLUMN surveyed      boolean     NOT NULL DEFAULT false, -- the followers were called to survey together
    ADD COLUMN notices       integer     NOT NULL DEFAULT 0,    -- how many were sent
    ADD COLUMN emergency     timestamptz,
    ADD COLUMN occurrence    text        NOT NULL DEFAULT '';

ALTER TABLE claim_call ADD COLUMN interest bigint NOT NULL DEFAULT 0; -- for late payment, to date

CREATE TABLE claim_notice (
    pool     text        NOT NULL,
    claim    text        NOT NULL,
    number   integer     NOT NULL, -- counted per claim; one notice goes to several members
    member   text        NOT NULL,
    kind     text        NOT NULL,
    purpose  text        NOT NULL, -- of a question for consent
    amount   bigint,               -- called for, or asked consent for
    reason   text        NOT NULL,
    sent     date        NOT NULL,
    due      date        NOT NULL,
    state    text        NOT NULL,
    paid     bigint      NOT NULL, -- of a call
    note     text        NOT NULL, -- of the answer
    answerer text        NOT NULL,
    answered timestamptz,
    CONSTRAINT claim_notice_pool_claim_number_member_key PRIMARY KEY (pool, claim, number, member),
    CONSTRAINT claim_notice_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number),
    CONSTRAINT claim_notice_kind_known CHECK (kind IN ('large_loss', 'survey', 'second_lead', 'consent', 'cash_call'))
);

-- One occurrence that several claims come from.
CREATE TABLE occurrence (
    pool        text        NOT NULL,
    code        text        NOT NULL,
    name        text        NOT NULL,
    day         date        NOT NULL,
    major       date,                 -- when its claims together became a major one
    version     bigint      NOT NULL,
    recorded    timestamptz NOT NULL,
    CONSTRAINT occurrence_pool_code_key PRIMARY KEY (pool, code)
);
CREATE INDEX claim_pool_occurrence_idx ON claim (pool, occurrence) WHERE occurrence <> '';
