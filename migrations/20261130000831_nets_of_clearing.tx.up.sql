-- What a journal of clearing settled of each member, positive when it received: what was settled between two cuts is added up
-- from few rows, however many postings it took.
ALTER TABLE settlement_clearing ADD COLUMN recorded timestamptz;

--bun:split

ALTER TABLE settlement_clearing ADD COLUMN members text[];

--bun:split

ALTER TABLE settlement_clearing ADD COLUMN settled bigint[];

--bun:split

UPDATE settlement_clearing AS c SET recorded = m.recorded, members = m.members, settled = m.settled
FROM (SELECT pool, journal, min(recorded) AS recorded, array_agg(book ORDER BY book) AS members,
        array_agg(settled ORDER BY book) AS settled
    FROM (SELECT pool, journal, book, min(recorded) AS recorded, sum(due_to - due_from)::bigint AS settled FROM inter_member_posting
        WHERE stream = 'settlement' GROUP BY pool, journal, book) AS each
    GROUP BY pool, journal) AS m
WHERE m.pool = c.pool AND m.journal = c.journal;

--bun:split

ALTER TABLE settlement_clearing ALTER COLUMN recorded SET NOT NULL;

--bun:split

ALTER TABLE settlement_clearing ALTER COLUMN members SET NOT NULL;

--bun:split

ALTER TABLE settlement_clearing ALTER COLUMN settled SET NOT NULL;

--bun:split

CREATE INDEX settlement_clearing_pool_recorded_idx ON settlement_clearing (pool, recorded);
