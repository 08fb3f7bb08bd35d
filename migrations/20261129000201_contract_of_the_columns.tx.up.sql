-- The migrations of this day give columns and a table the names of the glossary. Older programs ask for the names of
-- before, so they may neither read nor write.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;
UPDATE schema_contract SET readable_by = 4, writable_by = 4 WHERE writable_by < 4;
