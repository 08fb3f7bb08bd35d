-- name: Promote
SELECT pg_promote(true, 60)
