-- Who may decide what by itself, what a second person has approved, and where a member is paid.

-- Up to what amount a role of an organisation decides by itself, from a day on. Kept in pool ZONE.
CREATE TABLE authority_limit (
    pool         text        NOT NULL,
    organisation text        NOT NULL,
    number       bigint      NOT NULL, -- counted per organisation, from 1
    role         text        NOT NULL,
    line         text        NOT NULL, -- '*' for every line that has no limit of its own
    starts       date        NOT NULL, -- moved to the day of acceptance when that is later
    amount       bigint, -- in fen; NULL for no limit from this day on
    state        text        NOT NULL,
    proposed_by  text        NOT NULL,
    proposed     timestamptz NOT NULL,
    accepted_by  text        NOT NULL,
    accepted     timestamptz,
    CONSTRAINT authority_limit_pool_organisation_number_key PRIMARY KEY (pool, organisation, number),
    CONSTRAINT authority_limit_organisation_fkey FOREIGN KEY (organisation) REFERENCES member (code),
    CONSTRAINT authority_limit_number_positive CHECK (number > 0),
    CONSTRAINT authority_limit_amount_not_negative CHECK (amount >= 0),
    CONSTRAINT authority_limit_state_known CHECK (state IN ('proposed', 'accepted')),
    CONSTRAINT authority_limit_accepted_by_another CHECK (accepted_by <> proposed_by)
);
CREATE INDEX authority_limit_pool_organisation_role_line_starts_idx
    ON authority_limit (pool, organisation, role, line, starts) WHERE state = 'accepted';

-- Where a member is paid, from a day on. Kept in pool ZONE.
CREATE TABLE bank_details (
    pool           text        NOT NULL,
    member         text        NOT NULL,
    number         bigint      NOT NULL, -- counted per member, from 1
    starts         date        NOT NULL, -- moved to the day of approval when that is later
    bank           text        NOT NULL, -- its name
    cnaps          text        NOT NULL, -- its 12 digits in the payment system
    account_name   text        NOT NULL,
    account_number text        NOT NULL,
    salt           bytea       NOT NULL, -- random, so that the digest in the feed does not give the number away
    state          text        NOT NULL,
    proposed_by    text        NOT NULL,
    proposed       timestamptz NOT NULL,
    decided_by     text        NOT NULL,
    decided        timestamptz,
    CONSTRAINT bank_details_pool_member_number_key PRIMARY KEY (pool, member, number),
    CONSTRAINT bank_details_member_fkey FOREIGN KEY (member) REFERENCES member (code),
    CONSTRAINT bank_details_number_positive CHECK (number > 0),
    CONSTRAINT bank_details_state_known CHECK (state IN ('proposed', 'approved', 'rejected')),
    CONSTRAINT bank_details_approved_by_another CHECK (state <> 'approved' OR decided_by <> proposed_by)
);

-- A second person's word for issuing a policy above the limit of whoever issues it.
CREATE TABLE issue_approval (
    pool        text        NOT NULL,
    policy      text        NOT NULL,
    version     bigint      NOT NULL, -- the policy's when it was approved
    approver    text        NOT NULL,
    role        text        NOT NULL, -- in which the approver acted
    sum_insured bigint      NOT NULL, -- up to which it is approved, in fen
    recorded    timestamptz NOT NULL,
    CONSTRAINT issue_approval_pool_policy_version_key PRIMARY KEY (pool, policy, version)
);

ALTER TABLE policy ADD COLUMN quoted_by text NOT NULL DEFAULT ''; -- '' where nobody quoted: imported
