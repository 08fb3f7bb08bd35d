-- Calculation of claims by section, evidence checked off before approval, grounds of refusal; what the agreement says
-- of all that.

ALTER TABLE agreement
    ADD COLUMN evidence     text    NOT NULL DEFAULT 'unchecked', -- required: checked off before any approval
    ADD COLUMN second_lead  text    NOT NULL DEFAULT '',          -- who decides beside the leader on large claims
    ADD COLUMN notice_days  integer NOT NULL DEFAULT 2,           -- working days to read the notice of a large loss
    ADD COLUMN survey_days  integer NOT NULL DEFAULT 2,           -- working days to answer a call to a joint survey
    ADD COLUMN consent_days integer NOT NULL DEFAULT 5,           -- working days after which silence is consent
    ADD CONSTRAINT agreement_evidence_known CHECK (evidence IN ('unchecked', 'required'));

ALTER TABLE claim
    ADD COLUMN calculated  boolean NOT NULL DEFAULT false, -- assessed by section
    ADD COLUMN payable     bigint,                         -- of the loss, as of the latest assessment or approval
    ADD COLUMN ex_gratia   bigint  NOT NULL DEFAULT 0,     -- consented to by the followers, above what is payable
    ADD COLUMN injury      bigint  NOT NULL DEFAULT 0,     -- part of the estimate for bodily injury
    ADD COLUMN ground      text    NOT NULL DEFAULT '',    -- clause or article it was refused for
    ADD COLUMN assessed_by text    NOT NULL DEFAULT '';

CREATE TABLE claim_section (
    pool            text    NOT NULL,
    claim           text    NOT NULL,
    place           integer NOT NULL, -- in the worksheet, from 0
    section         text    NOT NULL,
    cause           text    NOT NULL,
    amount          bigint  NOT NULL, -- assessed
    value           bigint,           -- of the insured property; NULL: not under-insured
    rescue          bigint  NOT NULL,
    kind            text    NOT NULL,
    insured         bigint  NOT NULL,
    deductible      bigint  NOT NULL,
    indemnity_ratio bigint  NOT NULL,
    limit_left      bigint  NOT NULL,
    payable         bigint  NOT NULL,
    rescue_pays     bigint  NOT NULL,
    approved        bigint  NOT NULL,
    reason          text    NOT NULL,
    CONSTRAINT claim_section_pool_claim_place_key PRIMARY KEY (pool, claim, place),
    CONSTRAINT claim_section_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number)
);

CREATE TABLE claim_evidence (
    pool      text        NOT NULL,
    claim     text        NOT NULL,
    item      text        NOT NULL, -- of the line's list
    state     text        NOT NULL,
    note      text        NOT NULL, -- why it is waived, or what was seen
    document  integer,              -- the document it is
    actor     text        NOT NULL,
    recorded  timestamptz NOT NULL,
    CONSTRAINT claim_evidence_pool_claim_item_key PRIMARY KEY (pool, claim, item),
    CONSTRAINT claim_evidence_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number),
    CONSTRAINT claim_evidence_state_known CHECK (state IN ('received', 'waived', 'missing'))
);
