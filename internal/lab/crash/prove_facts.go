package crash

import (
	"context"

	"gongbao/internal/pg"
)

// proveOnce wants exactly one fact of every command that was done, however often it was sent: a policy has as many
// versions as there are keys of commands on it, and as many facts.
func (r *run) proveOnce(ctx context.Context, house *House) error {
	r.report.Twice, r.report.Cleared = r.acknowledged.twice, r.acknowledged.cleared
	r.report.Refusals = r.acknowledged.refusals
	if r.report.Twice > 0 {
		r.report.fault("%d versions were acknowledged to two commands", r.report.Twice)
	}
	var wrong int64
	err := pg.Row(ctx, house.DB, `SELECT count(*) FROM policy p
		FULL JOIN (SELECT pool, substr(key, 3) AS number, count(*) AS done FROM idempotency
			WHERE operation LIKE 'insurance.%' GROUP BY 1, 2) k ON k.pool = p.pool AND k.number = p.number
		FULL JOIN (SELECT pool, substr(subject, 8) AS number, count(*) AS told FROM event
			WHERE subject LIKE 'policy/%' GROUP BY 1, 2) e ON e.pool = p.pool AND e.number = p.number
		WHERE p.version IS DISTINCT FROM e.told OR p.version IS DISTINCT FROM k.done
			AND coalesce(p.number, k.number, '') NOT LIKE '%-T%'`, nil, &wrong) // imported ones have no keys
	if err != nil {
		return err
	}
	if r.report.Twice += wrong; wrong > 0 {
		r.report.fault("%d policies have more or fewer versions than commands and facts", wrong)
	}
	return nil
}

// proveTime wants the recorded time of a subject and the known time of a pool never to go back, and every answer that
// was final to be the same still.
func (r *run) proveTime(ctx context.Context, house *House) error {
	for _, query := range []string{
		`SELECT count(*) FROM (SELECT recorded < lag(recorded)
			OVER (PARTITION BY pool, subject ORDER BY subject_version) AS back FROM event) e WHERE back`,
		`SELECT count(*) FROM (SELECT known < lag(known)
			OVER (PARTITION BY pool ORDER BY position) AS back FROM feed_position) p WHERE back`,
	} {
		var back int64
		if err := pg.Row(ctx, house.DB, query, nil, &back); err != nil {
			return err
		}
		if r.report.Backwards += back; back > 0 {
			r.report.fault("%d times are before the one they follow: %s", back, query)
		}
	}
	for _, before := range r.final {
		after := before
		err := pg.Row(ctx, house.DB, `SELECT count(*) FROM feed_position WHERE pool = $1 AND known <= $2`,
			[]any{before.pool, before.known}, &after.count)
		if err != nil {
			return err
		}
		if r.report.Final++; after != before {
			r.report.Backwards++
			r.report.fault("%s had finally %d facts by %s, and has %d", before.pool, before.count, before.known, after.count)
		}
	}
	return nil
}
