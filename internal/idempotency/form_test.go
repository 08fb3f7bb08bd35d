package idempotency_test

import (
	"errors"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
)

type terms struct {
	Premium money.Amount `json:"premium"`
	Members []string     `json:"members"`
}

type asked struct {
	By      access.Principal `json:"-"`
	Policy  string           `json:"policy"`
	Premium money.Amount     `json:"premium"`
	Members []string         `json:"members"`
	LossDay calendar.Date
	Facts   map[string]any `json:"facts"`
}

type askedLater struct { // fields moved into an embedded struct, tagged, added
	idempotency.Command
	terms

	Added  *money.Amount  `json:"added"`
	Day    calendar.Date  `json:"loss_day"`
	Number string         `json:"policy"`
	Facts  map[string]any `json:"facts"`
}

// What is the same command over an upgrade is found by its form, not by the struct of the day.
func TestTheFormOfACommandOutlastsItsStruct(t *testing.T) {
	t.Parallel()
	day := calendar.NewDate(2026, 1, 5)
	before := asked{
		By: access.Person("li", access.Member, "A", access.Underwriter), Policy: "IC-P1", Premium: money.Fen(100),
		Members: []string{"A", "B"}, LossDay: day, Facts: map[string]any{"b": 1, "a": []any{nil, ""}},
	}
	later := askedLater{
		Command: idempotency.Command{By: before.By, IdempotencyKey: "k", IfVersion: 3}, Number: "IC-P1",
		terms: terms{Premium: money.Fen(100), Members: []string{"A", "B"}},
		Day:   day, Facts: map[string]any{"a": []any{nil, ""}, "b": 1},
	}
	const form = `{"facts":{"a":[null,""],"b":1},"loss_day":"2026-01-05","members":["A","B"],` +
		`"policy":"IC-P1","premium":"1.00"}`
	for _, command := range []any{before, &before, later} {
		if got := idempotency.Form(t, command); got != form {
			t.Errorf("%T:\n got %s\nwant %s", command, got, form)
		}
	}
	zero := money.Fen(0)
	later.Added = &zero
	if got := idempotency.Form(t, later); got == form {
		t.Error("zero that was said is the same as nothing said")
	}
	if got := idempotency.Form(t, asked{Members: []string{}, Facts: map[string]any{}}); got != `{}` {
		t.Errorf("nothing said: %s", got)
	}
}

// A row of before the upgrade says that the command of then was done, not that another one was.
func TestAKeyOfTheOldFormIsRefusedInItsOwnWords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.run(t.Context(), b.scope, command{Amount: "1.00"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.db.Superuser.Pool.Exec(t.Context(), `UPDATE idempotency SET form = 1`); err != nil {
		t.Fatal(err)
	}
	if got, err := b.run(t.Context(), b.scope, command{Amount: "1.00"}); !errors.Is(err, idempotency.ErrKeyOfOldForm) {
		t.Errorf("got %v, %v", got, err)
	}
	if got := b.effects(t); got != 1 {
		t.Errorf("%d effects, wanted 1", got)
	}
}
