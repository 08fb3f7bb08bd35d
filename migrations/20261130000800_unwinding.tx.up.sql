-- A run of settlement that cannot be completed is unwound: what was paid is given back by opposite orders, and its items are free.

-- Who proposed to unwind it; '' for nobody. Who approved it stands in unwound_by, and why in reason.
ALTER TABLE settlement ADD COLUMN unwind_proposed_by text NOT NULL DEFAULT '';

--bun:split

-- When its unwinding was approved: from then on nothing of its orders is owed, and what was paid is to be given back.
ALTER TABLE settlement ADD COLUMN unwind_approved timestamptz;

--bun:split

ALTER TABLE settlement ADD CONSTRAINT settlement_unwound_by_another CHECK (unwound_by = '' OR unwound_by <> unwind_proposed_by);

--bun:split

ALTER TABLE settlement ADD CONSTRAINT settlement_unwinding_is_approved CHECK (
    (state IN ('unwinding', 'unwound')) = (unwind_approved IS NOT NULL) AND (unwound_by <> '') = (unwind_approved IS NOT NULL));

--bun:split

-- The order of the same run of which this one gives back what was paid; '' for an order that the items say.
ALTER TABLE payment_order ADD COLUMN opposite_of text NOT NULL DEFAULT '';
