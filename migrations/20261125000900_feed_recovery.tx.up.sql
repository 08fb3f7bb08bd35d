-- What people did because the database and the topic had come apart, and which topic the feed goes to since. The first
-- generation's topic is the configured one; a later one has a name of its own, and the relay looks it up here.
CREATE TABLE feed_recovery (
    pool       text        NOT NULL, -- always ZONE: it concerns the whole feed
    number     bigint      NOT NULL, -- counted from 1
    step       text        NOT NULL,
    generation bigint      NOT NULL, -- that the feed is in after this step
    topic      text        NOT NULL, -- of that generation; empty for the configured one
    person     text        NOT NULL,
    reason     text        NOT NULL,
    finding    text        NOT NULL, -- JSON: what was seen and done
    recorded   timestamptz NOT NULL,
    CONSTRAINT feed_recovery_pool_number_key PRIMARY KEY (pool, number),
    CONSTRAINT feed_recovery_step_known CHECK (step IN ('restored', 'exported', 'continued')),
    CONSTRAINT feed_recovery_generation_named CHECK (generation >= 1 AND (generation = 1) = (topic = ''))
);
