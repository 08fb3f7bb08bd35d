-- Clocks of claims: what started, when it is due, how it ended. Days the State Council announces after the program was
-- built.

CREATE TABLE claim_clock (
    pool        text    NOT NULL,
    claim       text    NOT NULL,
    name        text    NOT NULL,
    member      text    NOT NULL, -- whose it is; '' of the whole claim
    number      integer NOT NULL, -- of the notice it belongs to; 0 for none
    started     date    NOT NULL,
    due         date    NOT NULL,
    due_at      timestamptz,      -- the very instant, of a clock that is counted in hours
    provisional boolean NOT NULL, -- working days of a year not announced were counted
    state       text    NOT NULL,
    warned      boolean NOT NULL, -- it was announced that it is due soon
    missed      boolean NOT NULL, -- it was announced that it was missed
    ended       date,
    reference   text    NOT NULL, -- of the report that met it
    next        timestamptz,      -- when the scheduler looks at it again; NULL for never
    CONSTRAINT claim_clock_pool_claim_name_member_number_key PRIMARY KEY (pool, claim, name, member, number),
    CONSTRAINT claim_clock_pool_claim_fkey FOREIGN KEY (pool, claim) REFERENCES claim (pool, number),
    CONSTRAINT claim_clock_state_known CHECK (state IN ('running', 'met', 'stopped')),
    CONSTRAINT claim_clock_next_running CHECK (next IS NULL OR state = 'running')
);
CREATE INDEX claim_clock_next_idx ON claim_clock (next) WHERE next IS NOT NULL;

CREATE TABLE workday (
    day  date NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    CONSTRAINT workday_day_key PRIMARY KEY (day),
    CONSTRAINT workday_kind_known CHECK (kind IN ('holiday', 'workday'))
);

-- Claims from before clocks were kept get the two that start with the papers.
INSERT INTO claim_clock (pool, claim, name, member, number, started, due, provisional, state, warned, missed, reference, next)
SELECT pool, number, each.name, '', 0, papers, papers + each.days, false, 'running', false, false, '',
    (papers + each.days)::timestamp AT TIME ZONE 'Asia/Shanghai'
FROM claim, (VALUES ('decide_due', 30), ('advance_due', 60)) AS each (name, days)
WHERE state IN ('filed', 'assessed', 'reopened');
