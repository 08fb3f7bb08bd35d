package claims

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// clockBatch bounds how many claims one look at the clocks fetches.
const clockBatch = 500

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
		moved, err := s.runClocksIn(ctx, db, by, now)
		done, failures = done+moved, append(failures, err)
	}
	return done, errors.Join(failures...)
}

func (s *Service) runClocksIn(ctx context.Context, db *pg.DB, by access.Principal, now time.Time) (int, error) {
	done := 0
	for {
		var due []string
		err := db.NewRaw(`SELECT claim FROM claim_clock WHERE next <= ? GROUP BY pool, claim ORDER BY pool, claim LIMIT ?`,
			now, clockBatch).Scan(ctx, &due)
		if err != nil {
			return done, err
		}
		moved := 0
		for _, claim := range due {
			count, err := s.runClaim(ctx, db, by, claim)
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
func (s *Service) runClaim(
	ctx context.Context, db *pg.DB, by access.Principal, number string,
) (moved int, err error) {
	err = pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		h, err := s.lock(ctx, tx, number)
		if err != nil {
			return err
		}
		h.read(s.clock)
		h.effective, h.dial = h.today, h.dialOf(ctx, tx)
		after := *h.claim
		after.Recorded = h.now
		for at := range h.dial.clocks {
			if err := h.tick(ctx, tx, by, &after, at); err != nil {
				return err
			}
		}
		if moved = len(h.dial.turned); moved == 0 {
			return nil
		}
		if err := h.announceClocks(ctx, tx, by, &after, h.dial); err != nil {
			return err
		}
		h.write(tx, &after)
		return nil
	})
	return moved, err
}

// tick looks at one clock: it may be due soon, or its time may be over.
func (h *held) tick(ctx context.Context, tx *pg.Tx, by access.Principal, after *Claim, at int) error {
	d := h.dial
	c := &d.clocks[at]
	if next := c.look(); next == nil || next.After(d.now) {
		return nil
	}
	if c.Name == ReimbursementDue { // a settlement may have paid it
		owed, err := h.owed(ctx, tx)
		if err != nil {
			return err
		}
		if owed[c.Member].Sign() <= 0 {
			d.meet(c.Name, c.Member, c.Number, "")
			return nil
		}
	}
	if !c.Warned {
		c.Warned = true
		d.soon = append(d.soon, *c)
	}
	d.turn(at)
	if !c.late(d.now) {
		return nil
	}
	if c.Name == ConsentDue {
		return h.deem(ctx, tx, by, after, c)
	}
	c.Missed = true
	d.missed = append(d.missed, *c)
	if c.Name == QueryDue {
		return h.escalateLate(ctx, tx, by, after, c.Number)
	}
	return nil
}

// owed is what each member owes the others for the claim, net, by its book; read once for all clocks of the claim.
func (h *held) owed(ctx context.Context, tx *pg.Tx) (map[string]money.Amount, error) {
	if h.owes != nil {
		return h.owes, nil
	}
	h.owes = map[string]money.Amount{}
	err := pg.Rows(ctx, tx, `
		SELECT book, sum(amount)::bigint FROM inter_member_posting
		WHERE pool = $1 AND policy = $2 AND claim = $3 GROUP BY book`,
		[]any{h.claim.Pool, h.claim.Policy, h.claim.Number}, func(rows *sql.Rows) error {
			var member string
			var fen int64
			err := rows.Scan(&member, &fen)
			h.owes[member] = money.Fen(fen)
			return err
		})
	return h.owes, err
}

// deem takes a member's silence for consent.
func (h *held) deem(ctx context.Context, tx *pg.Tx, by access.Principal, after *Claim, c *Deadline) error {
	notice := h.find(c.Number, c.Member)
	if notice == nil || notice.State != NoticeSent {
		h.dial.stopOne(c.Name, c.Member, c.Number)
		return nil
	}
	h.answer(notice, NoticeDeemed, "", by)
	told := map[string]memberData{notice.Member: {Notices: []noticeData{notice.data()}}}
	detail := noticeDetail{Notice: notice.Number, Kind: notice.Kind}
	if err := h.announce(ctx, tx, by, EventConsentDeemed, after, detail, told); err != nil {
		return err
	}
	if decided := h.judge(after, notice.Number); decided != "" {
		return h.announce(ctx, tx, by, decided, after, detail, nil)
	}
	return nil
}

// NextDeadline is the instant at which a clock asks for something; the zero time when none does.
func (s *Service) NextDeadline(ctx context.Context) (time.Time, error) {
	var first time.Time
	for _, part := range pg.Parts(s.db, "") {
		var next *time.Time
		if err := pg.Row(ctx, part, `SELECT min(next) FROM claim_clock`, nil, &next); err != nil {
			return time.Time{}, err
		}
		if next != nil && (first.IsZero() || next.Before(first)) {
			first = next.UTC()
		}
	}
	return first, nil
}
