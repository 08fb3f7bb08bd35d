package claims

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gongbao/claims/deadline"
	"gongbao/claims/notice"
	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// deadlineBatch bounds how many claims one look at the deadlines fetches.
const deadlineBatch = 500

// RunDeadlines announces the deadlines that are due soon or missed by now. Each claim is a transaction of its own and
// takes note of what was announced, so the run may stop anywhere and be repeated, here or in another process. It gives
// the number of deadlines that moved. It refuses with access.forbidden whoever is not a settlement clerk of the pool
// manager.
func (s *Service) RunDeadlines(ctx context.Context, by access.Principal) (int, error) {
	if err := by.RequireKind(access.Settlement, access.Manager); err != nil {
		return 0, err
	}
	now, done := s.clock.Now(), 0
	var failures []error
	for _, db := range s.db.All() { // one that is away keeps no other's pools waiting
		moved, err := s.runDeadlinesIn(ctx, db, by, now)
		done, failures = done+moved, append(failures, err)
	}
	return done, errors.Join(failures...)
}

func (s *Service) runDeadlinesIn(ctx context.Context, db *pg.DB, by access.Principal, now time.Time) (int, error) {
	done := 0
	for {
		asking, err := deadline.Asking(ctx, db, now, deadlineBatch)
		if err != nil {
			return done, err
		}
		moved := 0
		for _, claim := range asking {
			count, err := s.runDeadlinesOf(ctx, db, by, claim)
			if err != nil {
				return done, err
			}
			moved += count
		}
		if done += moved; len(asking) < deadlineBatch || moved == 0 {
			return done, nil
		}
	}
}

// runDeadlinesOf looks at one claim's deadlines.
func (s *Service) runDeadlinesOf(
	ctx context.Context, db *pg.DB, by access.Principal, number string,
) (moved int, err error) {
	err = pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		locked, err := lock(ctx, tx, s.clock, number)
		if err != nil {
			return err
		}
		if err := locked.loadOwed(ctx, tx); err != nil {
			return err
		}
		outcome := begin(locked, by)
		for place := range locked.kept.deadlines {
			if err := outcome.expire(place); err != nil {
				return err
			}
		}
		if moved = outcome.deadlines.Changed(); moved == 0 {
			return nil
		}
		if err := announceDeadlines(outcome); err != nil {
			return err
		}
		outcome.write(tx)
		return outcome.announceFollowing(ctx, tx)
	})
	return moved, err
}

// expire looks at one deadline: it may be due soon, or its time may be over.
func (o *Outcome) expire(place int) error {
	d := o.deadlines
	if !d.Asks(place) {
		return nil
	}
	one := d.All[place]
	if one.Name == deadline.ReimbursementDue && o.found.owed[one.Member].Sign() <= 0 { // a settlement may have paid it
		d.Meet(one.Name, one.Member, one.Number, "")
		return nil
	}
	d.Warn(place)
	if !one.Late(d.Now) {
		return nil
	}
	if one.Name == deadline.ConsentDue {
		o.deemConsent(one)
		return nil
	}
	d.Miss(place)
	if one.Name == deadline.QueryDue {
		return o.escalateLate(one.Number)
	}
	return nil
}

// deemConsent takes a member's silence for consent.
func (o *Outcome) deemConsent(one deadline.Deadline) {
	place := o.notices.Find(one.Number, one.Member)
	if place < 0 || o.notices.All[place].State != notice.Sent {
		o.deadlines.StopOne(one.Name, one.Member, one.Number)
		return
	}
	o.notices.Answer(place, notice.Deemed, "", o.by.Subject)
	silent := &o.notices.All[place]
	told := map[string]memberData{silent.Member: {Notices: []notice.Data{silent.Data()}}}
	o.follow(notice.EventConsentDeemed, notice.Detail{Notice: silent.Number, Kind: silent.Kind}, told)
	o.consent = silent.Number
	_ = tallyConsent(o)
}

// escalateLate passes on a query whose answer did not come in time.
func (o *Outcome) escalateLate(number int) error {
	q, err := o.query(number, "", QueryOpen)
	if err != nil {
		return err
	}
	o.escalate(q)
	o.follow(EventQueryEscalated, q.detail(), o.tellOf(q))
	return nil
}

// loadOwed reads what each member owes the others for the claim, if a reimbursement is waited for.
func (l *lockedClaim) loadOwed(ctx context.Context, tx *pg.Tx) error {
	waits := false
	for i := range l.kept.deadlines {
		one := &l.kept.deadlines[i]
		waits = waits || one.Name == deadline.ReimbursementDue && one.State == deadline.Running
	}
	if !waits {
		return nil
	}
	l.found.owed = map[string]money.Amount{}
	of := claimOfPolicy{l.before.Pool, l.before.Policy, l.before.Number}
	return owedForClaim.With(of).Rows(ctx, tx, func(rows *sql.Rows) error {
		var member string
		var owed money.Amount
		err := rows.Scan(&member, &owed)
		l.found.owed[member] = owed
		return err
	})
}

// NextDeadline is the instant at which a deadline asks for something; the zero time when none does.
func (s *Service) NextDeadline(ctx context.Context) (time.Time, error) {
	var first time.Time
	for _, part := range pg.Parts(s.db, "") {
		next, err := deadline.Next(ctx, part)
		if err != nil {
			return time.Time{}, err
		}
		if next != nil && (first.IsZero() || next.Before(first)) {
			first = next.UTC()
		}
	}
	return first, nil
}
