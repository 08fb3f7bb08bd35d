package bench

import (
	"context"
	"fmt"
	"time"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/ledger"
)

const (
	settlingIssues = 400 // policies issued beside a draw, and as many without one
	laterPart      = 50  // a later month is this part of the book
	aloneMax       = 1.5 // of the same month alone
)

// settling are the rounds of what settlement costs, ours and its floor's: processor seconds, then seconds.
type settling struct {
	draw, drawFloor, clear, clearFloor, later, alone [2][]float64
	issue, issueFloor                                []float64 // ms, p99
	postings, items, cleared                         int64
}

// benchSettle draws a statement over a book of postings between members, makes the orders, and brings the items to
// zero; then it draws a later month, on that book and alone. Each round has a book of its own.
func benchSettle(ctx context.Context, r *run) error {
	var s settling
	memory, done := r.watch("settle")
	for round := range r.Size.Rounds {
		if err := r.settleRound(ctx, &s, memory, round); err != nil {
			return err
		}
	}
	done()
	book := figure(float64(s.postings)) + " postings between members"
	for i, unit := range []string{"s of CPU", "s"} {
		target := func(must, goal float64) Target {
			if i > 0 {
				return Target{}
			}
			return ratioAtMost(must, goal)
		}
		r.add(Line{
			Bench: "settle", What: fmt.Sprintf("draw %s items of %s, propose and approve", figure(float64(s.items)), book),
			Unit: unit, Floor: "INSERT … SELECT … GROUP BY of one side of the mirrors, the same columns and key",
			Target: target(2, 1.3),
		}, s.draw[i], s.drawFloor[i])
		r.add(Line{
			Bench: "settle", What: fmt.Sprintf("complete: post and announce %s postings", figure(float64(s.cleared))),
			Unit: unit, Floor: "INSERT … SELECT of the same postings, the same indexes", Target: target(2, 1.5),
		}, s.clear[i], s.clearFloor[i])
		r.add(Line{
			Bench: "settle", What: fmt.Sprintf("draw a later month of a %dth of %s", laterPart, book), Unit: unit,
			Floor: "the same month alone", Target: target(aloneMax, 1.2),
		}, s.later[i], s.alone[i])
	}
	r.add(Line{
		Bench: "settle", What: "issue while a statement is drawn, p99", Unit: "ms", Floor: "no draw",
	}, s.issue, s.issueFloor)
	return nil
}

func (r *run) settleRound(ctx context.Context, s *settling, memory *peak, round int) error {
	h, err := open(ctx, r)
	if err != nil {
		return err
	}
	defer h.close(ctx)
	alone, err := open(ctx, r)
	if err != nil {
		return err
	}
	defer alone.close(ctx)
	r.Told("settle: a book, then draw, settle, complete, and draw again", round, r.Size.Rounds)
	month := calendar.DateOf(h.clock.Now()).Month()
	past := month.First().AddDays(-1).Month()
	if err := h.fillBetween(ctx, past, r.Size.Settled, 0); err != nil {
		return err
	}
	if err := h.settleMonth(ctx, s, memory, past); err != nil {
		return err
	}
	for _, each := range []struct {
		house *house
		into  *[2][]float64
	}{{h, &s.later}, {alone, &s.alone}} {
		if err := each.house.fillBetween(ctx, month, r.Size.Settled/laterPart, r.Size.Settled); err != nil {
			return err
		}
		err := each.house.cost(ctx, each.into, func() error { return each.house.draw(ctx, month, nil) })
		if err != nil {
			return err
		}
	}
	if err := h.verifySettled(ctx); err != nil {
		return err
	}
	if err := alone.fillBetween(ctx, past, r.Size.Settled, 0); err != nil { // apart from what is compared
		return err
	}
	return alone.issueMeanwhile(ctx, r, s, past)
}

// verifySettled proves what was settled; the book itself has no events.
func (h *house) verifySettled(ctx context.Context) (wrong error) {
	for _, check := range settlement.Checks() {
		err := check.Run(ctx, h.db, pool, func(found ledger.Finding) {
			wrong = fmt.Errorf("the book does not verify: %s", found)
		})
		if err != nil {
			return err
		}
	}
	return wrong
}

// fillBetween writes what policies of six members owe each other straight into the book: two instalments of each, with
// five streams to each of five members, in both books. Their events are left out.
func (h *house) fillBetween(ctx context.Context, month calendar.Month, postings, first int) error {
	const ofPolicy = 100
	args := []any{pool, leader, first / ofPolicy, max(postings/ofPolicy, 1), month.First().String(), h.clock.Now()}
	if _, err := h.db.Pool.Exec(ctx, `INSERT INTO posting (pool, journal, line, mirror, amount, recorded, effective,
			period, debit, credit, stream, agreement_version, book, counterparty, policy, claim, currency)
		SELECT $1, lpad(to_hex(2 * p + k), 32, '0')::uuid, 10 * m.n + 2 * s.n + side.n, 5 * m.n + s.n + 1,
			1000 + p % 97 + 10 * m.n + s.n, $6::timestamptz + (2 * p + k) * interval '1 microsecond',
			day, date_trunc('month', day)::date,
			CASE side.n WHEN 1 THEN s.owes ELSE 'due_from_coinsurer' END::account,
			CASE side.n WHEN 1 THEN 'due_to_coinsurer' ELSE s.owed END::account, s.stream::stream, 1,
			CASE WHEN s.back = (side.n = 1) THEN m.member ELSE $2 END,
			CASE WHEN s.back = (side.n = 1) THEN $2 ELSE m.member END,
			$1 || '-S' || lpad(p::text, 9, '0'), '', 'CNY'
		FROM generate_series($3::int, $3::int + $4::int - 1) AS p CROSS JOIN generate_series(0, 1) AS k
		CROSS JOIN LATERAL (SELECT $5::date + p % 28 AS day) AS at
		CROSS JOIN (SELECT member, row_number() OVER (ORDER BY member)::int - 1 AS n FROM agreement_member
			WHERE pool = $1 AND version = 1 AND member <> $2) AS m
		CROSS JOIN (VALUES (0, 'net_received', false, 'premium_received_in_advance', 'premium_receivable'),
			(1, 'vat_received', false, 'premium_received_in_advance', 'premium_receivable'),
			(2, 'issuing_fee', true, 'issuing_fee_expense', 'issuing_fee_income'),
			(3, 'issuing_fee_vat', true, 'input_vat', 'output_vat'),
			(4, 'commission', true, 'commission_expense', 'commission_payable')) AS s (n, stream, back, owes, owed)
		CROSS JOIN (VALUES (1), (2)) AS side (n) ORDER BY p, k, m.n, s.n, side.n`, args...); err != nil {
		return fmt.Errorf("write a book between members: %w", err)
	}
	return h.settle(ctx, h.db.Schema)
}

// draw draws the statement of a month.
func (h *house) draw(ctx context.Context, month calendar.Month, rehearsal *idempotency.Rehearsal) error {
	_, err := h.settlement.DrawStatement(ctx, settlement.DrawStatement{
		Command: idempotency.Command{By: sample.Clerk, Rehearsal: rehearsal}, Pool: pool, Period: month.String(),
		Ahead: true, // whatever day it is measured on
	})
	return err
}

// settleMonth takes a statement from its draw to its settlement, beside the floor of each half.
func (h *house) settleMonth(ctx context.Context, s *settling, memory *peak, month calendar.Month) error {
	clerk, checker := idempotency.Command{By: sample.Clerk}, idempotency.Command{By: sample.Checker}
	if err := h.onFloor(ctx, &s.drawFloor, drawFloor, pool, month.First().AddDays(31)); err != nil {
		return err
	}
	err := h.cost(ctx, &s.draw, func() error {
		return memory.during(func() error { return h.draw(ctx, month, nil) })
	})
	if err != nil {
		return err
	}
	drawn, err := settlement.StatementOf(ctx, h.db, pool, month.String())
	if err != nil {
		return err
	}
	s.items, s.postings = drawn.Items, 2*drawn.Postings
	if err := h.confirm(ctx, month); err != nil {
		return err
	}
	var run *settlement.Calculation
	var orders [2][]float64
	err = h.cost(ctx, &orders, func() error {
		run, err = h.settlement.ProposeSettlement(ctx, settlement.ProposeSettlement{
			Command: clerk, Pool: pool, Period: month.String(),
		})
		if err == nil {
			_, err = h.settlement.ApproveSettlement(ctx, settlement.ApproveSettlement{
				Command: checker, Pool: pool, Number: run.Number,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range s.draw {
		s.draw[i][len(s.draw[i])-1] += orders[i][0]
	}
	err = h.cost(ctx, &s.clear, func() error {
		return memory.during(func() error {
			_, err := h.settlement.CompleteSettlement(ctx, settlement.CompleteSettlement{
				Command: checker, Pool: pool, Number: run.Number,
			})
			return err
		})
	})
	if err != nil {
		return err
	}
	if err := h.onFloor(ctx, &s.clearFloor, clearFloor); err != nil {
		return err
	}
	return h.floor.pool.QueryRow(ctx, "SELECT count(*) FROM "+h.floor.schema+".posting").Scan(&s.cleared)
}

// confirm shows the statement to its members, who all confirm it; nobody measures that.
func (h *house) confirm(ctx context.Context, month calendar.Month) error {
	_, err := h.settlement.IssueStatement(ctx, settlement.IssueStatement{
		Command: idempotency.Command{By: sample.Clerk}, Pool: pool, Period: month.String(),
	})
	if err != nil {
		return err
	}
	for _, member := range []string{leader, "DONGHU", "NANHU", "YANXI", "TANGXUN", "LIANGZI"} {
		by := access.Person("settler", access.Member, member, access.Settlement)
		_, err := h.settlement.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: idempotency.Command{By: by}, Pool: pool, Period: month.String(), Member: member,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// The least that drawing and clearing can be: %[1]s is the floor's schema, %[2]s the house's.
const (
	drawFloor = `INSERT INTO %[1]s.statement_item (pool, statement, policy, claim, grp, a, b, currency, a_owes, b_owes,
			agreement_version, postings)
		SELECT pool, 1, policy, claim, CASE stream WHEN 'net_received' THEN 'premium' WHEN 'vat_received' THEN 'premium'
				WHEN 'commission' THEN 'commission' ELSE 'fee' END AS grp, book, counterparty, currency,
			sum(CASE 'due_to_coinsurer'::account WHEN credit THEN amount WHEN debit THEN -amount ELSE 0 END)::bigint,
			sum(CASE 'due_from_coinsurer'::account WHEN debit THEN amount WHEN credit THEN -amount ELSE 0 END)::bigint,
			1, count(*)
		FROM %[2]s.posting WHERE pool = $1 AND counterparty > book AND effective < $2
			AND (debit IN ('due_to_coinsurer', 'due_from_coinsurer')
				OR credit IN ('due_to_coinsurer', 'due_from_coinsurer'))
		GROUP BY pool, policy, claim, grp, book, counterparty, currency`
	clearFloor = `INSERT INTO %[1]s.posting (pool, journal, line, mirror, amount, recorded, effective, period, debit,
			credit, stream, agreement_version, book, counterparty, policy, claim, currency)
		SELECT pool, journal, line, mirror, amount, recorded, effective, period, debit, credit, stream, agreement_version,
			book, counterparty, policy, claim, currency FROM %[2]s.posting
		WHERE stream = 'settlement' AND counterparty <> ''`
)

// onFloor runs one statement of the floor, with room for its sums.
func (h *house) onFloor(ctx context.Context, into *[2][]float64, statement string, args ...any) error {
	tx, err := h.floor.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, `SET LOCAL work_mem = '256MB'`); err != nil {
		return err
	}
	return h.cost(ctx, into, func() error {
		if _, err := tx.Exec(ctx, fmt.Sprintf(statement, h.floor.schema, h.db.Schema), args...); err != nil {
			return fmt.Errorf("write the floor of settlement: %w", err)
		}
		return tx.Commit(ctx)
	})
}

// cost notes the processor seconds and the seconds of work; a tick of the clock is the least.
func (h *house) cost(ctx context.Context, into *[2][]float64, work func() error) error {
	begun := clock.Stopwatch()
	took, err := h.meter.during(ctx, work)
	seconds := clock.Since(begun).Seconds()
	cpu := seconds // of a server that is elsewhere nobody knows
	if took.known {
		cpu = max(took.cpu, time.Second/ticksPerSecond).Seconds()
	}
	into[0], into[1] = append(into[0], cpu), append(into[1], seconds)
	return err
}

// issueMeanwhile issues policies, first by themselves, then while a statement is rehearsed again and again.
func (h *house) issueMeanwhile(ctx context.Context, r *run, s *settling, month calendar.Month) error {
	size := r.Size
	size.Issues = min(size.Issues, settlingIssues)
	if err := h.preparePolicies(ctx, r, 0, 2*size.Issues); err != nil {
		return err
	}
	late := func(first int) (float64, error) {
		times := make([]time.Duration, size.Issues)
		_, err := h.callTogether(ctx, size.Callers, size.Issues, func(one *caller, piece int) error {
			begun := clock.Stopwatch()
			err := one.do(h.issue(first + piece))
			times[piece] = clock.Since(begun)
			return err
		})
		return millis(share(times, 0.99)), err
	}
	quiet, err := late(0)
	if err != nil {
		return err
	}
	over, drawing := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			if err := h.draw(ctx, month, new(idempotency.Rehearsal)); err != nil {
				drawing <- err
				return
			}
			select {
			case <-over:
				drawing <- nil
				return
			default:
			}
		}
	}()
	busy, err := late(size.Issues)
	close(over)
	if drawn := <-drawing; err == nil {
		err = drawn
	}
	s.issue, s.issueFloor = append(s.issue, busy), append(s.issueFloor, quiet)
	return err
}
