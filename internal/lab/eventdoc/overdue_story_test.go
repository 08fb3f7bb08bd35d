package eventdoc_test

import (
	"context"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
)

// overdue lets time pass over a statement on which silence means nothing, over one on which it confirms, and over a
// payment order.
func overdue(ctx context.Context, t *testing.T, db *testdb.Database, manual *clock.Manual) {
	t.Helper()
	service, pools := settlement.NewService(db.DB, manual), coinsurance.NewService(db.DB, manual)
	instalments(ctx, t, insurance.NewService(db.DB, manual), manual)
	agreement, err := coinsurance.AgreementVersion(ctx, db.DB, "IC", 1)
	must(t, err)
	terms := agreement.Terms
	terms.Silence, terms.LateInterest = coinsurance.SilenceConfirms, money.MustRate("7.3%")
	must(t, second(pools.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk), Pool: "IC", Version: 2, From: calendar.MustDate("2027-02-01"),
		Shares: agreement.Participations, Terms: terms,
	})))
	must(t, second(pools.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: "IC", Version: 2,
	})))
	issue := func(period string) {
		must(t, second(service.DrawStatement(ctx, settlement.DrawStatement{
			Command: idempotency.By(clerk), Pool: "IC", Period: period,
		})))
		must(t, second(service.IssueStatement(ctx, settlement.IssueStatement{
			Command: idempotency.By(clerk), Pool: "IC", Period: period,
		})))
	}
	issue("2027-01")
	must(t, second(service.RaiseQuery(ctx, settlement.RaiseQuery{
		Command: idempotency.By(access.Person("qian", access.Member, "B", access.Settlement)), Pool: "IC", Period: "2027-01",
		Member: "B", Subject: "IC-P5", Reason: settlement.ReasonNotReceived,
	})))
	issue("2027-02")
	manual.Set(calendar.MustDate("2027-04-01").Noon())
	must(t, second(service.RunClocks(ctx, clerk)))
	proposed, err := service.ProposeSettlement(ctx, settlement.ProposeSettlement{
		Command: idempotency.By(clerk), Pool: "IC", Period: "2027-02",
	})
	must(t, err)
	must(t, second(service.ApproveSettlement(ctx, settlement.ApproveSettlement{
		Command: idempotency.By(checker), Pool: "IC", Number: proposed.Number,
	})))
	manual.Set(calendar.MustDate("2027-05-01").Noon())
	must(t, second(service.RunClocks(ctx, clerk)))
	must(t, second(service.RunInterest(ctx, clerk)))
}

// instalments are a policy of which one instalment comes in January and one in February.
func instalments(ctx context.Context, t *testing.T, policies *insurance.Service, manual *clock.Manual) {
	t.Helper()
	quoted := calendar.MustDate("2027-01-02")
	manual.Set(quoted.Noon())
	must(t, second(policies.QuotePolicy(ctx, insurance.QuotePolicy{
		Command: idempotency.By(li), Pool: "IC", Number: "IC-P5", Contract: insurance.Contract{
			Line: "pilot_test", Insured: "中试平台", Starts: quoted, Ends: calendar.MustDate("2027-12-31"),
			Premium: money.MustAmount("2000.00"), SumInsured: money.MustAmount("1000.00"),
			Instalments: []insurance.Instalment{
				{Due: quoted, Amount: money.MustAmount("1000.00")},
				{Due: calendar.MustDate("2027-02-02"), Amount: money.MustAmount("1000.00")},
			},
		},
	})))
	receive := func() {
		must(t, second(policies.ReceivePremium(ctx, insurance.ReceivePremium{
			Command: idempotency.By(li), Policy: "IC-P5", Amount: money.MustAmount("1000.00"),
		})))
	}
	receive()
	must(t, second(policies.IssuePolicy(ctx, insurance.IssuePolicy{Command: idempotency.By(li), Policy: "IC-P5"})))
	manual.Set(calendar.MustDate("2027-02-02").Noon())
	must(t, second(policies.RunDay(ctx, clerk)))
	receive()
	manual.Set(calendar.MustDate("2027-03-01").Noon())
}

// papers asks for a confirmation of balances, and writes what the statements and runs of the story have asked for.
func papers(ctx context.Context, t *testing.T, db *testdb.Database, manual *clock.Manual) {
	t.Helper()
	must(t, second(settlement.NewService(db.DB, manual).RequestConfirmation(ctx, settlement.RequestConfirmation{
		Command: idempotency.By(clerk), Pool: "IC", Debtor: "A", Creditor: "B", Day: calendar.MustDate("2027-03-31"),
	})))
	store, err := filestore.OpenFolder(t.TempDir())
	must(t, err)
	must(t, second(paper.NewService(db.DB, store, manual).WriteDue(ctx)))
}
