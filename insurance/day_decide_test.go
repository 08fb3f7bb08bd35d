package insurance

import (
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// What the calendar asks for of a policy by a day, without a database. The day's work refuses nothing.
func TestDayDecides(t *testing.T) {
	t.Parallel()
	issued := func(p *lockedPolicy) {
		asQuoted(p)
		p.Policy.Status = Issued
	}
	instalments := func(p *lockedPolicy) {
		p.Policy.Instalments = []Instalment{
			{Due: p.today.AddDays(-1), Amount: money.MustAmount("6000.00")},
			{Due: p.today, Amount: money.MustAmount("4000.00")},
		}
		p.Policy.NextDue = p.today.AddDays(-1)
	}
	ended := func(p *lockedPolicy) { p.Policy.Ends = p.today.AddDays(-1) }
	for _, test := range []struct {
		name      string
		change    func(*lockedPolicy)
		event     string
		effective string
	}{
		{"nothing is due", func(*lockedPolicy) {}, "", ""},
		{"a quotation never begins", asQuoted, "", ""},
		{"a policy issued ahead goes on risk on its first day", issued, EventPolicyIncepted, "2026-01-01"},
		{"it does so before an instalment falls due", func(p *lockedPolicy) {
			issued(p)
			instalments(p)
		}, EventPolicyIncepted, "2026-01-01"},
		{"one that begins tomorrow waits", func(p *lockedPolicy) {
			issued(p)
			p.Policy.Starts = p.today.AddDays(1)
		}, "", ""},
		{"an instalment falls due on its day", instalments, EventInstalmentDue, "2026-03-01"},
		{"it does so before the policy expires", func(p *lockedPolicy) {
			instalments(p)
			ended(p)
		}, EventInstalmentDue, "2026-03-01"},
		{"the policy expires on the day after its last", ended, EventPolicyExpired, "2026-03-02"},
		{"its last day is not over", func(p *lockedPolicy) { p.Policy.Ends = p.today }, "", ""},
		{"it expires once", func(p *lockedPolicy) {
			ended(p)
			p.Policy.ExpiryAnnounced = true
		}, "", ""},
		{"one that is cancelled never expires", func(p *lockedPolicy) {
			ended(p)
			p.Policy.Status = Cancelled
		}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := underLock(t)
			test.change(p)
			decided, due := p.dueBy(p.today)
			if due != (test.event != "") || decided.Event != test.event {
				t.Fatalf("got %q, wanted %q", decided.Event, test.event)
			}
			if due && (decided.Effective != calendar.MustDate(test.effective) || decided.After.Version != 2) {
				t.Errorf("effective %s at version %d", decided.Effective, decided.After.Version)
			}
		})
	}
}
