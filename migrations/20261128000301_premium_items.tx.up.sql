-- A part of a policy's premium is an item of premium; a slice is a layer of a tower to everybody else. Instalments are
-- counted in a sequence. The names of constraints stay: errors are told by them.
ALTER TABLE policy_slice RENAME TO premium_item;
--bun:split
ALTER TABLE policy_instalment RENAME COLUMN place TO sequence;
