-- The product lines in full: what a policy's rules ask about, its sections of cover, its premium support, and the catalogues.

ALTER TYPE stream ADD VALUE 'subsidy';

-- Facts, sections and subsidy are read and written as a whole; what is searched or summed has a column of its own.
ALTER TABLE policy ADD COLUMN facts    jsonb NOT NULL DEFAULT '{}';
ALTER TABLE policy ADD COLUMN sections jsonb NOT NULL DEFAULT '[]';
ALTER TABLE policy ADD COLUMN subsidy  jsonb NOT NULL DEFAULT '{}';
CREATE INDEX policy_pool_insured_idx ON policy (pool, insured) WHERE subsidy <> '{}';

-- An edition of a catalogue is published once and not changed: a correction is another edition.
CREATE TABLE catalogue_item (
    line     text        NOT NULL,
    edition  text        NOT NULL,
    item     text        NOT NULL,
    name     text        NOT NULL,
    unit     text        NOT NULL, -- set or batch; '' when the catalogue does not say
    starts   date        NOT NULL, -- first day of a policy that may name it
    ends     date,                 -- last one
    source   text        NOT NULL, -- the notice it was published with
    recorded timestamptz NOT NULL,
    CONSTRAINT catalogue_item_line_edition_item_key PRIMARY KEY (line, edition, item),
    CONSTRAINT catalogue_item_unit_known CHECK (unit IN ('', 'set', 'batch')),
    CONSTRAINT catalogue_item_ends_not_before_starts CHECK (ends IS NULL OR ends >= starts)
);
