-- Members, pools, agreements, placements and splits. Fractions (shares, rates) are whole numbers of 1e-8.

-- A reference table: the insurers of the zone.
CREATE TABLE member (
    code       text        NOT NULL,
    name       text        NOT NULL,
    capital    bigint, -- capital plus reserves, in fen; NULL where not given, then the legal check is not made
    version    bigint      NOT NULL,
    registered timestamptz NOT NULL,
    actor      text        NOT NULL,
    CONSTRAINT member_code_key PRIMARY KEY (code),
    CONSTRAINT member_capital_positive CHECK (capital > 0)
);

-- A reference table: the pools; ordinal is the pool's partition of the feed.
CREATE TABLE pool (
    code     text        NOT NULL,
    industry text        NOT NULL,
    name     text        NOT NULL,
    ordinal  integer     NOT NULL,
    capacity bigint, -- the most the pool carries on one risk, in fen; NULL for no limit
    opens    date,   -- first day a policy may start; NULL for any
    closes   date,   -- last day a policy may start; NULL for any
    version  bigint      NOT NULL,
    opened   timestamptz NOT NULL,
    actor    text        NOT NULL,
    CONSTRAINT pool_code_key PRIMARY KEY (code),
    CONSTRAINT pool_ordinal_key UNIQUE (ordinal),
    CONSTRAINT pool_ordinal_positive CHECK (ordinal > 0),
    CONSTRAINT pool_code_not_zone CHECK (code <> 'ZONE'),
    CONSTRAINT pool_industry_known CHECK (industry IN ('life_health', 'integrated_circuits', 'optoelectronics')),
    CONSTRAINT pool_closes_not_before_opens CHECK (closes >= opens)
);

CREATE TABLE agreement (
    pool              text        NOT NULL,
    version           integer     NOT NULL,
    starts            date        NOT NULL,
    state             text        NOT NULL,
    leader            text        NOT NULL,
    issuer            text        NOT NULL,
    servicer          text        NOT NULL,
    manager           text        NOT NULL,
    issuing_fee       bigint      NOT NULL,
    fee_vat           bigint      NOT NULL,
    management_fee    bigint      NOT NULL,
    late_interest     bigint      NOT NULL, -- a year
    residue           text        NOT NULL,
    collection        text        NOT NULL,
    claims            text        NOT NULL,
    netting           text        NOT NULL,
    vat_invoice       text        NOT NULL,
    authority         bigint, -- in fen; above it every follower must accept; NULL for unlimited
    notice_from       bigint, -- indemnity estimate that is told to all members; NULL for never
    survey_from       bigint, -- estimate from which members survey together; NULL for never
    second_lead_from  bigint, -- estimate from which a second lead decides too; NULL for never
    cash_call_from    bigint, -- approved indemnity from which members pay ahead; NULL for never
    pay_days          integer     NOT NULL, -- working days the servicer has to pay after closing
    reimburse_days    integer     NOT NULL, -- working days the others have to reimburse
    cash_call_days    integer     NOT NULL, -- working days to pay a cash call
    statement_days    integer     NOT NULL, -- days after a period's end to draw up statements
    query_days        integer     NOT NULL, -- days to query a statement
    proposed_by       text        NOT NULL,
    proposed          timestamptz NOT NULL,
    accepted_by       text        NOT NULL,
    accepted          timestamptz,
    subject_version   bigint      NOT NULL,
    CONSTRAINT agreement_pool_version_key PRIMARY KEY (pool, version),
    CONSTRAINT agreement_version_positive CHECK (version > 0),
    CONSTRAINT agreement_state_known CHECK (state IN ('proposed', 'accepted')),
    CONSTRAINT agreement_residue_known CHECK (residue IN ('leader', 'largest_remainder')),
    CONSTRAINT agreement_collection_known CHECK (collection IN ('leader', 'each')),
    CONSTRAINT agreement_claims_known CHECK (claims IN ('leader', 'each')),
    CONSTRAINT agreement_netting_known CHECK (netting IN ('none', 'bilateral', 'multilateral')),
    CONSTRAINT agreement_vat_invoice_known CHECK (vat_invoice IN ('each', 'issuer')),
    CONSTRAINT agreement_accepted_by_another CHECK (accepted_by <> proposed_by)
);

CREATE TABLE agreement_member (
    pool          text    NOT NULL,
    version       integer NOT NULL,
    place         integer NOT NULL, -- the order of the share table
    member        text    NOT NULL,
    premium_share bigint  NOT NULL,
    claim_share   bigint  NOT NULL,
    cost_share    bigint  NOT NULL,
    capacity      bigint, -- the most this member carries on one risk, in fen; NULL for no limit of its own
    CONSTRAINT agreement_member_pool_version_place_key PRIMARY KEY (pool, version, place),
    CONSTRAINT agreement_member_pool_version_member_key UNIQUE (pool, version, member),
    CONSTRAINT agreement_member_pool_version_fkey FOREIGN KEY (pool, version) REFERENCES agreement (pool, version),
    CONSTRAINT agreement_member_member_fkey FOREIGN KEY (member) REFERENCES member (code),
    CONSTRAINT agreement_member_share_positive CHECK (premium_share > 0 AND claim_share > 0 AND cost_share > 0)
);

-- A follower's last word on a risk above the leader's authority.
CREATE TABLE placement (
    pool     text        NOT NULL,
    policy   text        NOT NULL,
    member   text        NOT NULL,
    decision text        NOT NULL,
    decided  timestamptz NOT NULL,
    actor    text        NOT NULL,
    CONSTRAINT placement_pool_policy_member_key PRIMARY KEY (pool, policy, member),
    CONSTRAINT placement_decision_known CHECK (decision IN ('accepted', 'declined'))
);

-- The working of every split: to-date totals are divided, never movements. It keeps the printed facts of its subject,
-- so that a statement never looks up.
CREATE TABLE split (
    pool              text     NOT NULL,
    subject           text     NOT NULL, -- policy or claim number
    stream            stream   NOT NULL,
    event             uuid     NOT NULL,
    agreement_version integer  NOT NULL,
    place             bigint   NOT NULL, -- order within the subject: its version when the split was made
    residue_policy    text     NOT NULL,
    total             bigint   NOT NULL, -- to date, in fen
    members           text[]   NOT NULL, -- in the order of the share table
    portions          bigint[] NOT NULL, -- to date, in fen
    products          text[]   NOT NULL, -- share × total, exact, in fen; empty where portions are computed, not split
    residue           bigint   NOT NULL, -- what rounding left over, in fen
    taken_by          text[]   NOT NULL,
    insured           text     NOT NULL,
    line              text     NOT NULL,
    period_from       date     NOT NULL,
    period_to         date     NOT NULL,
    loss_day          date,
    CONSTRAINT split_pool_subject_stream_place_key PRIMARY KEY (pool, subject, stream, place),
    CONSTRAINT split_portions_one_each CHECK (cardinality(portions) = cardinality(members))
);
