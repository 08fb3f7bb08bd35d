-- The migrations of this day give tables, columns and views the names of the glossary. Older programs ask for the names of
-- before, so they may neither read nor write.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;
UPDATE schema_contract SET readable_by = 3, writable_by = 3 WHERE writable_by < 3;
