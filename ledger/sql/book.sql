-- name: ListPostings
-- The postings of a book in the order of recording; what is left empty does not count. The statement is planned for the
-- arguments it has, so a part that does not count costs nothing.
SELECT :columns FROM book_posting
WHERE (@book = '' OR book = @book) AND (@pool = '' OR pool = @pool) AND (@policy = '' OR policy = @policy)
	AND (@account::text = '' OR nullif(@account, '')::account IN (debit, credit))
	AND (@from_day::date IS NULL OR effective >= @from_day) AND (@to_day::date IS NULL OR effective <= @to_day)
	AND (@after_recorded::timestamptz IS NULL
		OR (recorded, journal, line) > (@after_recorded, @after_journal::uuid, @after_line::int))
ORDER BY recorded, journal, line LIMIT @most

-- name: ExportPostings
-- Every posting in the order of the books: effective day, journal, line.
SELECT :columns FROM book_posting WHERE pool = @pool ORDER BY effective, journal, line
