-- What a follower asks about a claim, or objects to, and how it was answered.

ALTER TABLE agreement ADD COLUMN answer_days integer NOT NULL DEFAULT 5; -- working days to answer a member's query

CREATE TABLE claim_query (
    pool      text        NOT NULL,
    claim     text        NOT NULL,
    number    integer     NOT NULL, -- counted per claim
    member    text        NOT NULL, -- that asks
    topic     text        NOT NULL,
    text      text        NOT NULL,
    raised    date        NOT NULL,
    raised_by text        NOT NULL,
    state     text        NOT NULL,
    answer    text        NOT NULL, -- of who handles the claim
    answerer  text        NOT NULL,
    answered  timestamptz,
    decision  text        NOT NULL, -- of the pool manager
    closed_by text        NOT NULL,
    closed    timestamptz,
    CONSTRAINT claim_query_pool_claim_number_key PRIMARY KEY (pool, claim, number),
    CONSTRAINT claim_query_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number),
    CONSTRAINT claim_query_topic_known CHECK (topic IN ('question', 'dispute')),
    CONSTRAINT claim_query_state_known CHECK (state IN ('open', 'answered', 'escalated', 'accepted', 'decided', 'withdrawn'))
);
