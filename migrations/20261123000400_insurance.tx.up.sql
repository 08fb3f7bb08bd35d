-- Policies and what their premium stands at. Totals are to date, at 100 %, in fen.

CREATE TABLE policy (
    pool              text        NOT NULL,
    number            text        NOT NULL,
    line              text        NOT NULL,
    insured           text        NOT NULL,
    starts            date        NOT NULL,
    ends              date        NOT NULL,
    premium           bigint      NOT NULL, -- as quoted, net of VAT
    vat               bigint      NOT NULL, -- rate, in 1e-8
    commission        bigint      NOT NULL, -- rate, in 1e-8
    sum_insured       bigint      NOT NULL, -- the limit of liability
    deductible        bigint      NOT NULL,
    equipment_value   bigint,
    contract_value    bigint,
    catalogue         text        NOT NULL,
    qualification     text        NOT NULL,
    retroactive       date,
    consent           text        NOT NULL, -- reference of the insured's consent to several insurers
    consent_digest    text        NOT NULL, -- SHA-256 of the signed agreement, hex
    renews            text        NOT NULL, -- number of the policy this one renews
    state             text        NOT NULL,
    agreement_version integer     NOT NULL, -- 0 until issued
    members           bytea       NOT NULL, -- the list of members as printed on the policy, from issue on
    collector         text        NOT NULL, -- who took in the premium before issue
    net_premium       bigint      NOT NULL,
    vat_due           bigint      NOT NULL, -- VAT on instalments fallen due
    received          bigint      NOT NULL,
    commission_paid   bigint      NOT NULL, -- paid to the broker
    returned          bigint      NOT NULL, -- given back by cancellation, net
    next_due          date,                 -- the next instalment that has not fallen due
    cancelled         date,
    cancel_period     date,                 -- accounting month of the cancellation
    expiry_announced  boolean     NOT NULL,
    version           bigint      NOT NULL,
    recorded          timestamptz NOT NULL, -- when the last event was
    CONSTRAINT policy_pool_number_key PRIMARY KEY (pool, number),
    CONSTRAINT policy_ends_not_before_starts CHECK (ends >= starts),
    CONSTRAINT policy_state_known CHECK (state IN ('quoted', 'in_force', 'cancelled')),
    CONSTRAINT policy_net_premium_not_negative CHECK (net_premium >= 0),
    CONSTRAINT policy_received_not_negative CHECK (received >= 0)
);
CREATE INDEX policy_pool_next_due_idx ON policy (pool, next_due) WHERE next_due IS NOT NULL;
CREATE INDEX policy_pool_ends_idx ON policy (pool, ends) WHERE NOT expiry_announced;

CREATE TABLE policy_instalment (
    pool   text    NOT NULL,
    policy text    NOT NULL,
    place  integer NOT NULL,
    due    date    NOT NULL,
    amount bigint  NOT NULL, -- net of VAT
    CONSTRAINT policy_instalment_pool_policy_place_key PRIMARY KEY (pool, policy, place)
);

-- The original premium and every endorsement, each with the days over which it is earned.
CREATE TABLE policy_slice (
    pool        text   NOT NULL,
    policy      text   NOT NULL,
    endorsement text   NOT NULL, -- '' for the original premium
    amount      bigint NOT NULL, -- net of VAT
    earned_from date   NOT NULL,
    period      date   NOT NULL, -- accounting month in which it was written
    recorded    timestamptz NOT NULL,
    CONSTRAINT policy_slice_pool_policy_endorsement_key PRIMARY KEY (pool, policy, endorsement)
);

-- What people note on a policy, by key; a new value is a new row, so the history stays.
CREATE TABLE policy_note (
    pool     text        NOT NULL,
    policy   text        NOT NULL,
    key      text        NOT NULL,
    version  bigint      NOT NULL, -- the policy's when it was noted
    value    text        NOT NULL,
    recorded timestamptz NOT NULL,
    actor    text        NOT NULL,
    CONSTRAINT policy_note_pool_policy_key_version_key PRIMARY KEY (pool, policy, key, version)
);
