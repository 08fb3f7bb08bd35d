-- What silence on a statement means, and what is netted by itself only. The agreements of before said neither.
ALTER TABLE agreement ADD COLUMN silence text NOT NULL DEFAULT 'none';

--bun:split

ALTER TABLE agreement ADD CONSTRAINT agreement_silence_known CHECK (silence IN ('none', 'confirms'));

--bun:split

ALTER TABLE agreement ADD COLUMN ring_fence text NOT NULL DEFAULT 'none';

--bun:split

ALTER TABLE agreement ADD CONSTRAINT agreement_ring_fence_known
    CHECK (ring_fence IN ('none', 'line', 'year', 'line_year'));
