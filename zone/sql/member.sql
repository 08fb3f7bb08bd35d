-- name: AllMembers
SELECT :columns FROM member ORDER BY code

-- name: MembersByCode
SELECT :columns FROM member WHERE code = ANY (@codes::text[])
