-- name: CashCallsOfClaim
SELECT :columns FROM claim_cash_call WHERE pool = @pool AND claim = @claim ORDER BY member
