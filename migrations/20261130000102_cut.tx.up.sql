-- The last cut of the pool's book: whatever is posted from then on is recorded later. NULL before the first.
ALTER TABLE period_head ADD COLUMN cut timestamptz;

--bun:split

-- The month that is being closed: nothing is posted into it any more, but by its close. NULL for none.
ALTER TABLE period_head ADD COLUMN closing date;

--bun:split

-- Finds what was recorded since an instant in a book that has grown for years: rows lie nearly in the order of recording.
CREATE INDEX posting_recorded_idx ON posting USING brin (recorded) WITH (pages_per_range = 32, autosummarize = on);
