package insurance

import (
	"context"
	"errors"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// dayBatch bounds how many policies one look at the day's work fetches.
const dayBatch = 500

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
		numbers, err := dueBy(ctx, db, today)
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

// dueBy gives the policies of which something is due by the day, those that go on risk first.
func dueBy(ctx context.Context, db *pg.DB, today calendar.Date) ([]string, error) {
	var numbers []string
	err := db.NewRaw(`SELECT number FROM (
			SELECT number, quoted, 0 AS turn FROM policy WHERE on_risk IS NULL AND agreement_version > 0 AND starts <= ?0
			UNION ALL SELECT number, quoted, 1 FROM policy WHERE next_due <= ?0
			UNION ALL SELECT number, quoted, 1 FROM policy
				WHERE NOT expiry_announced AND state = 'in_force' AND on_risk IS NOT NULL AND ends < ?0) AS due
		GROUP BY number ORDER BY min(turn), min(quoted), number LIMIT ?1`, today, dayBatch).Scan(ctx, &numbers)
	return numbers, err
}

func (s *Service) runPolicyDay(
	ctx context.Context, db *pg.DB, by access.Principal, number string, today calendar.Date,
) (int, error) {
	events := 0
	err := pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		events = 0
		h, err := s.holdForDay(ctx, tx, number)
		if err != nil {
			return err
		}
		if h.policy.Begins(today) { // what else is due comes when all have begun
			events++
			return h.begin(ctx, tx, by)
		}
		for !h.policy.NextDue.IsZero() && !h.policy.NextDue.After(today) {
			if err := fallDueStep(ctx, tx, &h, by); err != nil {
				return err
			}
			events++
		}
		if h.policy.Status != InForce || h.policy.ExpiryAnnounced || !today.After(h.policy.Ends) {
			return nil
		}
		events++
		after := next(h.policy, h.now)
		after.ExpiryAnnounced = true
		return book(ctx, tx, &policyEvent{
			kind: EventPolicyExpired, id: fact.NewID(
				h.now,
			), by: by, before: *h.policy, after: after, agreement: h.agreement,
			effective: after.Ends.AddDays(1), period: h.period, data: expiredDetail{End: after.Ends},
		})
	})
	return events, err
}

// fallDueStep books the next instalment's VAT with effect from its day.
func fallDueStep(ctx context.Context, tx *pg.Tx, h *held, by access.Principal) error {
	due := h.policy.NextDue
	after := next(h.policy, h.now)
	fallDue(&after, due)
	err := book(ctx, tx, &policyEvent{
		kind: EventInstalmentDue, id: fact.NewID(
			h.now,
		), by: by, before: *h.policy, after: after, agreement: h.agreement,
		effective: due, period: h.period, rule: postInstalmentDue, data: dueDetail{Due: due, VATDue: after.VATDue},
	})
	h.policy = &after
	return err
}

// NextDay is the first day on which the calendar asks for something: a policy goes on risk, an instalment falls due, a
// policy has expired. The zero day says that there is nothing to come.
func (s *Service) NextDay(ctx context.Context) (calendar.Date, error) {
	var first calendar.Date
	for _, part := range pg.Parts(s.db, "") {
		var day calendar.Date
		err := pg.Row(ctx, part, `SELECT least(
			(SELECT min(starts) FROM policy WHERE on_risk IS NULL AND agreement_version > 0),
			(SELECT min(next_due) FROM policy WHERE next_due IS NOT NULL),
			(SELECT min(ends) + 1 FROM policy WHERE NOT expiry_announced AND state = 'in_force'))`, nil, &day)
		if err != nil {
			return calendar.Date{}, err
		}
		if first.IsZero() || !day.IsZero() && day.Before(first) {
			first = day
		}
	}
	return first, nil
}
