-- A part of a policy's premium is an item of premium; a slice is a layer of a tower to everybody else. Instalments are
-- counted in a sequence.
ALTER TABLE policy_slice RENAME TO premium_item;
--bun:split
ALTER TABLE policy_instalment RENAME COLUMN place TO sequence;
--bun:split
ALTER TABLE premium_item RENAME CONSTRAINT policy_slice_kind_known TO premium_item_kind_known;
--bun:split
ALTER TABLE premium_item RENAME CONSTRAINT policy_slice_pool_policy_kind_endorsement_key
    TO premium_item_pool_policy_kind_endorsement_key;
--bun:split
ALTER TABLE policy_instalment RENAME CONSTRAINT policy_instalment_pool_policy_place_key
    TO policy_instalment_pool_policy_sequence_key;
