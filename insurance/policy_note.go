package insurance

import (
	"context"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
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
