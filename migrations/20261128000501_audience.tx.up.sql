-- Who may see a fact is stated by who announces it, and no longer read out of its subject's prefix. Rows that are there get
-- what their prefix said: with sections, those who have one; else everyone or no member. The default is kept in the
-- catalogue, so only the rows without a section are written again.
ALTER TABLE event ADD COLUMN audience text NOT NULL DEFAULT 'sections';
--bun:split
UPDATE event SET audience = CASE split_part(subject, '/', 1)
    WHEN 'member' THEN 'everyone' WHEN 'pool' THEN 'everyone' WHEN 'agreement' THEN 'everyone'
    WHEN 'period' THEN 'everyone' WHEN 'feed' THEN 'everyone' ELSE 'overseers' END
WHERE cardinality(members) = 0;
--bun:split
ALTER TABLE event ALTER COLUMN audience DROP DEFAULT;
--bun:split
ALTER TABLE event ADD CONSTRAINT event_audience_known CHECK (audience IN ('everyone', 'sections', 'overseers'));
