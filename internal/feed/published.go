package feed

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// PublishedMax is the most facts one page lists.
const PublishedMax = 500

// Published is a fact at its place in the feed, as far as one principal may see it. Every place is listed, so that who
// reads can tell that none is missing; of a fact that does not concern the reader only the leaf of the proof log.
type Published struct {
	Position int64          `json:"position"`
	LeafHash fact.HexDigest `json:"leaf_hash"` // SHA-256 of the manifest, hex

	ID         *uuid.UUID             `json:"id,omitempty"`
	Type       string                 `json:"type,omitempty"`
	Subject    string                 `json:"subject,omitempty"`
	Recorded   *time.Time             `json:"recorded,omitempty"`
	Common     json.RawMessage        `json:"common,omitempty"`
	CommonSalt fact.HexDigest         `json:"common_salt,omitempty"`
	Sections   []fact.EnvelopeSection `json:"sections,omitempty"` // the reader's own, or all
	Manifest   json.RawMessage        `json:"manifest,omitempty"`
}

// Heads gives the last position of every pool.
func Heads(ctx context.Context, db *pg.DB) (map[string]int64, error) {
	heads := map[string]int64{}
	for _, part := range db.All() {
		if err := pg.Rows(ctx, part, `SELECT pool, position FROM feed_head`, nil, func(rows *sql.Rows) error {
			var pool string
			var position int64
			if err := rows.Scan(&pool, &position); err != nil {
				return err
			}
			heads[pool] = position
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return heads, nil
}

// List lists a pool's facts after a position, in the feed's order. The regulator and the pool manager see
// everything, a member the facts that concern it with its own section; the operator is refused with access.forbidden.
func List(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, after int64, limit int,
) ([]Published, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.With("%s may not see facts", by.Subject)
	}
	facts := []Published{}
	args := []any{pool, after, min(max(limit, 1), PublishedMax)}
	err := pg.Rows(ctx, handle, `
		SELECT f.position, f.hash, e.id, e.type, e.subject, e.recorded, e.common, to_json(e.members)::text,
			(SELECT coalesce(json_agg(encode(s, 'hex')), '[]')::text FROM unnest(e.salts) AS s),
			(SELECT coalesce(json_agg(convert_from(s, 'UTF8')), '[]')::text FROM unnest(e.sections) AS s), e.manifest
		FROM feed_position AS f JOIN event AS e ON e.pool = f.pool AND e.id = f.event
		WHERE f.pool = $1 AND f.position > $2 ORDER BY f.position LIMIT $3`, args,
		func(rows *sql.Rows) error {
			fact, err := scanPublished(rows, by)
			facts = append(facts, fact)
			return err
		})
	return facts, err
}

func scanPublished(rows *sql.Rows, by access.Principal) (Published, error) {
	var found Published
	var id uuid.UUID
	var recorded time.Time
	var common, manifest []byte
	var members, salts, sections string
	err := rows.Scan(&found.Position, (*[]byte)(&found.LeafHash), &id, &found.Type, &found.Subject, &recorded, &common,
		&members, &salts, &sections, &manifest)
	if err != nil {
		return found, err
	}
	var named, bodies []string
	var salted []fact.HexDigest
	err = errors.Join(json.Unmarshal([]byte(members), &named), json.Unmarshal([]byte(sections), &bodies),
		json.Unmarshal([]byte(salts), &salted))
	if err != nil {
		return found, err
	}
	for i, member := range named {
		if by.Kind != access.Member || by.IsMember(member) {
			found.Sections = append(found.Sections, fact.EnvelopeSection{
				Member: member, Salt: salted[i+1], Body: json.RawMessage(bodies[i]),
			})
		}
	}
	if !concerns(by, found.Subject, len(named), len(found.Sections)) {
		return Published{Position: found.Position, LeafHash: found.LeafHash}, nil
	}
	found.ID, found.Recorded, found.Common, found.Manifest = &id, &recorded, common, manifest
	found.CommonSalt = salted[0]
	return found, nil
}

// concerns says whether the principal may see a fact's common part: everybody's facts are those on members, pools,
// agreements, periods and the feed itself; those with sections are for whom they have one; the rest, quotations, are
// the underwriters'.
func concerns(by access.Principal, subject string, members, own int) bool {
	if by.Kind != access.Member {
		return true
	}
	if members > 0 {
		return own > 0
	}
	kind, _, _ := strings.Cut(subject, "/")
	switch kind {
	case "member", "pool", "agreement", "period", "feed":
		return true
	default:
		return false
	}
}
