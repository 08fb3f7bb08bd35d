package insurance

import (
	"context"
	"errors"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// dayBatch bounds how many policies one look at the day's work fetches.
const dayBatch = 500

// dueKey asks for the policies of which something is due by a day.
type dueKey struct {
	Day  calendar.Date
	Most int
}

var (
	policiesDue = pg.SQL[dueKey](files, "PoliciesDue")
	nextDay     = pg.SQL[pg.None](files, "NextDay")
)

// RunDay does what the calendar asks for by today: policies go on risk, VAT of instalments falls due, policies expire.
// Each policy is a transaction of its own and takes note of what was done, so the run may stop anywhere and be
// repeated. Of what is due at one moment, policies go on risk first, and in the order in which they were quoted. It
// gives the number of events it made.
func (s *Service) RunDay(ctx context.Context, by access.Principal) (int, error) {
	if err := by.RequireKind(access.Settlement, access.Manager); err != nil {
		return 0, err
	}
	today, done := calendar.DateOf(s.clock.Now()), 0
	var failures []error
	for _, db := range s.db.All() { // one that is away keeps no other's pools waiting
		events, err := s.runDayIn(ctx, db, by, today)
		done, failures = done+events, append(failures, err)
	}
	return done, errors.Join(failures...)
}

func (s *Service) runDayIn(ctx context.Context, db *pg.DB, by access.Principal, today calendar.Date) (int, error) {
	done := 0
	for {
		numbers, err := pg.Values[string](ctx, db, policiesDue.With(dueKey{today, dayBatch}))
		if err != nil {
			return done, err
		}
		before := done
		for _, number := range numbers {
			events, err := s.runPolicyDay(ctx, db, by, number, today)
			if err != nil {
				return done, err
			}
			done += events
		}
		if done == before { // nothing is due any longer, or another process is doing it
			return done, nil
		}
	}
}

func (s *Service) runPolicyDay(
	ctx context.Context, db *pg.DB, by access.Principal, number string, today calendar.Date,
) (int, error) {
	events := 0
	err := pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		events = 0
		p, err := lock(ctx, tx, s.clock, number)
		if err != nil {
			return err
		}
		for {
			decided, due := p.dueBy(today)
			if !due {
				return nil
			}
			if err := p.book(ctx, tx, by, decided); err != nil {
				return err
			}
			events++
			if decided.Event == EventPolicyIncepted { // what else is due comes when all have begun
				return nil
			}
			p.Policy = &decided.After
		}
	})
	return events, err
}

// dueBy is what the calendar asks for of the policy by the day, the first of it.
func (p *lockedPolicy) dueBy(today calendar.Date) (decided Decision, due bool) {
	policy := p.Policy
	switch {
	case policy.Begins(today):
		return p.incept(), true
	case !policy.NextDue.IsZero() && !policy.NextDue.After(today):
		return p.instalmentDue(), true
	case policy.Status == InForce && !policy.ExpiryAnnounced && today.After(policy.Ends):
		return p.expire(), true
	}
	return decided, false
}

// instalmentDue is the VAT of the next instalment, with effect from its day.
func (p *lockedPolicy) instalmentDue() Decision {
	due, after := p.Policy.NextDue, p.next()
	fallDue(&after, due)
	return Decision{
		Event: EventInstalmentDue, After: after, Effective: due, Rule: postInstalmentDue,
		Pass:   authority.InceptPolicy.Pass(),
		Detail: dueDetail{Due: due, VATDue: after.VATDue},
	}
}

// expire announces that the policy ended in course.
func (p *lockedPolicy) expire() Decision {
	after := p.next()
	after.ExpiryAnnounced = true
	return Decision{
		Event: EventPolicyExpired, After: after, Effective: after.Ends.AddDays(1), Detail: expiredDetail{End: after.Ends},
	}
}

// NextDay is the first day on which the calendar asks for something: a policy goes on risk, an instalment falls due, a
// policy has expired. The zero day says that there is nothing to come.
func (s *Service) NextDay(ctx context.Context) (calendar.Date, error) {
	var first calendar.Date
	for _, part := range pg.Parts(s.db, "") {
		var day calendar.Date
		err := nextDay.With(pg.None{}).Row(ctx, part, &day)
		if err != nil {
			return calendar.Date{}, err
		}
		if first.IsZero() || !day.IsZero() && day.Before(first) {
			first = day
		}
	}
	return first, nil
}
