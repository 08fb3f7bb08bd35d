-- What a claim moved is added up after many a step: the postings of a policy are found by claim too.
CREATE INDEX posting_pool_policy_claim_idx ON posting (pool, policy, claim);

DROP INDEX posting_pool_policy_idx;
