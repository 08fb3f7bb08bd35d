-- name: WorkingItems
-- The items of a subject on a statement, of one member where only its own may be seen, with the share of whoever does not act
-- for the other in the agreement.
SELECT i.policy, i.claim, i.grp, i.a, i.b, i.a_owes, i.b_owes, i.currency, coalesce(m.member, '') AS sharer,
	coalesce(CASE i.grp WHEN 'claims' THEN m.claim_share ELSE m.premium_share END, 0) AS share, i.agreement_version, i.postings
FROM statement_item AS i LEFT JOIN accepted_agreement AS g ON g.pool = i.pool AND g.version = i.agreement_version
LEFT JOIN participation AS m ON i.grp <> 'interest' AND m.pool = i.pool AND m.version = i.agreement_version
	AND m.member = CASE CASE i.grp WHEN 'claims' THEN g.servicer ELSE g.issuer END WHEN i.a THEN i.b WHEN i.b THEN i.a END
WHERE i.pool = @pool AND i.statement = @statement AND i.a_owes <> i.b_owes AND (i.policy = @subject AND i.claim = '' OR i.claim = @subject)
	AND (@own::text = '' OR @own IN (i.a, i.b)) AND (@grp::text = '' OR i.grp = @grp)
ORDER BY i.grp, i.a, i.b

-- name: WorkingSplits
-- How the streams of a subject were divided last, of what was recorded by the cut.
SELECT DISTINCT ON (k.stream) k.stream, k.event, k.agreement_version, k.residue_policy, k.total, k.members, k.portions, k.products,
	k.residue, k.taken_by, k.insured, k.line, k.period_from, k.period_to, k.loss_day
FROM split_working AS k JOIN announced_event AS e ON e.pool = k.pool AND e.id = k.event
WHERE k.pool = @pool AND k.subject = @subject AND e.recorded <= @cut AND k.stream IN ('net_received', 'vat_received', 'issuing_fee',
	'issuing_fee_vat', 'commission', 'indemnity', 'expense', 'recovery', 'salvage') ORDER BY k.stream, k.subject_version DESC

-- name: WorkingPostings
-- The postings of a subject that a statement took in: those of one side of each mirrored pair, or of one member's own book.
SELECT p.effective, p.book, p.debit, p.credit, p.counterparty, p.amount, p.currency, p.stream, p.kind, p.journal AS event, p.recorded
FROM book_posting AS p
WHERE p.pool = @pool AND p.policy = @policy AND p.claim = @claim AND p.stream <> 'settlement'
	AND (p.debit IN ('due_to_coinsurer', 'due_from_coinsurer') OR p.credit IN ('due_to_coinsurer', 'due_from_coinsurer'))
	AND CASE @own::text WHEN '' THEN p.counterparty > p.book ELSE p.book = @own END
	AND p.recorded <= @cut AND p.effective <= @ends
	AND NOT EXISTS (SELECT 1 FROM unnest(@cuts::timestamptz[], @ends_before::text[]::date[]) AS s (cut, ends)
		WHERE p.recorded <= s.cut AND p.effective <= s.ends)
ORDER BY p.recorded, p.journal, p.line
