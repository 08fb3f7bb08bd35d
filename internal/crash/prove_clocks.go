package crash

import (
	"context"
	"database/sql"

	"gongbao/internal/pg"
)

// proveClocks looks at every clock of every claim: what it stands at was announced, and once. The claims' papers were
// complete long ago, so their clocks were over as soon as they started: a scheduler that dies must have forgotten none.
func (r *run) proveClocks(ctx context.Context, house *House) error {
	if err := house.RunClocks(ctx); err != nil {
		return err
	}
	err := pg.Row(ctx, house.DB, `SELECT count(*), count(*) FILTER (WHERE missed) FROM claim_clock`, nil, &r.report.Clocks,
		&r.report.Missed)
	if err != nil {
		return err
	}
	return pg.Rows(ctx, house.DB, clocksWrong, nil, func(rows *sql.Rows) error {
		var claim, name, what string
		if err := rows.Scan(&claim, &name, &what); err != nil {
			return err
		}
		r.report.ClocksWrong++
		r.report.fault("clock %s of %s %s", name, claim, what)
		return nil
	})
}

// clocksWrong compares the clocks with the events that tell of them.
const clocksWrong = `
	WITH told AS (
		SELECT e.pool, split_part(e.subject, '/', 2) AS claim, e.type, each.c->>'name' AS name,
			coalesce(each.c->>'member', '') AS member
		FROM event AS e, LATERAL (
			SELECT jsonb_array_elements(coalesce(convert_from(e.common, 'UTF8')::jsonb #> '{data,detail,clocks}', '[]')) AS c
			UNION ALL
			SELECT jsonb_array_elements(coalesce(convert_from(s, 'UTF8')::jsonb -> 'clocks', '[]'))
			FROM unnest(e.sections) AS s) AS each
		WHERE e.type LIKE 'claims.clock_%'),
	counted AS (
		SELECT pool, claim, name, member, count(*) FILTER (WHERE type = 'claims.clock_started') AS started,
			count(*) FILTER (WHERE type = 'claims.clock_due_soon') AS soon,
			count(*) FILTER (WHERE type = 'claims.clock_missed') AS missed,
			count(*) FILTER (WHERE type = 'claims.clock_met') AS met,
			count(*) FILTER (WHERE type = 'claims.clock_stopped') AS stopped
		FROM told GROUP BY 1, 2, 3, 4)
	SELECT c.claim, c.name, CASE
			WHEN n.started IS DISTINCT FROM 1 THEN 'was started ' || coalesce(n.started, 0) || ' times'
			WHEN n.soon > 1 OR n.missed > 1 OR n.met > 1 OR n.stopped > 1 THEN 'was announced twice'
			WHEN c.warned <> (n.soon = 1) THEN 'was not announced to be due soon, or nobody knows that it was'
			WHEN c.state = 'running' AND c.missed <> (n.missed = 1) THEN 'was missed, and nobody was told'
			WHEN (c.state = 'met') <> (n.met = 1) OR (c.state = 'stopped') <> (n.stopped = 1) THEN 'ended otherwise than told'
			ELSE 'is over, and was not looked at' END
	FROM claim_clock AS c LEFT JOIN counted AS n USING (pool, claim, name, member)
	WHERE n.started IS DISTINCT FROM 1 OR n.soon > 1 OR n.missed > 1 OR n.met > 1 OR n.stopped > 1
		OR c.warned <> (n.soon = 1) OR c.state = 'running' AND c.missed <> (n.missed = 1)
		OR (c.state = 'met') <> (n.met = 1) OR (c.state = 'stopped') <> (n.stopped = 1)
		OR c.state = 'running' AND c.next IS NOT NULL AND c.due < (now() AT TIME ZONE 'Asia/Shanghai')::date`
