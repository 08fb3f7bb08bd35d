-- Imports started through a door, with how far they are: whoever started one can ask.
CREATE TABLE import_run (
    id           uuid        NOT NULL,
    kind         text        NOT NULL,
    organisation text        NOT NULL,
    person       text        NOT NULL,
    state        text        NOT NULL,
    dry_run      boolean     NOT NULL,
    size         bigint      NOT NULL, -- bytes of the file
    bytes        bigint      NOT NULL, -- that have been read
    rows         bigint      NOT NULL, -- that have been read
    report       jsonb,                -- once it has ended
    problem      jsonb,                -- why nothing was imported
    started      timestamptz NOT NULL,
    beat         timestamptz NOT NULL, -- when it was last seen alive
    ended        timestamptz,
    CONSTRAINT import_run_id_key PRIMARY KEY (id),
    CONSTRAINT import_run_state_known CHECK (state IN ('running', 'done', 'refused', 'failed'))
);
CREATE INDEX import_run_organisation_started_idx ON import_run (organisation, started);
