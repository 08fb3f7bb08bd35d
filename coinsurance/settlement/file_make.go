package settlement

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/iso20022"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// MakeFile writes a payment file of a pool: of one payer, or of all by their mandates. Another person releases it.
type MakeFile struct {
	idempotency.Command

	Pool     string        `json:"pool"`
	Payer    string        `json:"payer"`    // the one who pays; "" by mandates
	Mandated bool          `json:"mandated"` // the manager pays for each payer, by its mandate
	Orders   []string      `json:"orders"`   // all that are open when left out
	Day      calendar.Date `json:"day"`      // on which banks are to execute it; today when left out
	NameMax  int           `json:"name_max"` // characters that this bank takes of a name; what the message allows when 0
}

// MakeFile refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.file_invalid,
// coinsurance.order_not_found, coinsurance.order_done, coinsurance.order_in_file, coinsurance.file_empty,
// coinsurance.mandate_missing, coinsurance.bank_details_not_found, coinsurance.bank_details_unconfirmed,
// coinsurance.name_too_long.
func (s *Service) MakeFile(ctx context.Context, cmd MakeFile) (*PaymentFile, error) {
	return change(ctx, s, cmd, loadPayable, decideFile, keepAttempts)
}

func (cmd MakeFile) home() string { return cmd.Pool }

func (cmd MakeFile) admit() error { return mayKeepPayments(cmd.By) }

// payable is what whoever makes or releases a file needs to know.
type payable struct {
	period   ledger.Period
	pool     coinsurance.Pool
	orders   []PaymentOrder // of approved runs, not paid whole, and those that are asked for
	present  []Attempt      // of these orders
	next     int            // number of the next file
	payees   zone.Payees
	mandates zone.Mandates

	file     *PaymentFile // that is released or made void
	attempts []Attempt    // in it
	made     []Attempt    // by the decision
}

func (p *payable) book() ledger.Period { return p.period }

type ordersToPay struct {
	Pool   string
	Orders []string
}

var (
	lockPayableOrders = pg.Select[PaymentOrder, ordersToPay](files, "LockPayableOrders")
	attemptsOfPool    = pg.Select[Attempt, ofPool](files, "AttemptsOfPool")
	nextFile          = pg.SQL[ofPool](files, "NextFile")
)

func loadPayable(ctx context.Context, tx *pg.Tx, cmd MakeFile) (*payable, error) {
	return loadPayments(ctx, tx, cmd.Pool, cmd.Orders, 0)
}

// loadPayments locks what is to be paid in a pool, after the pool's head, and then where it is paid.
func loadPayments(ctx context.Context, tx *pg.Tx, pool string, orders []string, file int) (*payable, error) {
	known := new(payable)
	var reads pg.Reads
	var head string
	ledger.LockPeriodIn(&reads, pool, &known.period)
	lockHead.With(ofPool{pool}).In(&reads, &head)
	found := coinsurance.FindPoolIn(&reads, pool)
	pg.FindIn(&reads, lockFile.With(fileKey{pool, file}), &known.file)
	pg.ListIn(&reads, attemptsOfFile.With(fileKey{pool, file}), &known.attempts)
	pg.ListIn(&reads, lockPayableOrders.With(ordersToPay{pool, append([]string{}, orders...)}), &known.orders)
	pg.ListIn(&reads, attemptsOfPool.With(ofPool{pool}), &known.present)
	nextFile.With(ofPool{pool}).In(&reads, &known.next)
	err := reads.Run(ctx, tx)
	if err == nil {
		known.pool, err = found()
	}
	if err != nil {
		return nil, err
	}
	var members []string
	for i := range known.orders {
		members = append(members, known.orders[i].Payer, known.orders[i].Payee)
	}
	slices.Sort(members)
	members = slices.Compact(members)
	if known.payees, err = zone.HoldPayees(ctx, tx, members); err == nil {
		known.mandates, err = zone.HoldMandates(ctx, tx, members)
	}
	return known, err
}

// live is the attempt at an order that is in a file, or nil.
func (p *payable) live(order *PaymentOrder) *Attempt {
	for i := range p.present {
		if a := &p.present[i]; a.Order == order.ID && a.Attempt == order.Attempt && a.State != AttemptRejected {
			return a
		}
	}
	return nil
}

// chosen are the orders that a file is asked for, by payer.
func (p *payable) chosen(cmd MakeFile) ([]*PaymentOrder, error) {
	var chosen []*PaymentOrder
	for _, id := range cmd.Orders {
		if !slices.ContainsFunc(p.orders, func(o PaymentOrder) bool { return o.ID == id }) {
			return nil, ErrOrderNotFound.Case(fault.Args{"pool": cmd.Pool, "order": id})
		}
	}
	for i := range p.orders {
		order := &p.orders[i]
		named := slices.Contains(cmd.Orders, order.ID)
		switch live := p.live(order); {
		case !named && (len(cmd.Orders) > 0 || live != nil || cmd.Payer != "" && order.Payer != cmd.Payer):
			continue
		case order.State == OrderExecuted || order.State == OrderVoid:
			return nil, ErrOrderDone.Case(fault.Args{"order": order.ID, "order_state": order.State})
		case live != nil:
			return nil, ErrOrderInFile.Case(fault.Args{"order": order.ID, "number": live.File})
		case cmd.Payer != "" && order.Payer != cmd.Payer:
			return nil, ErrFileInvalid.At("orders", "{order} is paid by {payer}",
				fault.Args{"order": order.ID, "payer": order.Payer})
		}
		chosen = append(chosen, order)
	}
	if len(chosen) == 0 {
		return nil, ErrFileEmpty.Case(fault.Args{"pool": cmd.Pool})
	}
	slices.SortStableFunc(chosen, func(a, b *PaymentOrder) int { return strings.Compare(a.Payer, b.Payer) })
	return chosen, nil
}

func decideFile(known *payable, cmd MakeFile, now time.Time) (decided decision[*PaymentFile], err error) {
	today := calendar.DateOf(now)
	var check fault.Check
	check.Require((cmd.Payer != "") != cmd.Mandated, "payer", "name the payer, or pay by mandates")
	check.Require(cmd.Day.IsZero() || !cmd.Day.Before(today), "day", "a bank executes nothing in the past")
	check.Require(cmd.NameMax >= 0, "name_max", "the limit may not be below zero")
	if err := check.Refuse(ErrFileInvalid); err != nil {
		return decided, err
	}
	chosen, err := known.chosen(cmd)
	if err != nil {
		return decided, err
	}
	file := &PaymentFile{
		Pool: cmd.Pool, Number: known.next, Message: fmt.Sprintf("G%d-F%d", known.pool.Ordinal, known.next),
		Payer: cmd.Payer, Day: cmp.Or(cmd.Day, today), State: FileMade, MadeBy: cmd.By.Subject, Made: now,
	}
	message, err := known.message(file, chosen, cmd, today)
	if err != nil {
		return decided, err
	}
	var text bytes.Buffer
	written, err := iso20022.Write(&text, message, iso20022.Profile{Name: cmd.NameMax})
	if err != nil {
		return decided, unwritable(err)
	}
	sum := sha256.Sum256(text.Bytes())
	file.Content, file.SHA256, file.Orders, file.Amount = text.Bytes(), sum[:], written.Transfers, written.Sum
	decided.answer = file
	decided.facts = facts(fileFact(EventFileMade, 1, now, file, cmd.By))
	decided.write = func(tx *pg.Tx) { pg.Insert(tx, &keptFile{PaymentFile: *file, Content: file.Content}) }
	return decided, nil
}

// message is the file for a bank, a part for each payer; what is in it is noted as attempts.
func (p *payable) message(
	file *PaymentFile, chosen []*PaymentOrder, cmd MakeFile, today calendar.Date,
) (iso20022.File, error) {
	message := iso20022.File{ID: file.Message, Made: file.Made, Initiator: p.pool.Name}
	p.made = nil
	for i, order := range chosen {
		if cmd.Mandated {
			if err := p.mandates.Require(order.Payer, today); err != nil {
				return message, err
			}
		}
		payer, err := p.payees.To(order.Payer, today)
		if err != nil {
			return message, err
		}
		payee, err := p.payees.To(order.Payee, today)
		if err != nil {
			return message, err
		}
		if i == 0 || chosen[i-1].Payer != order.Payer {
			message.Payments = append(message.Payments, iso20022.Payment{
				ID: fmt.Sprintf("%s-%d", file.Message, len(message.Payments)+1), Day: file.Day, Debtor: party(payer),
			})
		}
		payment := &message.Payments[len(message.Payments)-1]
		attempt := Attempt{
			Pool: order.Pool, Order: order.ID, Attempt: order.Attempt, File: file.Number, Payment: payment.ID,
			Payer: order.Payer, Payee: order.Payee, PayerEntry: payer.Number, PayeeEntry: payee.Number,
			Amount: order.left(), State: AttemptMade,
		}
		payment.Transfers = append(payment.Transfers, iso20022.Transfer{
			EndToEndID: endToEnd(order.ID, order.Attempt), Amount: attempt.Amount, Creditor: party(payee),
			Reference: "共保结算 " + order.ID,
		})
		p.made = append(p.made, attempt)
	}
	return message, nil
}

// endToEnd is what comes back in every answer of a bank: a rejected order is sent again under another.
func endToEnd(order string, attempt int) string { return fmt.Sprintf("%s-%d", order, attempt) }

func party(bank *zone.BankDetails) iso20022.Party {
	return iso20022.Party{
		Name: bank.AccountName, Account: bank.AccountNumber, Bank: bank.CNAPS, BankName: bank.Bank,
	}
}

// unwritable is what a bank would not take: a name is never cut, because a payee by another name is another payee.
func unwritable(err error) error {
	found, is := errors.AsType[*iso20022.Unwritable](err)
	switch {
	case !is:
		return err
	case found.Fault == iso20022.Long:
		return ErrNameTooLong.Case(fault.Args{"field": found.Field, "most": found.Most})
	default:
		return ErrFileInvalid.At(found.Field, "a bank would not take it: {reason}", fault.Args{"reason": string(found.Fault)})
	}
}

func keepAttempts(_ context.Context, tx *pg.Tx, known *payable, _ MakeFile, _ *PaymentFile) error {
	pg.InsertAll(tx, known.made, pg.Columns[Attempt]{})
	return nil
}
