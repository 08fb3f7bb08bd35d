-- name: Told
SELECT type, subject, effective, common FROM event
WHERE pool = @pool AND subject = ANY (@subjects::text[]) AND type = ANY (@types::text[])
ORDER BY subject, subject_version

-- name: NextVersion
-- Versions of a subject are dense, so who announces alone counts on. Two who do so at once are told by the key of
-- subjects and versions.
SELECT coalesce(max(subject_version), 0) + 1 FROM event WHERE pool = @pool AND subject = @subject

-- name: Generation
SELECT generation, topic FROM feed_recovery WHERE pool = 'ZONE' ORDER BY number DESC LIMIT 1
