-- name: Progress
UPDATE import_run SET rows = @rows, bytes = @bytes, beat = @now WHERE id = @id

-- name: BreakOff
-- Its last sign of life is so old that nobody takes it for alive.
UPDATE import_run SET beat = @beat WHERE id = @id

-- name: End
UPDATE import_run SET state = @state, rows = @rows, bytes = size, report = @report::text::jsonb,
    problem = nullif(@problem::text, '')::jsonb, beat = @now, ended = @now
WHERE id = @id

-- name: Run
SELECT :columns FROM import_run WHERE id = @id AND organisation = @organisation

-- name: Newest
SELECT :columns FROM import_run WHERE organisation = @organisation ORDER BY started DESC, id LIMIT @most::bigint
