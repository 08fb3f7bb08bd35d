-- name: MayChangePostings
-- Whether the login may do what nobody is meant to do: the book is append only.
SELECT has_table_privilege('posting', 'UPDATE');
