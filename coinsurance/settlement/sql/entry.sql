-- name: BankFileIsKnown
SELECT EXISTS (SELECT 1 FROM bank_file WHERE pool = 'ZONE' AND sha256 = @file)

-- name: KeepEntries
-- Writes down the entries of a file that no file before had. The first transfer of an entry of the bank decides: whoever has it
-- keeps the others too, so a bank that parts the entry otherwise in its next message adds nothing.
WITH said AS (
	SELECT account, key, head, day, amount, credit, returned, end_to_end, payment, reference, counterparty, counterparty_account, remark
	FROM unnest(@accounts::text[], @keys::text[], @heads::text[], @days::text[]::date[], @amounts::bigint[],
		@credits::boolean[], @returned::boolean[], @end_to_ends::text[], @payments::text[], @refs::text[], @counterparties::text[],
		@counter_accounts::text[], @remarks::text[])
	AS s (account, key, head, day, amount, credit, returned, end_to_end, payment, reference, counterparty, counterparty_account, remark)
), first AS (
	INSERT INTO bank_entry (pool, account, key, file, day, amount, credit, returned, end_to_end, payment, reference, counterparty,
		counterparty_account, remark)
	SELECT 'ZONE', account, key, @file, day, amount, credit, returned, end_to_end, payment, reference, counterparty,
		counterparty_account, remark
	FROM said WHERE key = head ORDER BY account, key ON CONFLICT DO NOTHING RETURNING account, key
)
INSERT INTO bank_entry (pool, account, key, file, day, amount, credit, returned, end_to_end, payment, reference, counterparty,
	counterparty_account, remark)
SELECT 'ZONE', s.account, s.key, @file, s.day, s.amount, s.credit, s.returned, s.end_to_end, s.payment, s.reference, s.counterparty,
	s.counterparty_account, s.remark
FROM said AS s JOIN first AS f ON f.account = s.account AND f.key = s.head WHERE s.key <> s.head ON CONFLICT DO NOTHING

-- name: DigestOfEntries
-- How many entries a file brought, and a hash over them. The check of BankFilesAreAsRead takes it in the same way.
SELECT count(*), sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(account, key, day, amount, credit, returned,
	end_to_end, payment, reference, counterparty, counterparty_account, remark)::text, 'UTF8')), ''::bytea
	ORDER BY account COLLATE "C", key COLLATE "C"), ''::bytea))
FROM bank_entry WHERE pool = 'ZONE' AND file = @file

-- name: EntryByKey
SELECT :columns FROM bank_entry WHERE pool = 'ZONE' AND account = @account AND key = @key

-- name: EntriesOfAccounts
-- Entries with what is left of them, newest first; all accounts where none is named. What orders of pools in other databases took
-- is given with the question.
SELECT :columns(e), (e.amount - coalesce(m.amount, 0) - coalesce(o.amount, 0))::bigint FROM bank_entry AS e
LEFT JOIN LATERAL (SELECT sum(amount)::bigint AS amount FROM bank_match AS m
    WHERE m.pool = e.pool AND m.account = e.account AND m.key = e.key) AS m ON true
LEFT JOIN unnest(@away_accounts::text[], @away_keys::text[], @away_amounts::bigint[]) AS o (account, key, amount)
    ON o.account = e.account AND o.key = e.key
WHERE e.pool = 'ZONE' AND (@every::boolean OR e.account = ANY (@accounts::text[]))
    AND (NOT @open_only::boolean OR e.amount > coalesce(m.amount, 0) + coalesce(o.amount, 0))
ORDER BY e.day DESC, e.account, e.key LIMIT @most

-- name: EntriesNaming
-- Open entries that bear what may be an id of ours, a page: payments before what comes back of them.
SELECT :columns(e) FROM bank_entry AS e
LEFT JOIN LATERAL (SELECT sum(amount)::bigint AS amount FROM bank_match AS m
    WHERE m.pool = e.pool AND m.account = e.account AND m.key = e.key) AS m ON true
LEFT JOIN unnest(@away_accounts::text[], @away_keys::text[], @away_amounts::bigint[]) AS o (account, key, amount)
    ON o.account = e.account AND o.key = e.key
WHERE e.pool = 'ZONE' AND e.account = ANY (@accounts::text[]) AND e.amount > coalesce(m.amount, 0) + coalesce(o.amount, 0)
    AND concat_ws(' ', e.end_to_end, e.payment, e.reference, e.remark) ~ 'G[0-9]+-F?[0-9]+-[0-9]+'
    AND (NOT @after::boolean OR (e.day, e.returned, e.account, e.key)
        > (@after_day::date, @after_returned::boolean, @after_account::text, @after_key::text))
ORDER BY e.day, e.returned, e.account, e.key LIMIT @most

-- name: OpenEntries
-- How many entries of accounts are not allocated whole.
SELECT count(*) FROM bank_entry AS e
LEFT JOIN LATERAL (SELECT sum(amount)::bigint AS amount FROM bank_match AS m
    WHERE m.pool = e.pool AND m.account = e.account AND m.key = e.key) AS m ON true
LEFT JOIN unnest(@away_accounts::text[], @away_keys::text[], @away_amounts::bigint[]) AS o (account, key, amount)
    ON o.account = e.account AND o.key = e.key
WHERE e.pool = 'ZONE' AND e.account = ANY (@accounts::text[]) AND e.amount > coalesce(m.amount, 0) + coalesce(o.amount, 0)

-- name: AllocatedOfAccounts
-- What of each entry is allocated to orders that are kept in this database.
SELECT account, key, sum(amount)::bigint FROM bank_match
WHERE pool = 'ZONE' AND (@every::boolean OR account = ANY (@accounts::text[])) GROUP BY account, key HAVING sum(amount) <> 0

-- name: AllocatedOfEntry
SELECT coalesce(sum(amount), 0)::bigint FROM bank_match WHERE pool = 'ZONE' AND account = @account AND key = @key

