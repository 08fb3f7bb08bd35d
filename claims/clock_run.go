package claims

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// clockBatch bounds how many claims one look at the clocks fetches.
const clockBatch = 500

// RunClocks announces the clocks that are due soon or missed by now. Each claim is a transaction of its own and takes
// note of what was announced, so the run may stop anywhere and be repeated, here or in another process. It gives the
// number of clocks that moved. It refuses with access.forbidden whoever is not a settlement clerk of the pool manager.
func (s *Service) RunClocks(ctx context.Context, by access.Principal) (int, error) {
	if err := by.RequireKind(access.Settlement, access.Manager); err != nil {
		return 0, err
	}
	now, done := s.clock.Now(), 0
	for {
		var due []struct{ Pool, Claim string }
		err := s.db.NewRaw(`SELECT DISTINCT pool, claim FROM claim_clock WHERE next <= ? ORDER BY pool, claim LIMIT ?`,
			now, clockBatch).Scan(ctx, &due)
		if err != nil {
			return done, err
		}
		moved := 0
		for _, claim := range due {
			count, err := s.runClaim(ctx, by, claim.Claim)
			if err != nil {
				return done, err
			}
			moved += count
		}
		if done += moved; len(due) < clockBatch || moved == 0 {
			return done, nil
		}
	}
}

// runClaim looks at one claim's clocks.
func (s *Service) runClaim(ctx context.Context, by access.Principal, number string) (moved int, err error) {
	err = pg.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		h, err := s.lock(ctx, tx, number)
		if err != nil {
			return err
		}
		h.tell(s.clock, h.effective)
		d, err := h.dialOf(ctx, tx)
		if err != nil {
			return err
		}
		after := *h.claim
		after.Recorded = h.now
		for at := range d.clocks {
			if err := h.tick(ctx, tx, d, at); err != nil {
				return err
			}
		}
		if moved = len(d.turned); moved == 0 {
			return nil
		}
		if err := h.announceClocks(ctx, tx, by, &after, d); err != nil {
			return err
		}
		h.write(tx, &after)
		d.write(tx, &after)
		return nil
	})
	return moved, err
}

// tick looks at one clock: it may be due soon, or its time may be over.
func (h *held) tick(ctx context.Context, tx bun.Tx, d *dial, at int) error {
	c := &d.clocks[at]
	if next := c.look(); next == nil || next.After(d.now) {
		return nil
	}
	if c.Name == ReimbursementDue { // a settlement may have paid it
		owed, err := ledger.Owes(ctx, tx, c.Member, h.servicer(), ledger.Question{
			Pool: h.claim.Pool, Claim: h.claim.Number,
		})
		if err != nil {
			return err
		}
		if owed.Balance.Sign() <= 0 {
			d.meet(c.Name, c.Member, c.Number, "")
			return nil
		}
	}
	if !c.Warned {
		c.Warned = true
		d.soon = append(d.soon, *c)
	}
	if c.late(d.now) {
		c.Missed = true
		d.missed = append(d.missed, *c)
	}
	d.turn(at)
	return nil
}

// NextTick is the instant at which a clock asks for something; the zero time when none does.
func (s *Service) NextTick(ctx context.Context) (time.Time, error) {
	var next *time.Time
	if err := pg.Row(ctx, s.db, `SELECT min(next) FROM claim_clock`, nil, &next); err != nil || next == nil {
		return time.Time{}, err
	}
	return next.UTC(), nil
}
