package settlement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/iso20022"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

var attemptsToCheck = pg.Select[Attempt, ledger.OfPool](files, "AttemptsToCheck")

// fileCheck holds the payment files of a pool against what they were made of.
type fileCheck struct {
	orders   map[string]PaymentOrder
	attempts map[int][]Attempt // by file
	banks    zone.Payees

	report func(subject, text string)
}

// filesHoldTheirOrders reads every payment file as it is kept: its bytes are those of its hash, and it pays the orders
// that its attempts say, in their amounts, from and to the bank details that they say. What a bank got can so be told
// from what the book says it got.
func filesHoldTheirOrders(ctx context.Context, handle bun.IDB, pool string, report func(ledger.Finding)) error {
	of := ledger.OfPool{Pool: pool}
	check := fileCheck{
		orders: map[string]PaymentOrder{}, attempts: map[int][]Attempt{}, report: func(subject, text string) {
			report(ledger.Finding{Check: "payment_files_hold_their_orders", Pool: pool, Subject: subject, Text: text})
		},
	}
	orders, err := pg.Listed[PaymentOrder](ctx, handle, ordersAll.With(of))
	if err != nil {
		return err
	}
	for _, order := range orders {
		check.orders[order.ID] = order
	}
	err = pg.Each(ctx, handle, attemptsToCheck.With(of), func(a *Attempt) error {
		check.attempts[a.File] = append(check.attempts[a.File], *a)
		return nil
	})
	if err != nil || len(check.attempts) == 0 {
		return err
	}
	if check.banks, err = banksOf(ctx, handle, orders); err != nil {
		return err
	}
	return pg.Each(ctx, handle, keptFiles.With(ofPool{pool}), func(file *keptFile) error {
		check.file(file)
		return nil
	})
}

func (c *fileCheck) file(f *keptFile) {
	subject := f.subject()
	if sum := sha256.Sum256(f.Content); !bytes.Equal(sum[:], f.SHA256) {
		c.report(subject, subject+" is not what its hash says")
	}
	read, written, err := iso20022.ReadFile(bytes.NewReader(f.Content))
	if err != nil {
		c.report(subject, subject+" cannot be read: "+err.Error())
		return
	}
	got := map[string]bool{headOf(read.ID, read.Made, written.Transfers, written.Sum.String()): true}
	for i := range read.Payments {
		p := &read.Payments[i]
		for j := range p.Transfers {
			t := &p.Transfers[j]
			got[lineOfFile(p.ID, p.Day, p.Debtor, t.EndToEndID, t.Amount.String(), t.Creditor)] = true
		}
	}
	wanted := map[string]bool{headOf(f.Message, f.Made, f.Orders, f.Amount.String()): true}
	for i := range c.attempts[f.Number] {
		a := &c.attempts[f.Number][i]
		order := c.orders[a.Order]
		if a.Payer != order.Payer || a.Payee != order.Payee || a.Attempt > order.Attempt || a.Amount.Cmp(order.Amount) > 0 ||
			f.Payer != "" && f.Payer != a.Payer {
			c.report(subject, fmt.Sprintf("%s: attempt %d at %s pays %s from %s to %s, the order is of %s from %s to %s, at %d",
				subject, a.Attempt, a.Order, a.Amount, a.Payer, a.Payee, order.Amount, order.Payer, order.Payee, order.Attempt))
		}
		wanted[lineOfFile(a.Payment, f.Day, c.bank(a.Payer, a.PayerEntry), endToEnd(a.Order, a.Attempt), a.Amount.String(),
			c.bank(a.Payee, a.PayeeEntry))] = true
	}
	for _, line := range slices.Sorted(maps.Keys(wanted)) {
		if !got[line] {
			c.report(subject, subject+" does not have what it was made of: "+line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(got)) {
		if !wanted[line] {
			c.report(subject, subject+" has what it was not made of: "+line)
		}
	}
}

// bank is who pays or is paid by an entry of its bank details.
func (c *fileCheck) bank(member string, entry int64) iso20022.Party {
	for i := range c.banks {
		if bank := &c.banks[i]; bank.Member == member && bank.Number == entry && bank.State == zone.BankApproved {
			return party(bank)
		}
	}
	return iso20022.Party{}
}

func headOf(id string, made time.Time, orders int, amount string) string {
	return fmt.Sprintf("%s made %s, %d payments of %s", id, made.UTC().Format(time.RFC3339), orders, amount)
}

func lineOfFile(
	payment string, day calendar.Date, payer iso20022.Party, id, amount string, payee iso20022.Party,
) string {
	return fmt.Sprintf("%s on %s, %s of %s from %+v to %+v", payment, day, id, amount, payer, payee)
}
