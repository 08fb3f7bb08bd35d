-- name: ConfirmationsOfDay
-- What was asked of two members' balances as of a day, the latest instant first.
SELECT :columns FROM balance_confirmation WHERE pool = @pool AND debtor = @debtor AND creditor = @creditor AND day = @day
ORDER BY known DESC

-- name: BookedSinceConfirmation
-- Whether the debtor's book has something between the two that counts by the day and came after the last instant asked for.
SELECT EXISTS (SELECT FROM inter_member_posting WHERE pool = @pool AND book = @debtor AND counterparty = @creditor
	AND effective <= @day AND recorded > (SELECT max(known) FROM balance_confirmation
		WHERE pool = @pool AND debtor = @debtor AND creditor = @creditor AND day = @day))

-- name: ConfirmationsOfPool
SELECT :columns FROM balance_confirmation WHERE pool = @pool ORDER BY debtor, creditor, day, known

-- name: ConfirmationsDue
-- The confirmations of balances that are to be written, in one database.
SELECT :columns FROM paper_due WHERE kind = 'confirmation' ORDER BY pool, recorded, reference

-- name: LastVersion
-- The version of a subject's last event, 0 when there is none.
SELECT coalesce(max(subject_version), 0) FROM announced_event WHERE pool = @pool AND subject = @subject
