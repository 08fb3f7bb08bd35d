package crash

import (
	"context"
	"fmt"
	"slices"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/calendar"
)

// propose fixes the run and has a second person approve it. Every third month it is withdrawn in between, and every
// fourth month a run that was approved is unwound, and made again.
func (m *month) propose(ctx context.Context) error {
	run, err := m.proposed(ctx, "propose")
	if err == nil && m.every(3) {
		key, said := m.said(clerk, "withdraw")
		_, err = send(ctx, m.settler, stepRun, key, func(ctx context.Context) (*settlement.Settlement, error) {
			return m.Settlement.WithdrawSettlement(ctx, settlement.WithdrawSettlement{
				Command: said, Pool: m.pool, Number: run, Reason: "撤回重提",
			})
		})
		if err == nil {
			run, err = m.proposed(ctx, "propose-again")
		}
	}
	if err == nil {
		err = m.approve(ctx, run, "approve")
	}
	if err == nil && m.every(4) { //nolint:mnd // under every netting in its turn
		if err = m.unwind(ctx); err == nil {
			run, err = m.proposed(ctx, "propose-unwound")
		}
		if err == nil {
			err = m.approve(ctx, run, "approve-unwound")
		}
	}
	if err == nil && !m.every(2) {
		err = m.resolve(ctx)
	}
	return err
}

func (m *month) approve(ctx context.Context, run int, step string) error {
	key, said := m.said(checker, step)
	approved, err := send(ctx, m.settler, stepRun, key, func(ctx context.Context) (*settlement.Calculation, error) {
		return m.Settlement.ApproveSettlement(ctx, settlement.ApproveSettlement{Command: said, Pool: m.pool, Number: run})
	})
	if err == nil {
		m.run, m.orders = approved.Number, approved.Payments
	}
	return err
}

func (m *month) proposed(ctx context.Context, step string) (run int, err error) {
	key, said := m.said(clerk, step)
	proposed, err := send(ctx, m.settler, stepRun, key, func(ctx context.Context) (*settlement.Calculation, error) {
		return m.Settlement.ProposeSettlement(ctx, settlement.ProposeSettlement{
			Command: said, Pool: m.pool, Period: m.period,
		})
	})
	if err != nil {
		return 0, err
	}
	return proposed.Number, nil
}

// file makes a payment file for each payer, has another person release it, and reads what the bank says of it. Every
// other month the first file is made void and made again; every third month the bank rejects its first payment, which
// then is sent again.
func (m *month) file(ctx context.Context) error {
	var payers []string
	for i := range m.orders {
		payers = append(payers, m.orders[i].Payer)
	}
	slices.Sort(payers)
	for i, payer := range slices.Compact(payers) {
		file, err := m.make(ctx, payer, "file-"+payer)
		if err == nil && i == 0 && m.every(2) {
			if err = m.void(ctx, file.Number); err == nil {
				file, err = m.make(ctx, payer, "file-again-"+payer)
			}
		}
		if err != nil {
			return err
		}
		rejects := 0
		if i == 0 && m.every(3) {
			rejects = 1
		}
		if err := m.release(ctx, file, payer, rejects); err != nil {
			return err
		}
		if rejects == 0 {
			continue
		}
		if file, err = m.make(ctx, payer, "file-resent-"+payer); err != nil {
			return err
		}
		if err := m.release(ctx, file, "resent-"+payer, 0); err != nil {
			return err
		}
	}
	return nil
}

func (m *month) make(ctx context.Context, payer, step string) (*settlement.PaymentFile, error) {
	key, said := m.said(clerk, step)
	return send(ctx, m.settler, stepFile, key, func(ctx context.Context) (*settlement.PaymentFile, error) {
		return m.Settlement.MakeFile(ctx, settlement.MakeFile{Command: said, Pool: m.pool, Payer: payer})
	})
}

func (m *month) void(ctx context.Context, file int) error {
	key, said := m.said(clerk, "void")
	_, err := send(ctx, m.settler, stepFile, key, func(ctx context.Context) (*settlement.PaymentFile, error) {
		return m.Settlement.VoidFile(ctx, settlement.VoidFile{Command: said, Pool: m.pool, Number: file, Reason: "重做"})
	})
	return err
}

// release lets a file go, and reads what its bank says of what it reads there: so many of its first payments are
// rejected.
func (m *month) release(ctx context.Context, file *settlement.PaymentFile, step string, rejects int) error {
	key, said := m.said(checker, "release-"+step)
	_, err := send(ctx, m.settler, stepFile, key, func(ctx context.Context) (*settlement.PaymentFile, error) {
		return m.Settlement.ReleaseFile(ctx, settlement.ReleaseFile{Command: said, Pool: m.pool, Number: file.Number})
	})
	if err != nil {
		return err
	}
	kept, err := insist(ctx, &m.stream, func(ctx context.Context) (*settlement.PaymentFile, error) {
		return settlement.FileContent(ctx, m.DB.Of(m.pool), checker, m.pool, file.Number)
	})
	if err != nil {
		return err
	}
	if digestOf(kept.Content) != fmt.Sprintf("%x", []byte(file.SHA256)) {
		return fmt.Errorf("file %s is handed out with other bytes than it was made of", file.Message)
	}
	out, err := handedOut(kept.Content)
	if err != nil {
		return err
	}
	status, err := out.status(m.today(), rejects)
	if err != nil {
		return err
	}
	m.filed = append(m.filed, out.asked[rejects:]...)
	return m.hear(ctx, "status-"+step, status)
}

// hear reads a bank's file.
func (m *month) hear(ctx context.Context, step string, content []byte) error {
	_, err := send(ctx, m.settler, stepRead, keyOf(m.pool, m.number, step),
		func(ctx context.Context) (*settlement.BankReport, error) {
			return m.Settlement.ReadAnswer(ctx, settlement.ReadAnswer{By: clerk, Content: content})
		})
	return err
}

// pay has banks tell what was paid: a third of the payments with our number, the first of them in two parts; one
// without any number, which a person allocates; the rest is left to whoever completes the run. The payees' banks then
// tell of the same payments, which changes nothing.
func (m *month) pay(ctx context.Context) error {
	if len(m.filed) == 0 {
		return nil
	}
	named := m.named()
	var debits, credits []movement
	for i, paid := range m.filed[:named] {
		some := paid.amount
		if i == 0 && !m.every(3) {
			some = part(paid.amount)
			debits = append(debits, paid.debit("b", paid.amount.Sub(some)))
		}
		debits = append(debits, paid.debit("a", some))
		credits = append(credits, paid.credit())
	}
	for i, booked := range debits {
		step := fmt.Sprintf("debit-%d", i)
		if err := m.hear(ctx, step, camtOf(m.today(), booked.account, booked)); err != nil {
			return err
		}
	}
	if named < len(m.filed) {
		if err := m.match(ctx, m.filed[named]); err != nil {
			return err
		}
	}
	for i, booked := range credits {
		step := fmt.Sprintf("credit-%d", i)
		if err := m.hear(ctx, step, camtOf(m.today(), booked.account, booked)); err != nil {
			return err
		}
	}
	return nil
}

// today is the day of everything that banks tell: the same whoever asks again.
func (m *month) today() calendar.Date { return calendar.DateOf(m.orders[0].Recorded) }

// match has the bank tell of a payment without its number, and a person allocate it.
func (m *month) match(ctx context.Context, paid transfer) error {
	booked := paid.debit("m", paid.amount)
	booked.endToEnd = ""
	if err := m.hear(ctx, "unnamed", camtOf(m.today(), booked.account, booked)); err != nil {
		return err
	}
	key, said := m.said(clerk, "match")
	_, err := send(ctx, m.settler, stepClearing, key, func(ctx context.Context) (*settlement.Match, error) {
		return m.Settlement.MatchReceipt(ctx, settlement.MatchReceipt{
			Command: said, Pool: m.pool, Order: paid.order(), Account: booked.account, Key: booked.reference + "/0",
		})
	})
	return err
}

// complete writes down that everything is paid, unless banks have said so of every payment: then the run is complete.
func (m *month) complete(ctx context.Context) error {
	if len(m.filed) > 0 && m.named() >= len(m.filed)-1 {
		return nil
	}
	key, said := m.said(checker, "complete")
	_, err := send(ctx, m.settler, stepClearing, key, func(ctx context.Context) (*settlement.CompletedRun, error) {
		return m.Settlement.CompleteSettlement(ctx, settlement.CompleteSettlement{
			Command: said, Pool: m.pool, Number: m.run,
		})
	})
	return err
}

// named is how many of the payments banks tell of with our number.
func (m *month) named() int { return max(1, len(m.filed)/3) } //nolint:mnd // a third

// comeBack has a payment come back, and makes it again: the last one, which a person wrote down, and every third month
// the first one, of which its bank says so.
func (m *month) comeBack(ctx context.Context) error {
	if len(m.filed) > 2 { //nolint:mnd // the last was neither named nor matched
		order := m.orderOf(m.filed[len(m.filed)-1])
		key, said := m.said(checker, "return")
		_, err := send(ctx, m.settler, stepClearing, key, func(ctx context.Context) (*settlement.PaymentOrder, error) {
			return m.Settlement.ReturnOrder(ctx, settlement.ReturnOrder{Command: said, Pool: m.pool, Order: order.ID})
		})
		if err != nil {
			return err
		}
		if err := m.execute(ctx, order, "again"); err != nil {
			return err
		}
	}
	if len(m.filed) == 0 || !m.every(3) {
		return nil
	}
	first := m.filed[0]
	back := first.debit("r", first.amount)
	back.credited, back.returned = true, true
	if err := m.hear(ctx, "returned", camtOf(m.today(), back.account, back)); err != nil {
		return err
	}
	return m.execute(ctx, m.orderOf(first), "again-returned")
}

func (m *month) orderOf(paid transfer) *settlement.PaymentOrder {
	at := slices.IndexFunc(m.orders, func(o settlement.PaymentOrder) bool { return o.ID == paid.order() })
	return &m.orders[at]
}

// execute writes down that an order was paid whole, on the bank's word.
func (m *month) execute(ctx context.Context, order *settlement.PaymentOrder, step string) error {
	return m.pays(ctx, order, order.Amount, step)
}
