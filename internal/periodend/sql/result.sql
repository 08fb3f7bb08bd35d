-- name: ResultOfPool
-- What each member's books say of the accounting months, as known at the instant. Income stands on the credit side; what
-- was recovered lowers the cost of claims. An empty member asks for all.
SELECT period, book,
	coalesce(-sum(amount) FILTER (WHERE account = 'premium_written'), 0)::bigint AS written,
	coalesce(sum(amount) FILTER (WHERE account = 'change_in_unearned_premium'), 0)::bigint AS held_back,
	coalesce(sum(amount) FILTER (WHERE account = 'claims_paid'), 0)::bigint AS paid,
	coalesce(sum(amount) FILTER (WHERE account = 'claim_expense'), 0)::bigint AS expense,
	coalesce(-sum(amount) FILTER (WHERE account IN
		('claims_recovered', 'salvage_recovered', 'recovery_income', 'salvage_income')), 0)::bigint AS recovered,
	coalesce(sum(amount) FILTER (WHERE account = 'change_in_outstanding_claims'), 0)::bigint AS outstanding,
	coalesce(sum(amount) FILTER (WHERE account = 'commission_expense'), 0)::bigint AS commission,
	coalesce(-sum(amount) FILTER (WHERE account = 'issuing_fee_income'), 0)::bigint AS fees_earned,
	coalesce(sum(amount) FILTER (WHERE account = 'issuing_fee_expense'), 0)::bigint AS fees_paid,
	coalesce(sum(amount) FILTER (WHERE account = 'management_fee_expense'), 0)::bigint AS management_fee,
	coalesce(-sum(amount) FILTER (WHERE account IN ('interest_income', 'interest_expense')), 0)::bigint AS interest
FROM account_movement
WHERE pool = @pool AND period >= @from AND period <= @to AND (@member = '' OR book = @member) AND known <= @known
	AND account IN ('premium_written', 'change_in_unearned_premium', 'claims_paid', 'claim_expense', 'claims_recovered',
		'salvage_recovered', 'recovery_income', 'salvage_income', 'change_in_outstanding_claims', 'commission_expense',
		'issuing_fee_income', 'issuing_fee_expense', 'management_fee_expense', 'interest_income', 'interest_expense')
GROUP BY period, book ORDER BY period, book
