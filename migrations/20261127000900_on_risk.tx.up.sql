-- When a policy is on risk: nothing of it is written, shared or owed between members before. Programs from before would
-- book at issue, so they may not write any longer; nor read, for they take a policy that was issued for one in force.
LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;
UPDATE schema_contract SET readable_by = 2, writable_by = 2 WHERE writable_by < 2;

ALTER TABLE policy ADD COLUMN IF NOT EXISTS issued         date;        -- the day it was signed
ALTER TABLE policy ADD COLUMN IF NOT EXISTS on_risk        date;        -- the day its premium was written; from then on
                                                                        -- nothing of it is dated before
ALTER TABLE policy ADD COLUMN IF NOT EXISTS on_risk_period date;        -- accounting month of that
ALTER TABLE policy ADD COLUMN IF NOT EXISTS quoted         timestamptz; -- when it came into the book

ALTER TABLE policy DROP CONSTRAINT IF EXISTS policy_state_known;
ALTER TABLE policy ADD CONSTRAINT policy_state_known
    CHECK (state IN ('quoted', 'issued', 'in_force', 'cancelled'));

-- What was booked at issue stays as it was booked; policies that have not begun are taken back by the step in Go.
UPDATE policy SET issued = CASE e.type WHEN 'insurance.policy_imported' THEN e.effective
        ELSE (e.recorded AT TIME ZONE 'Asia/Shanghai')::date END,
    on_risk = e.effective, on_risk_period = s.period
FROM event AS e, policy_slice AS s
WHERE e.pool = policy.pool AND e.subject = 'policy/' || policy.number
    AND e.type IN ('insurance.policy_issued', 'insurance.policy_imported')
    AND s.pool = policy.pool AND s.policy = policy.number AND s.endorsement = ''
    AND policy.agreement_version > 0 AND policy.on_risk IS NULL AND policy.issued IS NULL;

UPDATE policy SET quoted = e.recorded FROM event AS e
WHERE e.pool = policy.pool AND e.subject = 'policy/' || policy.number AND e.subject_version = 1 AND policy.quoted IS NULL;
UPDATE policy SET quoted = recorded WHERE quoted IS NULL;
ALTER TABLE policy ALTER COLUMN quoted SET NOT NULL;

CREATE INDEX IF NOT EXISTS policy_pool_starts_idx ON policy (pool, starts)
    WHERE on_risk IS NULL AND agreement_version > 0;

-- Cancellations and their reinstatements are slices too, each with the accounting month in which it was posted. A slice
-- of a policy that is not on risk yet has no month: it is posted with the rest when the policy goes on risk.
ALTER TABLE policy_slice ADD COLUMN IF NOT EXISTS kind text NOT NULL DEFAULT 'premium';
ALTER TABLE policy_slice ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE policy_slice ALTER COLUMN period DROP NOT NULL;
ALTER TABLE policy_slice DROP CONSTRAINT IF EXISTS policy_slice_kind_known;
ALTER TABLE policy_slice ADD CONSTRAINT policy_slice_kind_known
    CHECK (kind IN ('premium', 'cancellation', 'reinstatement'));
ALTER TABLE policy_slice DROP CONSTRAINT IF EXISTS policy_slice_pool_policy_endorsement_key;
ALTER TABLE policy_slice DROP CONSTRAINT IF EXISTS policy_slice_pool_policy_kind_endorsement_key;
ALTER TABLE policy_slice ADD CONSTRAINT policy_slice_pool_policy_kind_endorsement_key
    PRIMARY KEY (pool, policy, kind, endorsement);

INSERT INTO policy_slice (pool, policy, kind, endorsement, amount, earned_from, period, recorded)
SELECT pool, number, 'cancellation', version::text, -returned, cancelled, cancel_period, recorded
FROM policy WHERE state = 'cancelled'
ON CONFLICT DO NOTHING;
ALTER TABLE policy DROP COLUMN IF EXISTS cancel_period;

-- What insurance must know of the claims on a policy before it gives premium back; claims keep it up in their own
-- transactions.
CREATE TABLE IF NOT EXISTS policy_claim (
    pool     text    NOT NULL,
    policy   text    NOT NULL,
    claim    text    NOT NULL,
    loss_day date    NOT NULL,
    open     boolean NOT NULL,
    paid     bigint  NOT NULL, -- indemnity and expense, at 100 %, in fen
    used     bigint  NOT NULL, -- indemnity approved or paid, the larger, at 100 %, in fen
    CONSTRAINT policy_claim_pool_policy_claim_key PRIMARY KEY (pool, policy, claim)
);
INSERT INTO policy_claim (pool, policy, claim, loss_day, open, paid, used)
SELECT pool, policy, number, loss_day, state NOT IN ('closed', 'refused', 'withdrawn'), paid_indemnity + paid_expense,
    greatest(approved_indemnity, paid_indemnity)
FROM claim ON CONFLICT DO NOTHING;
