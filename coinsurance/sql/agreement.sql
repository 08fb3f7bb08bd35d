-- name: AgreementVersion
SELECT :columns FROM agreement WHERE pool = @pool AND version = @version

-- name: ParticipationsOfVersion
SELECT :columns FROM agreement_member WHERE pool = @pool AND version = @version ORDER BY sequence

-- name: VersionsOfPool
SELECT version FROM agreement WHERE pool = @pool ORDER BY version

-- name: AcceptedVersions
-- A pool has few versions: whoever knows the day picks the one in force, and asks no second time.
SELECT :columns FROM agreement WHERE pool = @pool AND state = 'accepted' ORDER BY starts DESC

-- name: FirstDayOfPool
SELECT min(starts) FROM agreement WHERE pool = @pool AND state = 'accepted'

-- name: NewestVersion
-- For a pool without versions it gives zero and no day.
SELECT coalesce(max(version), 0), max(starts) FROM agreement WHERE pool = @pool
