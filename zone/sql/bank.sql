-- name: BankDetailsOfMember
SELECT :columns FROM bank_details WHERE pool = 'ZONE' AND member = @member ORDER BY number

-- name: LockBankDetails
-- Who decides waits for whoever decides on the same details at the same moment.
SELECT :columns FROM bank_details
WHERE pool = 'ZONE' AND member = @member AND number = @number FOR NO KEY UPDATE

-- name: LockPayees
-- Who pays holds what is proposed too: an approval that is under way ends before, and the next waits until it is known
-- where was paid.
SELECT :columns FROM bank_details
WHERE pool = 'ZONE' AND member = ANY (@members::text[]) ORDER BY member, number FOR SHARE

-- name: ConfirmationsOfMembers
SELECT :columns FROM bank_details_confirmation WHERE pool = 'ZONE' AND member = ANY (@members::text[])

-- name: NextBankDetails
SELECT coalesce(max(number), 0) + 1 FROM bank_details WHERE pool = 'ZONE' AND member = @member
