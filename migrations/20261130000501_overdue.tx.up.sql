-- What became of payment orders and statements that are overdue.

-- What was paid of an order, or came back, each time: the cash account between the members. The order itself says only how much of
-- it is paid by now.
CREATE TABLE order_movement (
    pool          text        NOT NULL,
    payment_order text        NOT NULL,
    number        bigint      NOT NULL, -- version of the order
    effective     date        NOT NULL, -- on which the money moved
    amount        bigint      NOT NULL, -- below zero for what came back
    currency      text        NOT NULL,
    journal       uuid        NOT NULL,
    recorded      timestamptz NOT NULL,
    CONSTRAINT order_movement_pool_order_number_key PRIMARY KEY (pool, payment_order, number),
    CONSTRAINT order_movement_amount_not_zero CHECK (amount <> 0),
    CONSTRAINT order_movement_order_fkey FOREIGN KEY (pool, payment_order) REFERENCES payment_order (pool, id)
);

--bun:split

-- Interest on what one member owed another past its day in one month, rounded once for the pair. What is known later of the month
-- is booked as a further row: the rows of a month and pair add up to its interest.
CREATE TABLE late_interest (
    pool              text        NOT NULL,
    month             date        NOT NULL,
    debtor            text        NOT NULL,
    creditor          text        NOT NULL,
    number            integer     NOT NULL, -- from 1
    amount            bigint      NOT NULL, -- in fen; below zero when less was overdue than was known before
    currency          text        NOT NULL,
    agreement_version integer     NOT NULL,
    journal           uuid        NOT NULL,
    recorded          timestamptz NOT NULL,
    CONSTRAINT late_interest_pool_month_debtor_creditor_number_key PRIMARY KEY (pool, month, debtor, creditor, number),
    CONSTRAINT late_interest_month_is_a_month CHECK (extract(day FROM month) = 1),
    CONSTRAINT late_interest_debtor_not_creditor CHECK (debtor <> creditor),
    CONSTRAINT late_interest_amount_not_zero CHECK (amount <> 0)
);

--bun:split

ALTER TABLE settlement_head ADD COLUMN interest_through date; -- the last month of which late interest is booked

--bun:split

-- How many of the days were reached on which the payer of an order is reminded.
ALTER TABLE payment_order ADD COLUMN reminded integer NOT NULL DEFAULT 0;

--bun:split

CREATE INDEX payment_order_pool_due_open_idx ON payment_order (pool, due) WHERE state NOT IN ('executed', 'void');

--bun:split

-- What silence means, as the members were told when the statement was issued.
ALTER TABLE statement ADD COLUMN silence text NOT NULL DEFAULT 'none';

--bun:split

ALTER TABLE statement ADD CONSTRAINT statement_silence_known CHECK (silence IN ('none', 'confirms'));

--bun:split

ALTER TABLE statement_answer ADD COLUMN overdue timestamptz; -- when it was found not to have answered in time

--bun:split

CREATE INDEX statement_answer_pool_open_idx ON statement_answer (pool, statement) WHERE state = 'issued';

--bun:split

-- The codes of the members between whom the disputed items are, with blanks between them.
ALTER TABLE statement_query ADD COLUMN parties text NOT NULL DEFAULT '';
