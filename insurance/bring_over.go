package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

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
	var numbers []string
	today := calendar.DateOf(s.clock.Now())
	err := s.db.NewRaw(`SELECT number FROM policy WHERE on_risk < starts AND starts > ? ORDER BY quoted, number`,
		today).Scan(ctx, &numbers)
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
		h, err := s.holdForDay(ctx, tx, number)
		if err != nil {
			return err
		}
		if !h.policy.OnRisk() || !h.policy.Starts.After(h.today) {
			return nil // another run was quicker
		}
		booked, err := unearnedBooked(ctx, tx, h.policy)
		if err != nil {
			return err
		}
		after := next(h.policy, h.now)
		after.OnRiskFrom, after.OnRiskPeriod = calendar.Date{}, calendar.Month{}
		if after.Status == InForce {
			after.Status = Issued
		}
		fallDue(&after, h.today)
		if _, err := pg.Exec(ctx, tx, `UPDATE premium_item SET period = NULL WHERE pool = $1 AND policy = $2`,
			after.Pool, after.Number); err != nil {
			return err
		}
		held := h.agreement.Divide(ledger.UnearnedPremium, booked)
		none := h.agreement.Split(ledger.UnearnedPremium, money.Amount{})
		deferral := &policyEvent{
			kind: EventInceptionDeferred, id: fact.NewID(h.now), by: by, before: *h.policy, after: after,
			agreement: h.agreement, effective: calendar.Later(h.today, h.policy.OnRiskFrom), period: h.period,
			rule: func(c *movement) {
				postOnRisk(c)
				postUnearned(c, none.Split.Portions, held)
			},
			data: deferredDetail{OnRisk: h.policy.OnRiskFrom, Start: after.Starts},
		}
		if !booked.IsZero() {
			deferral.extra = []coinsurance.StreamSplit{none}
		}
		return book(ctx, tx, deferral)
	})
}

// unearnedBooked is what of a policy's premium is held back as unearned.
func unearnedBooked(ctx context.Context, tx *pg.Tx, policy *Policy) (money.Amount, error) {
	var booked money.Amount
	err := pg.Row(ctx, tx, `SELECT coalesce((SELECT total FROM split
		WHERE pool = $1 AND stream = $2 AND subject = $3 ORDER BY place DESC LIMIT 1), 0)`,
		[]any{policy.Pool, string(ledger.UnearnedPremium), policy.Number}, &booked)
	return booked, err
}
