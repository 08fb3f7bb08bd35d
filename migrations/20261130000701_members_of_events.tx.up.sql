-- Whom an event was told to is part of what may be read of it: verify holds the parties of a query against it.
CREATE OR REPLACE VIEW announced_event AS
SELECT pool, id, type, subject, subject_version, effective, recorded, convert_from(common, 'UTF8')::jsonb AS common,
    ARRAY(SELECT convert_from(section, 'UTF8')::jsonb FROM unnest(sections) AS section) AS sections, members
FROM event;
