-- Payments of a claim one by one, to whom and for what; expense by kind, in the books too.

ALTER TYPE stream ADD VALUE 'expense_adjuster';
ALTER TYPE stream ADD VALUE 'expense_expert';
ALTER TYPE stream ADD VALUE 'expense_legal';
ALTER TYPE stream ADD VALUE 'expense_other';

ALTER TABLE claim
    ADD COLUMN payments      integer NOT NULL DEFAULT 0, -- how many were made and taken back
    ADD COLUMN paid_adjuster bigint NOT NULL DEFAULT 0, -- parts of paid_expense; the rest is other expense
    ADD COLUMN paid_expert   bigint NOT NULL DEFAULT 0,
    ADD COLUMN paid_legal    bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT claim_paid_expense_by_kind CHECK (paid_adjuster >= 0 AND paid_expert >= 0 AND paid_legal >= 0
        AND paid_adjuster + paid_expert + paid_legal <= paid_expense);

CREATE TABLE claim_payment (
    pool       text        NOT NULL,
    claim      text        NOT NULL,
    number     integer     NOT NULL, -- counted per claim
    event      uuid        NOT NULL,
    reverses   integer,              -- the payment this one takes back
    advance    boolean     NOT NULL, -- before approval
    payee_kind text        NOT NULL,
    payee      text        NOT NULL,
    indemnity  bigint      NOT NULL,
    adjuster   bigint      NOT NULL,
    expert     bigint      NOT NULL,
    legal      bigint      NOT NULL,
    other      bigint      NOT NULL,
    effective  date        NOT NULL,
    reason     text        NOT NULL, -- of a reversal
    actor      text        NOT NULL,
    recorded   timestamptz NOT NULL,
    CONSTRAINT claim_payment_pool_claim_number_key PRIMARY KEY (pool, claim, number),
    CONSTRAINT claim_payment_pool_claim_reverses_key UNIQUE (pool, claim, reverses),
    CONSTRAINT claim_payment_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number),
    CONSTRAINT claim_payment_payee_kind_known CHECK (payee_kind IN ('insured', 'third_party', 'supplier'))
);
