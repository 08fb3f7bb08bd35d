package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

var (
	policiesBookedAhead = pg.SQL[struct{ Today calendar.Date }](files, "PoliciesBookedAhead")
	unearnedBooked      = pg.SQL[unearnedKey](files, "UnearnedBooked")
	unpostItems         = pg.SQL[policyKey](files, "UnpostItems")
)

// unearnedKey asks for what was booked of one policy's premium.
type unearnedKey struct {
	Pool   string
	Stream ledger.Stream
	Number string
}

// DeferInceptions brings a book over from the time when an issue ahead of a policy's first day was booked at once: of
// every policy that has not begun yet, what was written and shared is taken back, and stands in advance until the day's
// work puts it on risk on its first day. What was issued ahead and has begun stays as it was booked.
//
// It is dated on the day it is done; what an endorsement had been dated ahead stays dated ahead, so that the two meet
// on its day.
//
// It is for the owner's login, and may be repeated: each policy is a transaction of its own, and one that was deferred
// is not on risk any longer. Told is called after each; it gives how many there were.
func (s *Service) DeferInceptions(ctx context.Context, by access.Principal, told func(done, of int)) (int, error) {
	today := calendar.DateOf(s.clock.Now())
	numbers, err := pg.Values[string](ctx, s.db, policiesBookedAhead.With(struct{ Today calendar.Date }{today}))
	if err != nil {
		return 0, err
	}
	for i, number := range numbers {
		if err := s.deferInception(ctx, by, number); err != nil {
			return i, err
		}
		told(i+1, len(numbers))
	}
	return len(numbers), nil
}

func (s *Service) deferInception(ctx context.Context, by access.Principal, number string) error {
	return pg.InTx(ctx, s.db, func(ctx context.Context, tx *pg.Tx) error {
		p, err := lock(ctx, tx, s.clock, number)
		if err != nil {
			return err
		}
		if !p.Policy.OnRisk() || !p.Policy.Starts.After(p.today) {
			return nil // another run was quicker
		}
		var booked money.Amount // what of its premium is held back as unearned
		err = unearnedBooked.With(unearnedKey{p.Policy.Pool, ledger.UnearnedPremium, number}).Row(ctx, tx, &booked)
		if err != nil {
			return err
		}
		if _, err := unpostItems.With(p.Policy.key()).Exec(ctx, tx); err != nil {
			return err
		}
		return p.book(ctx, tx, by, p.deferred(booked))
	})
}

// deferred is the policy as it stands until its first day, with all that was booked of it taken back.
func (p *lockedPolicy) deferred(booked money.Amount) Decision {
	after := p.next()
	after.OnRiskFrom, after.OnRiskPeriod = calendar.Date{}, calendar.Month{}
	if after.Status == InForce {
		after.Status = Issued
	}
	fallDue(&after, p.today)
	held := p.Agreement.Divide(ledger.UnearnedPremium, booked)
	none := p.Agreement.Split(ledger.UnearnedPremium, money.Amount{})
	decided := Decision{
		Event: EventInceptionDeferred, After: after, Effective: calendar.Later(p.today, p.Policy.OnRiskFrom),
		Rule: func(c *movement) {
			postOnRisk(c)
			postUnearned(c, none.Split.Portions, held)
		},
		Pass:   authority.DeferInceptions.Pass(),
		Detail: deferredDetail{OnRisk: p.Policy.OnRiskFrom, Start: after.Starts},
	}
	if !booked.IsZero() {
		decided.Splits = []coinsurance.StreamSplit{none}
	}
	return decided
}
