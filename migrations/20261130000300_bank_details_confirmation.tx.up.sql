-- What the members themselves say of paying: that bank details are their own, and that the pool manager may pay from their
-- account. Kept in pool ZONE.

-- The member's own word for an entry of its bank details, by neither who proposed nor who approved it.
CREATE TABLE bank_details_confirmation (
    pool         text        NOT NULL,
    member       text        NOT NULL,
    number       bigint      NOT NULL, -- of the entry
    confirmed_by text        NOT NULL,
    confirmed    timestamptz NOT NULL,
    CONSTRAINT bank_details_confirmation_pool_member_number_key PRIMARY KEY (pool, member, number),
    CONSTRAINT bank_details_confirmation_pool_member_number_fkey FOREIGN KEY (pool, member, number)
        REFERENCES bank_details (pool, member, number)
);
--bun:split
-- The pool manager's right to have payments from a member's account written, in its name, from a day on.
CREATE TABLE payment_mandate (
    pool         text        NOT NULL,
    member       text        NOT NULL,
    number       bigint      NOT NULL, -- counted per member, from 1
    starts       date        NOT NULL, -- moved to the day on which it was given when that is later
    state        text        NOT NULL,
    proposed_by  text        NOT NULL,
    proposed     timestamptz NOT NULL,
    decided_by   text        NOT NULL,
    decided      timestamptz,
    withdrawn_by text        NOT NULL,
    withdrawn    timestamptz, -- from this instant on nothing is paid under it
    CONSTRAINT payment_mandate_pool_member_number_key PRIMARY KEY (pool, member, number),
    CONSTRAINT payment_mandate_member_fkey FOREIGN KEY (member) REFERENCES member (code),
    CONSTRAINT payment_mandate_number_positive CHECK (number > 0),
    CONSTRAINT payment_mandate_state_known CHECK (state IN ('proposed', 'given', 'rejected', 'withdrawn')),
    CONSTRAINT payment_mandate_given_by_another CHECK (state NOT IN ('given', 'withdrawn') OR decided_by <> proposed_by)
);
