-- name: WorksheetOfClaim
SELECT :columns FROM claim_section WHERE pool = @pool AND claim = @claim ORDER BY sequence

-- name: ShortenWorksheet
DELETE FROM claim_section WHERE pool = @pool AND claim = @claim AND sequence >= @first
