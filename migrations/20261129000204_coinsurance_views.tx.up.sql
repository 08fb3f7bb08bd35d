-- What the other wings may read of pools, agreements and splits. No wing reads the tables of coinsurance; it asks these views
-- for one pool at a time.

-- What every stream of a policy or claim stands at: the split of the newest version of the subject that divided it. A
-- condition on pool, subject or stream is met before the newest is looked for.
CREATE VIEW newest_split AS
SELECT DISTINCT ON (pool, subject, stream) pool, subject, stream, subject_version, event, agreement_version, total, members,
    portions, products
FROM split ORDER BY pool, subject, stream, subject_version DESC;

--bun:split

-- What every member's portion of such a stream stands at.
CREATE VIEW newest_portion AS
SELECT n.pool, n.subject, n.stream, n.subject_version, n.agreement_version, each.member, each.amount
FROM newest_split AS n CROSS JOIN LATERAL unnest(n.members, n.portions) AS each (member, amount);

--bun:split

-- The splits whose portions do not sum to the total. Fees are computed member by member and not divided, so they have no
-- products and may differ.
CREATE VIEW split_out_of_balance AS
SELECT s.pool, s.subject, s.stream, s.subject_version, s.total, summed.portions
FROM split AS s CROSS JOIN LATERAL (SELECT sum(p)::bigint AS portions FROM unnest(s.portions) AS p) AS summed
WHERE cardinality(s.products) > 0 AND summed.portions IS DISTINCT FROM s.total;

--bun:split

-- The versions of an agreement that a second person accepted, with who acts for all. The one in force on a day is the
-- latest that starts by then.
CREATE VIEW accepted_agreement AS
SELECT pool, version, starts, leader, issuer, servicer, manager FROM agreement WHERE state = 'accepted';

--bun:split

-- The lines of every share table: who takes part in a version, and with what.
CREATE VIEW participation AS
SELECT pool, version, sequence, member, premium_share, claim_share, cost_share, capacity FROM agreement_member;

--bun:split

-- The pools of the zone. Who asks for rows of all pools asks for them pool by pool, by the key.
CREATE VIEW zone_pool AS
SELECT code, industry, name, ordinal FROM pool;
