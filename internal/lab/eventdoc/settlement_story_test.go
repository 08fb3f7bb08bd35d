package eventdoc_test

import (
	"context"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
	"gongbao/zone"
)

// settle draws the statement of the story's last quarter, disputes and confirms it, settles it, and has a payment come
// back.
func settle(ctx context.Context, t *testing.T, insurers *zone.Service, s *settlement.Service) {
	t.Helper()
	const pool, period = "IC", "2026-Q4"
	must(t, second(s.DrawStatement(ctx, settlement.DrawStatement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})))
	must(t, second(s.IssueStatement(ctx, settlement.IssueStatement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})))
	must(t, second(s.CancelStatement(ctx, settlement.CancelStatement{
		Command: idempotency.By(checker), Pool: pool, Period: period, Reason: "漏列一单",
	})))
	must(t, second(s.DrawStatement(ctx, settlement.DrawStatement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})))
	must(t, second(s.IssueStatement(ctx, settlement.IssueStatement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})))
	staff := func(member string) access.Principal {
		return access.Person("qian", access.Member, member, access.Settlement)
	}
	must(t, second(s.RaiseQuery(ctx, settlement.RaiseQuery{
		Command: idempotency.By(staff("B")), Pool: pool, Period: period, Member: "B", Subject: "IC-P1",
		Reason: settlement.ReasonShare, Remark: "份额应为 40%",
	})))
	must(t, second(s.AnswerQuery(ctx, settlement.AnswerQuery{
		Command: idempotency.By(staff("A")), Pool: pool, Period: period, Number: 1, Answer: "份额依协议第一版",
		Document: "协议附件一",
	})))
	must(t, second(s.EscalateQuery(ctx, settlement.EscalateQuery{
		Command: idempotency.By(staff("B")), Pool: pool, Period: period, Number: 1,
	})))
	must(t, second(s.ResolveQueries(ctx, settlement.ResolveQueries{
		Command: idempotency.By(staff("B")), Pool: pool, Period: period, Member: "B", Subject: "IC-P1",
	})))
	for _, member := range []string{"A", "B"} {
		must(t, second(s.ConfirmStatement(ctx, settlement.ConfirmStatement{
			Command: idempotency.By(staff(member)), Pool: pool, Period: period, Member: member,
		})))
	}
	outdated, err := s.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})
	must(t, err)
	must(t, second(s.WithdrawSettlement(ctx, settlement.WithdrawSettlement{
		Command: idempotency.By(clerk), Pool: pool, Number: outdated.Number, Reason: "另有异议",
	})))
	proposed, err := s.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})
	must(t, err)
	approved, err := s.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: idempotency.By(checker), Pool: pool, Number: proposed.Number,
	})
	must(t, err)
	banked(ctx, t, insurers, s, &approved.Payments[0])
	complete := settlement.CompleteSettlement{Command: idempotency.By(checker), Pool: pool, Number: proposed.Number}
	must(t, second(s.CompleteSettlement(ctx, complete)))
	must(t, second(s.ReturnOrder(ctx, settlement.ReturnOrder{
		Command: idempotency.By(checker), Pool: pool, Order: approved.Payments[0].ID,
	})))
	must(t, second(s.ExecuteOrder(ctx, settlement.ExecuteOrder{
		Command: idempotency.By(checker), Pool: pool, Order: approved.Payments[0].ID, Amount: approved.Payments[0].Amount,
	})))
	unwind(ctx, t, s, &approved.Payments[0])
	proposed, err = s.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: idempotency.By(clerk), Pool: pool, Period: period,
	})
	must(t, err)
	must(t, second(s.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: idempotency.By(checker), Pool: pool, Number: proposed.Number,
	})))
	complete.Number = proposed.Number
	must(t, second(s.CompleteSettlement(ctx, complete)))
}

// unwind has the payment of an order come back once more and a part of it made again, has two persons unwind the run,
// after a proposal that was taken back, and that part given back.
func unwind(ctx context.Context, t *testing.T, s *settlement.Service, order *settlement.PaymentOrder) {
	t.Helper()
	pool, number := order.Pool, order.Settlement
	pay := func(id string, amount money.Amount) {
		t.Helper()
		must(t, second(s.ExecuteOrder(ctx, settlement.ExecuteOrder{
			Command: idempotency.By(checker), Pool: pool, Order: id, Amount: amount,
		})))
	}
	must(t, second(s.ReturnOrder(ctx, settlement.ReturnOrder{
		Command: idempotency.By(checker), Pool: pool, Order: order.ID,
	})))
	pay(order.ID, money.Fen(1))
	propose := func() {
		t.Helper()
		must(t, second(s.ProposeUnwinding(ctx, settlement.ProposeUnwinding{
			Command: idempotency.By(clerk), Pool: pool, Number: number, Reason: "成员停止支付",
		})))
	}
	propose()
	must(t, second(s.WithdrawUnwinding(ctx, settlement.WithdrawUnwinding{
		Command: idempotency.By(checker), Pool: pool, Number: number,
	})))
	propose()
	unwound, err := s.ApproveUnwinding(ctx, settlement.ApproveUnwinding{
		Command: idempotency.By(checker), Pool: pool, Number: number,
	})
	must(t, err)
	for _, opposite := range unwound.Payments {
		if opposite.OppositeOf != "" {
			pay(opposite.ID, opposite.Amount)
		}
	}
}

// banked has a bank accept and then reject an order, and allocates an entry of an account to it, which is a mistake.
func banked(
	ctx context.Context, t *testing.T, insurers *zone.Service, s *settlement.Service, order *settlement.PaymentOrder,
) {
	t.Helper()
	const account = "6222000055556666"
	must(t, second(insurers.ProposeBank(ctx, zone.ProposeBank{
		Command: idempotency.By(clerk), Member: "B", Bank: "示例银行", CNAPS: "104521003456", AccountName: "B财险",
		AccountNumber: account,
	})))
	must(t, second(insurers.DecideBank(ctx, zone.DecideBank{
		Command: idempotency.By(checker), Member: "B", Number: 1, Approve: true,
	})))
	must(t, second(insurers.ConfirmBank(ctx, zone.ConfirmBank{
		Command: idempotency.By(access.Person("treasurer", access.Member, "B", access.Settlement)), Member: "B", Number: 1,
	})))
	makes := settlement.MakeFile{
		Command: idempotency.By(clerk), Pool: order.Pool, Payer: order.Payer, Orders: []string{order.ID},
	}
	must(t, second(s.MakeFile(ctx, makes)))
	must(t, second(s.VoidFile(ctx, settlement.VoidFile{
		Command: idempotency.By(clerk), Pool: order.Pool, Number: 1, Reason: "付款日有误",
	})))
	file, err := s.MakeFile(ctx, makes)
	must(t, err)
	must(t, second(s.ReleaseFile(ctx, settlement.ReleaseFile{
		Command: idempotency.By(checker), Pool: order.Pool, Number: file.Number,
	})))
	for _, code := range []string{"ACSP", "RJCT"} {
		must(t, second(s.TakeStatus(ctx, settlement.TakeStatus{
			Command: idempotency.By(clerk), Pool: order.Pool, Number: file.Number, Report: &iso20022.Report{
				File:   file.Message,
				Status: iso20022.Status{Code: code, Reasons: []iso20022.Reason{{Code: "AC04", Text: "账户已销户"}}},
			},
		})))
	}
	sign := "" // B is paid, or pays
	if order.Payer == "B" {
		sign = "-"
	}
	table := "date,account,amount,reference,summary\n2027-01-01," + account + "," + sign + order.Amount.String() +
		",T1,共保结算 " + order.ID + "\n"
	must(t, second(s.ReadAnswer(ctx, settlement.ReadAnswer{By: clerk, Content: []byte(table), Profile: "signed"})))
	must(t, second(s.UnmatchReceipt(ctx, settlement.UnmatchReceipt{
		Command: idempotency.By(clerk), Pool: order.Pool, Order: order.ID, Account: account, Key: "T1/0", Number: 1,
	})))
}
