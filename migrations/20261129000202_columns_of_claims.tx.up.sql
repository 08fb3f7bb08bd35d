-- The lines of a worksheet are counted in a sequence, and what members pay ahead is a cash call. The names of constraints
-- stay: errors are told by them.
ALTER TABLE claim_section RENAME COLUMN place TO sequence;

--bun:split

ALTER TABLE claim_call RENAME TO claim_cash_call;
