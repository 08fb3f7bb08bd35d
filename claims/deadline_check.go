package claims

import "gongbao/ledger"

// DeadlineCheck proves that what every clock stands at was announced, and once: since it last started it was due soon,
// missed, met or stopped as often as it says. It reads all events of clocks, so it is no part of Checks.
func DeadlineCheck() ledger.Check {
	return ledger.Check{Name: "clocks_agree_with_events", Run: query(clocksAgree)}
}

const clocksAgree = `
	WITH told AS (
		SELECT e.pool, split_part(e.subject, '/', 2) AS claim, e.type, e.subject_version AS place, each.c->>'name' AS name,
			coalesce(each.c->>'member', '') AS member, coalesce((each.c->>'number')::int, 0) AS number
		FROM event AS e, LATERAL (
			SELECT jsonb_array_elements(coalesce(
				convert_from(e.common, 'UTF8')::jsonb #> '{data,detail,clocks}', '[]')) AS c
			UNION ALL
			SELECT jsonb_array_elements(coalesce(convert_from(s, 'UTF8')::jsonb -> 'clocks', '[]'))
			FROM unnest(e.sections) AS s) AS each
		WHERE e.type LIKE 'claims.clock_%'),
	begun AS (
		SELECT pool, claim, name, member, number, max(place) AS place FROM told WHERE type = 'claims.clock_started'
		GROUP BY 1, 2, 3, 4, 5),
	counted AS (
		SELECT pool, claim, name, member, number,
			count(*) FILTER (WHERE type = 'claims.clock_due_soon') AS soon,
			count(*) FILTER (WHERE type = 'claims.clock_missed') AS missed,
			count(*) FILTER (WHERE type = 'claims.clock_met') AS met,
			count(*) FILTER (WHERE type = 'claims.clock_stopped') AS stopped
		FROM begun LEFT JOIN told USING (pool, claim, name, member, number)
		WHERE told.place >= begun.place OR told.place IS NULL GROUP BY 1, 2, 3, 4, 5)
	SELECT pool, claim, 'clock ' || name || CASE WHEN member <> '' THEN ' of ' || member ELSE '' END || CASE
			WHEN n.soon IS NULL THEN ' was never announced to have started'
			WHEN c.state IS NULL THEN ' was announced, and does not run'
			WHEN greatest(n.soon, n.missed, n.met, n.stopped) > 1 THEN ' was announced twice'
			WHEN c.warned <> (n.soon = 1) THEN ' is due soon, or was announced to be, and not both'
			ELSE ' stands at ' || c.state || ', which is not what was announced' END
	FROM claim_deadline AS c FULL JOIN counted AS n USING (pool, claim, name, member, number)
	WHERE n.soon IS NULL OR c.state IS NULL OR greatest(n.soon, n.missed, n.met, n.stopped) > 1
		OR c.warned <> (n.soon = 1) OR (c.state = 'met') <> (n.met = 1) OR (c.state = 'stopped') <> (n.stopped = 1)
		OR c.state <> 'met' AND c.missed <> (n.missed = 1)`
