-- A claim's terms are called deadlines, as the law and the glossary call them, and its papers documents. The names of
-- constraints stay: refusals are told by them.
ALTER TABLE claim_clock RENAME TO claim_deadline;

--bun:split

ALTER INDEX claim_clock_next_idx RENAME TO claim_deadline_next_idx;

--bun:split

ALTER TABLE claim RENAME COLUMN papers TO documents_complete_on;
