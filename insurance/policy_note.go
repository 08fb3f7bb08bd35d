package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// NotePolicy writes a note on a policy, by key: a broker's reference, a file number. A new value does not erase the
// old one.
type NotePolicy struct {
	idempotency.Command

	Policy string `json:"policy"`
	Name   string `json:"name"`  // which note
	Value  string `json:"value"` // "" takes it away
}

// Note is one value that a note had.
type Note struct {
	Name     string    `bun:"key"      json:"name"`
	Value    string    `bun:"value"    json:"value"`
	Version  int64     `bun:"version"  json:"version"` // the policy's when it was noted
	Recorded time.Time `bun:"recorded" json:"recorded"`
	Actor    string    `bun:"actor"    json:"actor"`
}

const noteNameMax = 64 // characters

// NotePolicy refuses, in this order: insurance.policy_invalid (shape of the request), insurance.policy_not_found,
// access.forbidden, insurance.policy_changed.
func (s *Service) NotePolicy(ctx context.Context, cmd NotePolicy) (*Policy, error) {
	var check fault.Check
	field.Line(&check, "name", cmd.Name, noteNameMax)
	field.LineIf(&check, "value", cmd.Value, textMax)
	if err := check.Refuse(ErrPolicyInvalid); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "note_policy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion})
			if err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			tx.Queue(`INSERT INTO policy_note (pool, policy, key, version, value, recorded, actor)
				VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				after.Pool, after.Number, cmd.Name, after.Version, cmd.Value, after.Recorded, cmd.By.Subject)
			return &after, book(ctx, tx, &policyEvent{
				kind: EventPolicyNoted, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.bound(), effective: calendar.DateOf(after.Recorded), period: h.period,
				data: notedDetail{Key: cmd.Name, Value: cmd.Value},
			})
		})
}

// Notes lists every value that every note of a policy had, oldest first.
func Notes(ctx context.Context, handle bun.IDB, number string) ([]Note, error) {
	var notes []Note
	err := handle.NewSelect().Table("policy_note").Column("key", "value", "version", "recorded", "actor").
		Where("pool = ? AND policy = ?", PoolOf(number), number).Order("version").Scan(ctx, &notes)
	return notes, err
}
