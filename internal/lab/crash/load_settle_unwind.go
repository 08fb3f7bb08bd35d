package crash

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/money"
)

// unwind undoes the run of which a payment was made in part, and another whole where there is another: what was paid is
// given back, the first of it in two parts, and the items are free again. It is proposed twice, and taken back in
// between.
func (m *month) unwind(ctx context.Context) error {
	for i := range m.orders[:min(2, len(m.orders))] { //nolint:mnd // one in part, one whole
		amount := m.orders[i].Amount
		if i == 0 {
			amount = part(amount)
		}
		if err := m.pays(ctx, &m.orders[i], amount, "unwind-paid-"+m.orders[i].ID); err != nil {
			return err
		}
	}
	if err := m.proposeUnwinding(ctx, "unwind"); err != nil {
		return err
	}
	key, said := m.said(clerk, "unwind-withdrawn")
	_, err := send(ctx, m.settler, stepRun, key, func(ctx context.Context) (*settlement.Settlement, error) {
		return m.Settlement.WithdrawUnwinding(ctx, settlement.WithdrawUnwinding{
			Command: said, Pool: m.pool, Number: m.run,
		})
	})
	if err != nil {
		return err
	}
	if err := m.proposeUnwinding(ctx, "unwind-again"); err != nil {
		return err
	}
	key, said = m.said(checker, "unwind-approved")
	unwound, err := send(ctx, m.settler, stepRun, key, func(ctx context.Context) (*settlement.UnwoundRun, error) {
		return m.Settlement.ApproveUnwinding(ctx, settlement.ApproveUnwinding{Command: said, Pool: m.pool, Number: m.run})
	})
	if err != nil {
		return err
	}
	return m.giveBack(ctx, unwound.Payments)
}

func (m *month) proposeUnwinding(ctx context.Context, step string) error {
	key, said := m.said(clerk, step)
	_, err := send(ctx, m.settler, stepRun, key, func(ctx context.Context) (*settlement.Settlement, error) {
		return m.Settlement.ProposeUnwinding(ctx, settlement.ProposeUnwinding{
			Command: said, Pool: m.pool, Number: m.run, Reason: "成员退池，无法清讫",
		})
	})
	return err
}

// giveBack pays the opposite orders.
func (m *month) giveBack(ctx context.Context, orders []settlement.PaymentOrder) error {
	for i := range orders {
		opposite := &orders[i]
		if opposite.OppositeOf == "" {
			continue
		}
		some := part(opposite.Amount)
		if err := m.pays(ctx, opposite, some, "unwind-back-part-"+opposite.ID); err != nil {
			return err
		}
		if err := m.pays(ctx, opposite, opposite.Amount.Sub(some), "unwind-back-"+opposite.ID); err != nil {
			return err
		}
	}
	return nil
}

// pays writes down that so much of an order was paid, on the bank's word.
func (m *month) pays(ctx context.Context, order *settlement.PaymentOrder, amount money.Amount, step string) error {
	key, said := m.said(checker, step)
	_, err := send(ctx, m.settler, stepClearing, key, func(ctx context.Context) (*settlement.PaymentOrder, error) {
		return m.Settlement.ExecuteOrder(ctx, settlement.ExecuteOrder{
			Command: said, Pool: m.pool, Order: order.ID, Amount: amount,
		})
	})
	return err
}
