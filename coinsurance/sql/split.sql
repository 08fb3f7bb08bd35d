-- name: SplitsOfSubject
SELECT :columns FROM split WHERE pool = @pool AND subject = @subject AND subject_version > @after
ORDER BY subject_version, split.stream LIMIT @limit

-- name: NewestSplits
SELECT DISTINCT ON (stream) :columns FROM split WHERE pool = @pool AND subject = @subject
ORDER BY stream, subject_version DESC

-- name: PortionAt
SELECT coalesce(portions[array_position(members, @member)], 0) FROM split
WHERE pool = @pool AND subject = @subject AND stream = @stream::stream ORDER BY subject_version DESC LIMIT 1
