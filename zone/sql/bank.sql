-- name: BankDetailsInForce
SELECT :columns FROM bank_details
WHERE pool = 'ZONE' AND member = @member AND state = 'approved' AND starts <= @day
ORDER BY starts DESC, number DESC LIMIT 1

-- name: BankDetailsOfMember
SELECT :columns FROM bank_details WHERE pool = 'ZONE' AND member = @member ORDER BY number

-- name: LockBankDetails
-- Who decides waits for whoever decides on the same details at the same moment.
SELECT :columns FROM bank_details
WHERE pool = 'ZONE' AND member = @member AND number = @number FOR NO KEY UPDATE

-- name: NextBankDetails
SELECT coalesce(max(number), 0) + 1 FROM bank_details WHERE pool = 'ZONE' AND member = @member
