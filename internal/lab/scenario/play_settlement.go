package scenario

import (
	"context"
	"strconv"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/money"
)

// settle plays the statements on what members owe each other for a period, and says whether the line is one of them.
func (p *Player) settle(ctx context.Context, line Line) (played bool, err error) {
	if pool, period := ofPeriod(line.Statement); pool != "" {
		if err := p.drawn(ctx, line, pool, period); err != nil {
			return true, err
		}
	}
	switch s := line.Statement.(type) {
	case DrawStatement:
		return true, p.draw(ctx, line, s)
	case Query:
		_, err = p.settlement.RaiseQuery(ctx, settlement.RaiseQuery{
			Command: said(line.who(staff(s.Member)), line), Pool: s.Pool, Period: s.Period, Member: s.Member,
			Subject: p.number(s.Item),
		})
	case Resolve:
		_, err = p.settlement.ResolveQueries(ctx, settlement.ResolveQueries{
			Command: said(line.who(staff(s.Member)), line), Pool: s.Pool, Period: s.Period, Member: s.Member,
			Subject: p.number(s.Item),
		})
	case Confirm:
		_, err = p.settlement.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: said(line.who(staff(s.Member)), line), Pool: s.Pool, Period: s.Period, Member: s.Member,
		})
	case Settle:
		return true, p.run(ctx, line, s)
	case Paid:
		return true, p.paid(ctx, line, s)
	default:
		return false, nil
	}
	return true, err
}

// ofPeriod is the pool and period of what happens to a statement that is drawn; "" for everything else.
func ofPeriod(s Statement) (pool, period string) {
	switch s := s.(type) {
	case Query:
		return s.Pool, s.Period
	case Resolve:
		return s.Pool, s.Period
	case Confirm:
		return s.Pool, s.Period
	case Settle:
		return s.Pool, s.Period
	case Paid:
		return s.Pool, s.Period
	default:
		return "", ""
	}
}

// drawn refuses a period without a statement, and then a day that may not be written, before it is asked who acts.
func (p *Player) drawn(ctx context.Context, line Line, pool, period string) error {
	if _, err := settlement.StatementOf(ctx, p.db.Of(pool), pool, period); err != nil {
		return err
	}
	return p.dated(ctx, line, pool)
}

// draw draws the statements and shows them to the members.
func (p *Player) draw(ctx context.Context, line Line, s DrawStatement) error {
	_, err := p.settlement.DrawStatement(ctx, settlement.DrawStatement{
		Command: said(line.who(clerk), line), Pool: s.Pool, Period: s.Period,
		Ahead: true, // the language knows no refusal of it
	})
	if err != nil {
		return err
	}
	_, err = p.settlement.IssueStatement(ctx, settlement.IssueStatement{
		Command: said(clerk, line), Pool: s.Pool, Period: s.Period,
	})
	return err
}

// run proposes a settlement and has a second person approve it.
func (p *Player) run(ctx context.Context, line Line, s Settle) error {
	proposed, err := p.settlement.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: said(line.who(clerk), line), Pool: s.Pool, Period: s.Period,
	})
	if err != nil {
		return err
	}
	_, err = p.settlement.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: said(checker, line), Pool: s.Pool, Number: proposed.Number,
	})
	return err
}

// paid is written down by the second person, on the bank's word.
func (p *Player) paid(ctx context.Context, line Line, s Paid) error {
	run, _, err := settlement.SettlementOf(ctx, p.db.Of(s.Pool), s.Pool, s.Period)
	if err != nil {
		return err
	}
	by := line.who(checker)
	if line.As == "manager" { // the second person there, as the first proposed it
		by = checker
	}
	_, err = p.settlement.CompleteSettlement(ctx, settlement.CompleteSettlement{
		Command: said(by, line), Pool: s.Pool, Number: run.Number,
	})
	return err
}

// Settlement is the service that the player asks, on the player's clock, for what the language has no words for.
func (p *Player) Settlement() *settlement.Service { return p.settlement }

// expectSettlement compares what is expected of statements and payment orders, and says whether the line is one of
// these.
func (p *Player) expectSettlement(ctx context.Context, s Statement) (*compared, error) {
	switch s := s.(type) {
	case ExpectStatement:
		return p.expectStatement(ctx, s)
	case ExpectNet:
		orders, missing, err := p.orders(ctx, s.Pool, s.Period)
		if err != nil || missing != nil {
			return missing, err
		}
		return equal(s.Amount, settlement.NetOf(orders, s.Member)), nil
	case ExpectPayment:
		orders, missing, err := p.orders(ctx, s.Pool, s.Period)
		if err != nil || missing != nil {
			return missing, err
		}
		var amount money.Amount
		for _, order := range orders {
			if order.Payer == s.From && order.Payee == s.To {
				amount = amount.Add(order.Amount)
			}
		}
		return equal(s.Amount, amount), nil
	case ExpectPayments:
		orders, missing, err := p.orders(ctx, s.Pool, s.Period)
		if err != nil || missing != nil {
			return missing, err
		}
		return &compared{wanted: strconv.Itoa(s.Count), got: strconv.Itoa(len(orders))}, nil
	default:
		return nil, errUnknown(s)
	}
}

// orders are the payment orders of a period's settlement. An expectation of one that is not there fails.
func (p *Player) orders(ctx context.Context, pool, period string) ([]settlement.PaymentOrder, *compared, error) {
	_, orders, err := settlement.SettlementOf(ctx, p.db.Of(pool), pool, period)
	if settlement.IsMissing(err) {
		return nil, &compared{wanted: "a settlement of " + pool + " " + period, got: err.Error()}, nil
	}
	return orders, nil, err
}

func (p *Player) expectStatement(ctx context.Context, s ExpectStatement) (*compared, error) {
	statement, err := settlement.StatementOf(ctx, p.db.Of(s.Pool), s.Pool, s.Period)
	if settlement.IsMissing(err) {
		return &compared{wanted: "a statement of " + s.Pool + " " + s.Period, got: err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	totals, err := settlement.TotalsOf(ctx, p.db.Of(s.Pool), statement)
	wanted := settlement.MemberTotal{Member: s.Member, Opening: s.Opening, Movement: s.Movement, Closing: s.Closing}
	got := settlement.MemberTotal{Member: s.Member}
	for _, total := range totals {
		if total.Member == s.Member {
			got = total
		}
	}
	return &compared{wanted: figures(wanted), got: figures(got)}, err
}

func figures(t settlement.MemberTotal) string {
	return "opening=" + t.Opening.String() + " movement=" + t.Movement.String() + " closing=" + t.Closing.String()
}
