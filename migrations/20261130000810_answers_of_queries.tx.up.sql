-- For which member a query of a statement was answered; '' for the pool manager, or when nobody has answered. Until now nobody
-- could.
ALTER TABLE statement_query ADD COLUMN answerer text NOT NULL DEFAULT '';

--bun:split

-- What proves the answer.
ALTER TABLE statement_query ADD COLUMN answer_document text NOT NULL DEFAULT '';
