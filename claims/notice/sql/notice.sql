-- name: NoticesOfClaim
SELECT :columns FROM claim_notice WHERE pool = @pool AND claim = @claim ORDER BY number, member
