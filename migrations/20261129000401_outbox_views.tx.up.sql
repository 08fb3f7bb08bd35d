-- What the wings may read of what was announced. No wing reads the table of events; it asks this view for one pool at a time.

-- An event in clear: what everybody reads of it, and what stands in the members' sections. What is not selected is not
-- decoded.
CREATE VIEW announced_event AS
SELECT pool, id, type, subject, subject_version, effective, recorded, convert_from(common, 'UTF8')::jsonb AS common,
    ARRAY(SELECT convert_from(section, 'UTF8')::jsonb FROM unnest(sections) AS section) AS sections
FROM event;
