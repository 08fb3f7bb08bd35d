package launch

import (
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
	"gongbao/zone"
)

// insurers are the members of the pool IC.
var insurers = []string{"SHAHU", "NANHU", "DONGHU", "LIANGZI", "TANGXUN", "YANXI"}

func settles(member string) idempotency.Command {
	return asks("shen", member, access.Settlement)
}

// settlementCommands settle the quarter of IC from its statement to its payments, with a mistake at each step.
func (b *before) settlementCommands() []any {
	const pool, period = "IC", "2026-Q4"
	query := func(t *testing.T) (member, subject string) {
		item := b.lines(t, `SELECT a || ' ' || CASE claim WHEN '' THEN policy ELSE claim END FROM statement_item
			WHERE pool = 'IC' AND a_owes <> b_owes ORDER BY policy, claim, grp, a, b LIMIT 1`)
		member, subject, _ = cutLine(item[0])
		return member, subject
	}
	commands := []any{
		settlement.DrawStatement{Command: clerk, Pool: pool, Period: period},
		settlement.CancelStatement{Command: secondClerk, Pool: pool, Period: period, Reason: "漏列一单"},
		settlement.DrawStatement{Command: clerk, Pool: pool, Period: period},
		settlement.IssueStatement{Command: clerk, Pool: pool, Period: period},
		settlement.RequestConfirmation{
			Command: clerk, Pool: pool, Debtor: insurers[0], Creditor: insurers[1], Day: calendar.MustDate("2026-11-01"),
		},
		func(t *testing.T) any {
			member, subject := query(t)
			return settlement.RaiseQuery{
				Command: settles(member), Pool: pool, Period: period, Member: member, Subject: subject,
				Reason: settlement.ReasonShare, Remark: "份额有误",
			}
		},
		func(t *testing.T) any {
			member, _ := query(t)
			return settlement.EscalateQuery{Command: settles(member), Pool: pool, Period: period, Number: 1}
		},
		settlement.AnswerQuery{Command: clerk, Pool: pool, Period: period, Number: 1, Answer: "份额无误"},
		func(t *testing.T) any {
			member, subject := query(t)
			return settlement.ResolveQueries{
				Command: settles(member), Pool: pool, Period: period, Member: member, Subject: subject,
			}
		},
	}
	for _, member := range insurers {
		commands = append(commands, settlement.ConfirmStatement{
			Command: settles(member), Pool: pool, Period: period, Member: member,
		})
	}
	commands = append(commands,
		settlement.ProposeSettlement{Command: clerk, Pool: pool, Period: period},
		settlement.WithdrawSettlement{Command: clerk, Pool: pool, Number: 1, Reason: "另有异议"},
		settlement.ProposeSettlement{Command: clerk, Pool: pool, Period: period},
		settlement.ApproveSettlement{Command: secondClerk, Pool: pool, Number: 2},
		func(t *testing.T) any {
			return settlement.ExecuteOrder{Command: secondClerk, Pool: pool, Order: b.order(t).ID, Amount: money.Fen(1)}
		},
		settlement.ProposeUnwinding{Command: clerk, Pool: pool, Number: 2, Reason: "成员停止支付"},
		settlement.WithdrawUnwinding{Command: secondClerk, Pool: pool, Number: 2},
		settlement.ProposeUnwinding{Command: clerk, Pool: pool, Number: 2, Reason: "成员停止支付"},
		settlement.ApproveUnwinding{Command: secondClerk, Pool: pool, Number: 2},
		func(t *testing.T) any { // that is given back
			return settlement.ExecuteOrder{Command: secondClerk, Pool: pool, Order: b.last(t).ID, Amount: money.Fen(1)}
		},
		settlement.ProposeSettlement{Command: clerk, Pool: pool, Period: period},
		settlement.ApproveSettlement{Command: secondClerk, Pool: pool, Number: 3})
	for _, member := range insurers {
		commands = append(commands, b.detailsOf(member)...)
	}
	return append(commands, b.paymentCommands()...)
}

func cutLine(line string) (before, after string, found bool) {
	for i, c := range line {
		if c == ' ' {
			return line[:i], line[i+1:], true
		}
	}
	return line, "", false
}

// detailsOf give a member bank details, whose account ends as no other's.
func (b *before) detailsOf(member string) []any {
	last := func(t *testing.T) int64 {
		return int64(len(b.lines(t, `SELECT number::text FROM bank_details WHERE member = $1`, member)))
	}
	return []any{
		zone.ProposeBank{
			Command: clerk, Member: member, Bank: "示例银行", CNAPS: "104521003456", AccountName: member + "财险",
			AccountNumber: accountOf(member),
		},
		func(t *testing.T) any {
			return zone.DecideBank{Command: secondClerk, Member: member, Number: last(t), Approve: true}
		},
		func(t *testing.T) any {
			return zone.ConfirmBank{Command: settles(member), Member: member, Number: last(t)}
		},
	}
}

func accountOf(member string) string {
	account := "62220000"
	for _, c := range member[:3] {
		account += string('0'+c%10) + string('0'+c/10%10)
	}
	return account
}

// order is the first payment order, as it stands.
func (b *before) order(t *testing.T) settlement.PaymentOrder {
	t.Helper()
	return b.orders(t)[0]
}

// last is the last payment order, as it stands.
func (b *before) last(t *testing.T) settlement.PaymentOrder {
	t.Helper()
	orders := b.orders(t)
	return orders[len(orders)-1]
}

func (b *before) orders(t *testing.T) []settlement.PaymentOrder {
	t.Helper()
	_, orders, err := settlement.SettlementOf(t.Context(), b.house.DB, "IC", "2026-Q4")
	if err != nil || len(orders) == 0 {
		t.Fatalf("%d orders: %v", len(orders), err)
	}
	return orders
}

// paymentCommands pay the first order: by a file that is made void, by one that the bank rejects, by an entry that is
// allocated by mistake, on a person's word that it takes back; and then all.
func (b *before) paymentCommands() []any {
	makes := func(t *testing.T) any {
		order := b.order(t)
		return settlement.MakeFile{Command: clerk, Pool: "IC", Payer: order.Payer, Orders: []string{order.ID}}
	}
	return []any{
		makes,
		settlement.VoidFile{Command: clerk, Pool: "IC", Number: 1, Reason: "错"},
		makes,
		settlement.ReleaseFile{Command: secondClerk, Pool: "IC", Number: 2},
		func(t *testing.T) any {
			file, _, err := settlement.ViewFile(t.Context(), b.house.DB, clerk.By, "IC", 2)
			if err != nil {
				t.Fatal(err)
			}
			return settlement.TakeStatus{Command: clerk, Pool: "IC", Number: 2, Report: &iso20022.Report{
				File: file.Message, Status: iso20022.Status{Code: "RJCT"},
			}}
		},
		func(t *testing.T) any {
			order := b.order(t)
			account := accountOf(order.Payee)
			_, err := b.house.Settlement.ReadAnswer(t.Context(), settlement.ReadAnswer{
				By: clerk.By, Profile: "signed",
				Content: []byte("date,account,amount,reference\n2026-11-28," + account + "," + order.Amount.String() + ",T1\n"),
			})
			if err != nil {
				t.Fatal(err)
			}
			return settlement.MatchReceipt{Command: clerk, Pool: "IC", Order: order.ID, Account: account, Key: "T1/0"}
		},
		func(t *testing.T) any {
			order := b.order(t)
			return settlement.UnmatchReceipt{
				Command: clerk, Pool: "IC", Order: order.ID, Account: accountOf(order.Payee), Key: "T1/0", Number: 1,
			}
		},
		func(t *testing.T) any {
			order := b.order(t)
			return settlement.ExecuteOrder{Command: secondClerk, Pool: "IC", Order: order.ID, Amount: money.Fen(1)}
		},
		func(t *testing.T) any {
			return settlement.ReturnOrder{Command: secondClerk, Pool: "IC", Order: b.order(t).ID}
		},
		func(t *testing.T) any { // the orders are overdue by then
			t.Helper()
			day := calendar.MustDate("2027-01-05")
			b.config.Clock.(*clock.Manual).Set(day.Noon()) //nolint:forcetypeassert // openBefore set it
			return settlement.BookInterest{Command: clerk, Pool: "IC", Month: calendar.MustMonth("2026-12")}
		},
		settlement.CompleteSettlement{Command: secondClerk, Pool: "IC", Number: 3},
	}
}
