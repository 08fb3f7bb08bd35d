-- A second person's word for an act on a policy or a claim that moves more than whoever does it decides alone. It counts
-- for the subject as it stood when the word was given.
CREATE TABLE countersignature (
    pool         text        NOT NULL,
    subject      text        NOT NULL, -- as the feed names it
    version      bigint      NOT NULL, -- the subject's, with the word
    act          text        NOT NULL, -- the command that it is for
    amount       bigint      NOT NULL, -- up to which, to date, in fen
    organisation text        NOT NULL,
    said_by      text        NOT NULL,
    role         text        NOT NULL, -- in which the person acted
    recorded     timestamptz NOT NULL,
    CONSTRAINT countersignature_pool_subject_version_key PRIMARY KEY (pool, subject, version),
    CONSTRAINT countersignature_amount_not_negative CHECK (amount >= 0)
);
