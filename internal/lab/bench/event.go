package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// event is the row of a policy's issue, as it waits to be published.
type event struct {
	kind             string
	version          int
	effective        time.Time
	common, manifest []byte
	members          []string
	salts, sections  [][]byte
	hash             []byte
}

// issuedEvent issues one policy of six members and reads what that announced.
func (h *house) issuedEvent(ctx context.Context, r *run) (*event, error) {
	const number = 999_999_999 // no other bench of this house has it
	if err := h.preparePolicies(ctx, r, number, 1); err != nil {
		return nil, err
	}
	one, err := call(ctx, h.address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = one.conn.Close() }()
	if err := one.do(h.issue(number)); err != nil {
		return nil, err
	}
	var e event
	err = h.db.Pool.QueryRow(ctx, `SELECT e.type, e.schema_version, e.effective, e.common, e.manifest, e.members, e.salts,
			e.sections, p.hash
		FROM event AS e JOIN event_pending AS p ON p.pool = e.pool AND p.id = e.id
		WHERE e.subject = $1 AND e.type = 'insurance.policy_issued'`, "policy/"+numbered(policyPrefix, number)).
		Scan(&e.kind, &e.version, &e.effective, &e.common, &e.manifest, &e.members, &e.salts, &e.sections, &e.hash)
	if err != nil {
		return nil, fmt.Errorf("read the event of an issue: %w", err)
	}
	_, err = h.db.Pool.Exec(ctx, `TRUNCATE event_pending, event`) // only copies of it are drained
	return &e, err
}

// copyEvent writes an event so many times, each with an id and a subject of its own, in three pools by turns.
func (h *house) copyEvent(ctx context.Context, e *event, prefix string, count int) error {
	pools, subjects, ids := make([]string, count), make([]string, count), make([]uuid.UUID, count)
	now := h.clock.Now()
	for i := range count {
		pools[i], ids[i] = []string{"LH", "IC", "OE"}[i%3], fact.NewID(now)
		subjects[i] = fmt.Sprintf("policy/%s-%s-%d", pools[i], prefix, i)
	}
	_, err := h.db.Pool.Exec(ctx, `WITH copied AS (
			INSERT INTO event (pool, id, type, schema_version, subject, subject_version, effective, recorded,
				audience, common, members, salts, sections, manifest, contract)
			SELECT c.pool, c.id, $4::text, $5::integer, c.subject, 1, $6::date, $7::timestamptz,
				'sections', $8::bytea, $9::text[], $10::bytea[], $11::bytea[], $12::bytea, $14::smallint
			FROM unnest($1::text[], $2::uuid[], $3::text[]) AS c(pool, id, subject)
			RETURNING pool, recorded, subject, subject_version, id
		)
		INSERT INTO event_pending (pool, recorded, subject, subject_version, id, hash)
		SELECT pool, recorded, subject, subject_version, id, $13::bytea FROM copied`,
		pgx.QueryExecModeCacheStatement, pools, ids, subjects, e.kind, e.version, e.effective, now, e.common, e.members,
		e.salts, e.sections, e.manifest, e.hash, pg.Contract)
	if err != nil {
		return fmt.Errorf("write events that wait: %w", err)
	}
	return nil
}
