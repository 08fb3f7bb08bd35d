-- name: SplitsOfSubject
SELECT :columns FROM split WHERE pool = @pool AND subject = @subject AND place > @after
ORDER BY place, split.stream LIMIT @limit

-- name: NewestSplits
SELECT DISTINCT ON (stream) :columns FROM split WHERE pool = @pool AND subject = @subject
ORDER BY stream, place DESC

-- name: PortionAt
SELECT coalesce(portions[array_position(members, @member)], 0) FROM split
WHERE pool = @pool AND subject = @subject AND stream = @stream::stream ORDER BY place DESC LIMIT 1
