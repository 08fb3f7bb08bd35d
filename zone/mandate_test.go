package zone_test

import (
	"context"
	"errors"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/zone"
)

// mandates are the commands of a mandate of A.
type mandates struct {
	fixture

	t *testing.T
}

func (m mandates) propose(by access.Principal, code, from string) func() error {
	return func() error {
		cmd := zone.ProposeMandate{Command: idempotency.By(by), Member: code}
		if from != "" {
			cmd.From = calendar.MustDate(from)
		}
		_, err := m.ProposeMandate(m.t.Context(), cmd)
		return err
	}
}

func (m mandates) decide(by access.Principal, give bool) func() error {
	return func() error {
		_, err := m.DecideMandate(m.t.Context(), zone.DecideMandate{
			Command: idempotency.By(by), Member: "A", Number: 1, Give: give,
		})
		return err
	}
}

func (m mandates) withdraw(by access.Principal, number int64) func() error {
	return func() error {
		_, err := m.WithdrawMandate(m.t.Context(), zone.WithdrawMandate{
			Command: idempotency.By(by), Member: "A", Number: number,
		})
		return err
	}
}

func (m mandates) does(act func() error) {
	m.t.Helper()
	if err := act(); err != nil {
		m.t.Fatal(err)
	}
}

func (m mandates) fails(wanted error, act func() error) {
	m.t.Helper()
	m.refuses(m.t, wanted, act)
}

// pays wants what becomes of a payment from the account of A on a day.
func (m mandates) pays(day string, wanted error) {
	m.t.Helper()
	err := pg.InTx(m.t.Context(), m.db.DB, func(ctx context.Context, tx *pg.Tx) error {
		held, err := zone.HoldMandates(ctx, tx, []string{"A"})
		if err == nil {
			err = held.Require("A", calendar.MustDate(day))
		}
		return err
	})
	if !errors.Is(err, wanted) {
		m.t.Errorf("on %s: got %v, wanted %v", day, err, wanted)
	}
}

// TestTheManagerPaysForAMemberByItsMandateOnly tells a mandate's life: proposed, given, withdrawn.
func TestTheManagerPaysForAMemberByItsMandateOnly(t *testing.T) {
	t.Parallel()
	m := mandates{newZone(t), t}
	m.clock.Set(calendar.MustDate("2026-01-05").Noon())
	m.fails(access.ErrForbidden, m.propose(clerk, "A", ""))
	m.fails(access.ErrForbidden, m.propose(member, "A", ""))
	m.fails(access.ErrForbidden, m.propose(keeper, "B", ""))
	m.fails(zone.ErrMandateInvalid, m.propose(keeper, "A", "2026-01-04"))
	m.fails(zone.ErrMemberNotFound, m.propose(access.Person("x", access.Member, "X", access.Administrator), "X", ""))
	m.does(m.propose(keeper, "A", "2026-01-06"))
	m.fails(zone.ErrMandateExists, m.propose(keeper, "A", ""))
	m.pays("2026-01-06", zone.ErrMandateMissing)
	m.fails(access.ErrForbidden, m.decide(clerk, true))
	m.fails(access.ErrMakerIsChecker, m.decide(keeper, true))
	m.fails(zone.ErrMandateNotGiven, m.withdraw(keeper, 1))
	m.does(m.decide(second, true))
	m.fails(zone.ErrMandateDecided, m.decide(second, false))
	m.pays("2026-01-05", zone.ErrMandateMissing)
	m.pays("2026-01-06", nil)
	m.fails(access.ErrForbidden, m.withdraw(clerk, 1))
	m.fails(zone.ErrMandateNotFound, m.withdraw(keeper, 2))
	m.does(m.withdraw(keeper, 1))
	m.pays("2026-01-06", zone.ErrMandateMissing)
	m.does(m.propose(second, "A", ""))
	seen, err := zone.ViewMandates(t.Context(), m.db, regulator, "A")
	if err != nil || len(seen) != 2 || seen[0].State != zone.MandateWithdrawn ||
		seen[0].WithdrawnBy != keeper.Subject || seen[1].State != zone.MandateProposed {
		t.Errorf("what is seen: %+v, %v", seen, err)
	}
	if _, err := zone.ViewMandates(t.Context(), m.db, foreign, "A"); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("another member sees them: %v", err)
	}
}
