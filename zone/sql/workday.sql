-- name: AllWorkdays
SELECT :columns FROM workday ORDER BY day
