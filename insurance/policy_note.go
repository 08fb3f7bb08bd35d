package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
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
	bun.BaseModel `bun:"table:policy_note"`

	Pool     string    `bun:"pool,pk"    json:"-"`
	Policy   string    `bun:"policy,pk"  json:"-"`
	Name     string    `bun:"key,pk"     json:"name"`
	Value    string    `bun:"value"      json:"value"`
	Version  int64     `bun:"version,pk" json:"version"` // the policy's when it was noted
	Recorded time.Time `bun:"recorded"   json:"recorded"`
	Actor    string    `bun:"actor"      json:"actor"`
}

const noteNameMax = 64 // characters

// NotePolicy refuses, in this order: insurance.policy_invalid (shape of the request), insurance.policy_not_found,
// access.forbidden, insurance.policy_changed.
func (s *Service) NotePolicy(ctx context.Context, cmd NotePolicy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[NotePolicy, nothing]{check: NotePolicy.check, decide: notePolicy})
}

func (cmd NotePolicy) policy() string { return cmd.Policy }

func (cmd NotePolicy) check() error {
	var check fault.Check
	field.Line(&check, "name", cmd.Name, noteNameMax)
	field.LineIf(&check, "value", cmd.Value, textMax)
	return check.Refuse(ErrPolicyInvalid)
}

func notePolicy(p *lockedPolicy, cmd NotePolicy, _ nothing) (Decision, error) {
	after := p.next()
	return Decision{
		Event: EventPolicyNoted, After: after, Effective: calendar.DateOf(after.Recorded),
		Detail: notedDetail{Key: cmd.Name, Value: cmd.Value},
		Note: &Note{
			Pool: after.Pool, Policy: after.Number, Name: cmd.Name, Value: cmd.Value, Version: after.Version,
			Recorded: after.Recorded, Actor: cmd.By.Subject,
		},
	}, nil
}

// Notes lists every value that every note of a policy had, oldest first.
func Notes(ctx context.Context, handle bun.IDB, number string) ([]Note, error) {
	return pg.Listed[Note](ctx, handle, notesOf.With(keyOf(number)))
}
