package feed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
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

// head is the last position of a pool.
type head struct {
	bun.BaseModel `bun:"table:feed_head"`

	Pool     string `bun:"pool,pk"`
	Position int64  `bun:"position"`
}

type ofPool struct{ Pool string }

var (
	headsOf = pg.Select[head, pg.None](statements, "Heads")
	headOf  = pg.Select[head, ofPool](statements, "Head")
)

// Heads gives the last position of every pool.
func Heads(ctx context.Context, db *pg.DB) (map[string]int64, error) {
	positions := map[string]int64{}
	for _, part := range db.All() {
		heads, err := pg.Listed[head](ctx, part, headsOf.With(pg.None{}))
		if err != nil {
			return nil, err
		}
		for _, one := range heads {
			positions[one.Pool] = one.Position
		}
	}
	return positions, nil
}

// placed is an event at its place in the feed.
type placed struct {
	fact.Event

	Position int64  `bun:"position"`
	Hash     []byte `bun:"hash"`
}

type pageArgs struct {
	Pool  string
	After int64
	Most  int
}

var pageOf = pg.Select[placed, pageArgs](statements, "Page")

// List lists a pool's facts after a position, in the feed's order. The regulator and the pool manager see
// everything, a member the facts of whose audience it is, with its own section; the operator is refused with
// access.forbidden.
func List(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, after int64, limit int,
) ([]Published, error) {
	if by.Kind == access.Operator {
		return nil, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("facts")})
	}
	events, err := pg.Listed[placed](ctx, handle, pageOf.With(pageArgs{pool, after, min(max(limit, 1), PublishedMax)}))
	if err != nil {
		return nil, err
	}
	facts := make([]Published, len(events))
	for i := range events {
		facts[i] = events[i].seenBy(by)
	}
	return facts, nil
}

// Scanned is how many places of the feed one page of a type looks at, so that a rare type needs no index: a page may
// have few facts, or none, and still say where to go on.
const Scanned = 10_000

type typeArgs struct {
	Pool    string
	After   int64
	Scanned int
	Type    string
	Most    int
}

var pageOfType = pg.Select[placed, typeArgs](statements, "PageOfType")

// ListOfType lists a pool's facts after a position whose type begins with a text, as far as the principal may see them,
// and the position to go on from; 0 at the end. It refuses as List does.
func ListOfType(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, kind string, after int64, limit int,
) (facts []Published, next int64, err error) {
	if by.Kind == access.Operator {
		return nil, 0, access.ErrForbidden.Case(fault.Args{"person": by.Subject, "unseen": fault.Say("facts")})
	}
	last, err := pg.Found[head](ctx, handle, headOf.With(ofPool{pool})) // first: what comes meanwhile is another page's
	if err != nil {
		return nil, 0, err
	}
	most := min(max(limit, 1), PublishedMax)
	events, err := pg.Listed[placed](ctx, handle, pageOfType.With(typeArgs{pool, after, Scanned, kind, most}))
	for i := range events {
		if seen := events[i].seenBy(by); seen.Type != "" { // nobody is told of what type a fact of others is
			facts = append(facts, seen)
		}
	}
	switch {
	case len(events) == most:
		next = events[most-1].Position
	case last != nil && last.Position > after+Scanned:
		next = after + Scanned
	}
	return facts, next, err
}

// seenBy is what a principal may see of an event.
func (p *placed) seenBy(by access.Principal) Published {
	seen := Published{Position: p.Position, LeafHash: p.Hash}
	sections, sees := p.SeenBy(by)
	if !sees {
		return seen
	}
	seen.ID, seen.Type, seen.Subject, seen.Recorded = &p.ID, p.Type, p.Subject, &p.Recorded
	seen.Common, seen.CommonSalt, seen.Sections, seen.Manifest = p.Common, p.Salts[0], sections, p.Manifest
	return seen
}
