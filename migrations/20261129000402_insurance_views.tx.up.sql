-- What the other wings may read of policies. No wing reads the tables of insurance; it asks this view for one pool at a time.

-- Whom a policy insures, and under which line.
CREATE VIEW policy_insured AS
SELECT pool, number, line, insured FROM policy;
