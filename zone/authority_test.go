package zone_test

import (
	"errors"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/zone"
)

var (
	admin  = access.Person("admin", access.Member, "A", access.Administrator)
	second = access.Person("second", access.Member, "A", access.Administrator)
)

func yuan(text string) *money.Amount {
	amount := money.MustAmount(text)
	return &amount
}

// limits proposes and accepts a limit of A.
func (z fixture) limits(t *testing.T, role access.Role, line, from string, amount *money.Amount) {
	t.Helper()
	proposed, err := z.ProposeLimit(t.Context(), zone.ProposeLimit{
		Command:      idempotency.By(admin),
		Organisation: "A", Role: role, Line: line, From: calendar.MustDate(from), Amount: amount,
	})
	if err == nil {
		_, err = z.AcceptLimit(t.Context(), zone.AcceptLimit{
			Command: idempotency.By(second), Organisation: "A", Number: proposed.Number,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestProposeLimitRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	type command = zone.ProposeLimit
	tests := []struct {
		name   string
		change func(*command)
		wanted error
	}{
		{"by an underwriter", func(c *command) {
			c.By = access.Person("li", access.Member, "A", access.SeniorUnderwriter)
		}, access.ErrForbidden},
		{"of another organisation", func(c *command) { c.Organisation = "B" }, access.ErrForbidden},
		{"by the pool manager", func(c *command) {
			c.By = access.Person("x", access.Manager, "", access.Administrator)
		}, access.ErrForbidden},
		{"of a role that decides nothing", func(c *command) { c.Role = access.Reader }, zone.ErrLimitInvalid},
		{"of a line that can be none", func(c *command) { c.Line = "a b" }, zone.ErrLimitInvalid},
		{"from yesterday", func(c *command) { c.From = calendar.MustDate("2025-12-31") }, zone.ErrLimitInvalid},
		{"below zero", func(c *command) { c.Amount = yuan("-0.01") }, zone.ErrLimitInvalid},
		{"of a stranger", func(c *command) {
			c.By, c.Organisation = access.Person("x", access.Member, "X", access.Administrator), "X"
		}, zone.ErrMemberNotFound},
	}
	for _, test := range tests {
		t.Run("Err "+test.name, func(t *testing.T) {
			cmd := zone.ProposeLimit{
				Command: idempotency.By(admin), Organisation: "A", Role: access.Underwriter, Amount: yuan("1.00"),
			}
			test.change(&cmd)
			z.refuses(t, test.wanted, func() error { _, err := z.ProposeLimit(t.Context(), cmd); return err })
		})
	}
}

// TestAcceptLimitOrder breaks every rule of an acceptance at once and mends one after the other.
func TestAcceptLimitOrder(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	_, err := z.ProposeLimit(t.Context(), zone.ProposeLimit{
		Command: idempotency.By(admin), Organisation: "A", Role: access.Underwriter, Amount: yuan("1.00"),
	})
	if err != nil {
		t.Fatal(err)
	}
	accept := func(by access.Principal, number int64) func() error {
		return func() error {
			_, err := z.AcceptLimit(t.Context(), zone.AcceptLimit{
				Command: idempotency.By(by), Organisation: "A", Number: number,
			})
			return err
		}
	}
	z.refuses(t, access.ErrForbidden, accept(access.Person("x", access.Member, "A", access.Underwriter), 9))
	z.refuses(t, zone.ErrLimitNotFound, accept(admin, 9))
	z.refuses(t, access.ErrForbidden, accept(access.Person("x", access.Member, "B", access.Administrator), 1))
	z.refuses(t, access.ErrMakerIsChecker, accept(admin, 1))
	if err := accept(second, 1)(); err != nil {
		t.Fatal(err)
	}
	z.refuses(t, zone.ErrLimitAccepted, accept(admin, 1))
}

func TestLimitOf(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	li := access.Person("li", access.Member, "A", access.Underwriter)
	senior := access.Person("wang", access.Member, "A", access.Underwriter, access.SeniorUnderwriter)
	z.limits(t, access.Underwriter, "", "2026-01-01", yuan("100.00"))
	z.limits(t, access.Underwriter, "first_set", "2026-02-01", yuan("200.00"))
	z.limits(t, access.Underwriter, "first_set", "2026-03-01", yuan("50.00"))
	z.limits(t, access.Underwriter, "first_set", "2026-04-01", nil)
	z.limits(t, access.SeniorUnderwriter, "", "2026-03-01", yuan("1000.00"))
	if _, err := z.ProposeLimit(t.Context(), zone.ProposeLimit{
		Command: idempotency.By(admin), Organisation: "A", Role: access.Underwriter, Amount: yuan("1.00"),
	}); err != nil { // proposed only: it counts for nothing
		t.Fatal(err)
	}
	tests := []struct {
		by        access.Principal
		role      access.Role
		line, day string
		wanted    string // "" for no limit
	}{
		{li, access.Underwriter, "first_set", "2025-12-31", ""},
		{li, access.Underwriter, "first_set", "2026-01-01", "100.00"},
		{li, access.Underwriter, "first_set", "2026-02-01", "200.00"},
		{li, access.Underwriter, "first_set", "2026-02-28", "200.00"},
		{li, access.Underwriter, "first_set", "2026-03-01", "50.00"},
		{li, access.Underwriter, "first_set", "2026-04-01", ""},
		{li, access.Underwriter, "pilot_test", "2026-04-01", "100.00"},
		{li, access.Claims, "first_set", "2026-03-01", ""},
		{senior, access.Underwriter, "first_set", "2026-02-01", ""},
		{senior, access.Underwriter, "first_set", "2026-03-01", "1000.00"},
		{access.Person("li", access.Member, "B", access.Underwriter), access.Underwriter, "first_set", "2026-03-01", ""},
		{clerk, access.Underwriter, "first_set", "2026-03-01", ""},
	}
	for _, test := range tests {
		day := calendar.MustDate(test.day)
		limit, err := zone.LimitOf(t.Context(), z.db, test.by, test.role, test.line, day)
		got := ""
		if limit.Most != nil {
			got = limit.Most.String()
		}
		if err != nil || got != test.wanted {
			t.Errorf("%s on %s, %s: got %q, %v, wanted %q", test.by, test.line, day, got, err, test.wanted)
		}
	}
}

// TestLimitIsNotOfThePast: a limit accepted after its first day begins on the day of acceptance.
func TestLimitIsNotOfThePast(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	proposed, err := z.ProposeLimit(t.Context(), zone.ProposeLimit{
		Command: idempotency.By(admin), Organisation: "A", Role: access.Claims, Amount: yuan("1.00"),
	})
	if err != nil || proposed.Starts.String() != "2026-01-01" || proposed.Line != zone.EveryLine {
		t.Fatalf("got %+v, %v", proposed, err)
	}
	z.clock.Set(calendar.MustDate("2026-01-05").Noon())
	accepted, err := z.AcceptLimit(t.Context(), zone.AcceptLimit{
		Command: idempotency.By(second), Organisation: "A", Number: 1,
	})
	if err != nil || accepted.Starts.String() != "2026-01-05" || accepted.AcceptedBy != second.Subject {
		t.Fatalf("got %+v, %v", accepted, err)
	}
	for by, wanted := range map[string]int{"A": 1, "B": -1} {
		limits, err := zone.ViewLimits(t.Context(), z.db, access.Person("r", access.Member, by, access.Reader), "A")
		if wanted < 0 {
			if !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s sees %v, %v", by, limits, err)
			}
			continue
		}
		if err != nil || len(limits) != wanted || limits[0].State != zone.LimitAccepted {
			t.Errorf("%s sees %+v, %v", by, limits, err)
		}
	}
}
