-- The migrations from here on let a run be unwound by opposite orders, keep with each journal of clearing what it settled, and
-- drop what a statement kept of those before it. Older programs would take an opposite order for a debt, and ask for what is
-- dropped, so they may neither read nor write.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;

--bun:split

UPDATE schema_contract SET readable_by = 6, writable_by = 6 WHERE writable_by < 6;
