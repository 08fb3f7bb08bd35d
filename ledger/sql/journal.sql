-- name: InsertPostings
-- A journal's postings in one statement: what they share is sent once, the rest as arrays.
INSERT INTO posting (pool, journal, recorded, effective, period, line, mirror, amount, debit, credit, stream,
	agreement_version, book, counterparty, policy, claim, currency)
SELECT @pool, @journal, @recorded, @effective, @period, * FROM unnest(
	@lines::int[], @mirrors::int[], @amounts::bigint[], @debits::account[], @credits::account[], @streams::stream[],
	@agreement_versions::int[], @books::text[], @counterparties::text[], @policies::text[], @claims::text[],
	@currencies::text[])

-- name: JournalReversed
-- Whether another journal took this one back; an index lets at most one.
SELECT EXISTS (SELECT 1 FROM reversed_journal WHERE pool = @pool AND journal = @journal)
