package settlement

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

var paymentsTold = pg.SQL[ledger.OfPool](files, "PaymentsTold")

// paidCheck holds payment files, attempts and allocations against their events, and what was paid against the
// allocations.
type paidCheck struct {
	toldCheck

	orders   map[string]PaymentOrder
	files    map[int]FileState
	attempts []Attempt
	banks    zone.Payees

	outcomes map[string]toldRow // of attempts, by their end-to-end id
	matches  map[string][]Match // by order
	waits    map[string]money.Amount
	tried    map[string]int // attempts by the orders' last events
}

// paidTold is what the events of an order say of its payment.
type paidTold struct {
	OrderData

	Match    Match        `json:"match"`
	Paid     money.Amount `json:"paid"`
	EndToEnd string       `json:"end_to_end"`
	Reason   string       `json:"reason"`
}

// paymentsAreAsTold compares every payment file, attempt and allocation of a pool with its events, and replays what the
// allocations made of each order: what was paid by a bank's entry is what the entry changed, and what is paid beside is
// a person's word.
func paymentsAreAsTold(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	check := &paidCheck{
		toldCheck: toldCheck{
			pool: pool, rows: map[string]toldRow{}, told: map[string]toldRow{}, report: func(subject, text string) {
				report(ledger.Finding{Check: "payments_are_as_told", Pool: pool, Subject: subject, Text: text})
			},
		},
		orders: map[string]PaymentOrder{}, files: map[int]FileState{}, outcomes: map[string]toldRow{},
		matches: map[string][]Match{}, waits: map[string]money.Amount{}, tried: map[string]int{},
	}
	if err := check.read(ctx, handle); err != nil {
		return err
	}
	err := paymentsTold.With(ledger.OfPool{Pool: pool}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var e told
		if err := rows.Scan(&e.kind, &e.subject, &e.version, &e.recorded, &e.by, &e.data); err != nil {
			return err
		}
		return check.hearPayment(&e)
	})
	if err != nil {
		return err
	}
	check.holdAttempts()
	check.holdMatches()
	check.compare()
	return nil
}

func (c *paidCheck) read(ctx context.Context, handle bun.IDB) error {
	of := ledger.OfPool{Pool: c.pool}
	orders, err := pg.Listed[PaymentOrder](ctx, handle, ordersAll.With(of))
	if err != nil {
		return err
	}
	for _, order := range orders {
		c.orders[order.ID] = order
	}
	err = pg.Each(ctx, handle, filesOfPool.With(ofPool{c.pool}), func(file *PaymentFile) error {
		c.files[file.Number] = file.State
		version := int64(1)
		if file.State != FileMade {
			version = 2
		}
		c.expect(file.subject(), version, time.Time{}, fieldsOfFile(file), nil)
		return nil
	})
	if err != nil {
		return err
	}
	if c.attempts, err = pg.Listed[Attempt](ctx, handle, attemptsToCheck.With(of)); err != nil {
		return err
	}
	if c.banks, err = banksOf(ctx, handle, orders); err != nil {
		return err
	}
	return pg.Each(ctx, handle, matchesOfPool.With(ofPool{c.pool}), func(match *Match) error {
		c.expect(nameOfMatch(match), 0, time.Time{}, fieldsOfMatch(match), nil)
		owner := c.orders[match.Order].Payer
		if match.Credit {
			owner = c.orders[match.Order].Payee
		}
		if !c.banks.Own(owner, match.Account) {
			c.report(nameOfMatch(match), fmt.Sprintf("%s of %s is on no account of %s", nameOfMatch(match), match.Order, owner))
		}
		return nil
	})
}

// fieldsOfFile are the columns of a file that are announced: all but its content, of which the hash is.
func fieldsOfFile(f *PaymentFile) map[string]any {
	return map[string]any{
		"message": f.Message, "payer": f.Payer, "day": f.Day, "orders": f.Orders, "amount": f.Amount, "sha256": f.SHA256,
		"state": f.State, "made_by": f.MadeBy, "made": f.Made, "released_by": f.ReleasedBy, "released": f.Released,
		"reason": f.Reason,
	}
}

func fieldsOfMatch(m *Match) map[string]any {
	return map[string]any{
		"order": m.Order, "attempt": m.Attempt, "credit": m.Credit, "returned": m.Returned, "amount": m.Amount, "how": m.How,
		"undoes": m.Undoes, "matched_by": m.MatchedBy, "matched": m.Matched,
	}
}

func nameOfMatch(m *Match) string {
	return fmt.Sprintf("allocation %d of %s %s", m.Number, m.Account, m.Key)
}

// hearPayment lets an event add to what was told of files, attempts and allocations.
func (c *paidCheck) hearPayment(e *told) error {
	switch e.kind {
	case EventFileMade, EventFileReleased, EventFileVoid:
		var file PaymentFile
		if err := json.Unmarshal(e.data, &file); err != nil {
			return err
		}
		c.told[e.subject] = toldRow{version: e.version, fields: fieldsOf(fieldsOfFile(&file))}
		return nil
	}
	var data paidTold
	if err := json.Unmarshal(e.data, &data); err != nil {
		return err
	}
	c.tried[data.Order] = data.Attempt
	waited, waits := c.waits[data.Order]
	delete(c.waits, data.Order)
	moved := e.kind == EventOrderPaid || e.kind == EventOrderReturned
	if waits && (!moved || data.Paid != waited) {
		c.report(e.subject, fmt.Sprintf("%s: version %d is %s of %s, after an allocation that makes %s of it",
			e.subject, e.version, e.kind, data.Paid, waited))
	}
	switch e.kind {
	case EventOrderFiled, EventOrderAccepted, EventOrderRejected:
		state := map[string]AttemptState{
			EventOrderFiled: AttemptReleased, EventOrderAccepted: AttemptAccepted, EventOrderRejected: AttemptRejected,
		}[e.kind]
		c.outcomes[data.EndToEnd] = toldRow{fields: fieldsOf(map[string]any{"state": state, "reason": data.Reason})}
	case EventReceiptMatched, EventReceiptUnmatched:
		data.Match.Order = data.Order
		c.told[nameOfMatch(&data.Match)] = toldRow{fields: fieldsOf(fieldsOfMatch(&data.Match))}
		before := c.matches[data.Order]
		after := append(before[:len(before):len(before)], data.Match)
		c.matches[data.Order] = after
		paid := paidBy(after).Sub(paidBy(before))
		if paid.IsNegative() {
			paid = money.Min(paid.Neg(), data.Executed).Neg()
		} else {
			paid = money.Min(paid, data.Amount.Sub(data.Executed))
		}
		if !paid.IsZero() {
			c.waits[data.Order] = paid
		}
	}
	return nil
}

// holdAttempts notes where each attempt stands: as its last event says or, before its file was released, as the file.
func (c *paidCheck) holdAttempts() {
	for i := range c.attempts {
		a := &c.attempts[i]
		id := endToEnd(a.Order, a.Attempt)
		name := "attempt " + id
		if a.State == AttemptVoid { // nothing else tells that the order is at the next
			c.tried[a.Order] = max(c.tried[a.Order], a.Attempt+1)
		}
		c.expect(name, 0, time.Time{}, map[string]any{"state": a.State, "reason": a.Reason}, nil)
		outcome, is := c.outcomes[id]
		if state := c.files[a.File]; !is && state != FileReleased {
			outcome, is = toldRow{fields: fieldsOf(map[string]any{"state": state, "reason": ""})}, true
		}
		if delete(c.outcomes, id); is {
			c.told[name] = outcome
		}
	}
	for id, order := range c.orders {
		if tried := max(c.tried[id], 1); order.Attempt != tried {
			c.report(order.subject(), fmt.Sprintf("order %s is at attempt %d, it was announced at %d", id, order.Attempt, tried))
		}
	}
	for id, outcome := range c.outcomes {
		c.told["attempt "+id] = outcome
	}
}

// holdMatches wants that no order has more allocated than it asks for, and that no more came back than was paid.
func (c *paidCheck) holdMatches() {
	for _, id := range slices.Sorted(maps.Keys(c.matches)) {
		order, matches := c.orders[id], c.matches[id]
		if paid, is := c.waits[id]; is {
			c.report(order.subject(), fmt.Sprintf("order %s: an allocation makes %s of it, and nothing was booked", id, paid))
		}
		if paid := paidBy(matches); paid.Cmp(order.Amount) > 0 {
			c.report(order.subject(), fmt.Sprintf("order %s is of %s, allocated are %s", id, order.Amount, paid))
		}
		for attempt, s := range attemptsIn(matches) {
			if s.back().Cmp(s.paid()) > 0 {
				c.report(order.subject(), fmt.Sprintf("order %s: of attempt %d more came back than was paid", id, attempt))
			}
		}
	}
}
