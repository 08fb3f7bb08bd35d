-- name: DocumentsOfClaim
SELECT :columns FROM claim_document WHERE pool = @pool AND claim = @claim ORDER BY number

-- name: DocumentByNumber
SELECT :columns FROM claim_document WHERE pool = @pool AND claim = @claim AND number = @number

-- name: NextDocument
-- Counted under the claim's lock, so two are never given one number.
SELECT count(*) + 1 FROM claim_document WHERE pool = @pool AND claim = @claim

-- name: FilesNamed
SELECT sha256, max(size) FROM claim_document GROUP BY sha256 ORDER BY sha256
