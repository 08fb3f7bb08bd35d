-- A pool's book can be cut at an instant, and whoever posts in it afterwards records later than that. Older programs do not
-- know of it: what they post could get onto a statement that was drawn already, or into a month that is being sealed.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;

--bun:split

UPDATE schema_contract SET readable_by = 5, writable_by = 5 WHERE writable_by < 5;
