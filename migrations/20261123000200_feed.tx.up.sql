-- The outbox and the feed: facts as exact bytes, and the dense order in which they were published.

CREATE TABLE event (
    pool            text        NOT NULL,
    id              uuid        NOT NULL,
    type            text        NOT NULL,
    schema_version  integer     NOT NULL,
    subject         text        NOT NULL,
    subject_version bigint      NOT NULL,
    effective       date        NOT NULL,
    recorded        timestamptz NOT NULL,
    common          bytea       NOT NULL,
    members         text[]      NOT NULL, -- sorted
    salts           bytea[]     NOT NULL, -- one of the common part first, then one per member
    sections        bytea[]     NOT NULL, -- one per member
    manifest        bytea       NOT NULL,
    CONSTRAINT event_pool_id_key PRIMARY KEY (pool, id),
    CONSTRAINT event_pool_subject_subject_version_key UNIQUE (pool, subject, subject_version),
    CONSTRAINT event_schema_version_positive CHECK (schema_version > 0),
    CONSTRAINT event_subject_version_positive CHECK (subject_version > 0),
    CONSTRAINT event_sections_match CHECK (cardinality(sections) = cardinality(members)
        AND cardinality(salts) = cardinality(members) + 1)
);

-- What is committed and has no position yet, in the order in which it will get one. The relay takes rows away; nobody else
-- looks. It has all that stamping needs, so that stamping never reads an event.
CREATE TABLE event_pending (
    pool            text        NOT NULL,
    recorded        timestamptz NOT NULL,
    subject         text        NOT NULL,
    subject_version bigint      NOT NULL,
    id              uuid        NOT NULL,
    hash            bytea       NOT NULL, -- SHA-256 of the manifest
    CONSTRAINT event_pending_pool_recorded_subject_subject_version_key
        PRIMARY KEY (pool, recorded, subject, subject_version)
);

CREATE TABLE feed_position (
    pool     text        NOT NULL,
    position bigint      NOT NULL,
    event    uuid        NOT NULL,
    known    timestamptz NOT NULL, -- never falls from one position to the next
    hash     bytea       NOT NULL, -- SHA-256 of the manifest
    CONSTRAINT feed_position_pool_position_key PRIMARY KEY (pool, position),
    CONSTRAINT feed_position_pool_event_key UNIQUE (pool, event),
    CONSTRAINT feed_position_position_positive CHECK (position > 0)
);

CREATE TABLE feed_head (
    pool      text        NOT NULL,
    position  bigint      NOT NULL, -- the last one given
    watermark timestamptz NOT NULL, -- every position still to come will be known later than this
    CONSTRAINT feed_head_pool_key PRIMARY KEY (pool)
);

-- Who may stamp and publish. There is one row, of pool ZONE or of the first pool of a database that is not the zone's home;
-- a holder whose fence is not in it writes nothing.
CREATE TABLE relay_lease (
    pool    text        NOT NULL,
    holder  text        NOT NULL,
    fence   bigint      NOT NULL,
    expires timestamptz NOT NULL, -- by the database's clock
    CONSTRAINT relay_lease_pool_key PRIMARY KEY (pool)
);

-- A command's answer, kept as long as the business document it made.
CREATE TABLE idempotency (
    pool         text        NOT NULL,
    organisation text        NOT NULL,
    operation    text        NOT NULL,
    key          text        NOT NULL,
    hash         bytea       NOT NULL,
    answer       bytea       NOT NULL,
    recorded     timestamptz NOT NULL,
    CONSTRAINT idempotency_pool_organisation_operation_key_key PRIMARY KEY (pool, organisation, operation, key)
);
