package eventdoc_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/product"
	"gongbao/zone"
)

var (
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
	li      = access.Person("li", access.Member, "A", access.Underwriter)
	zhao    = access.Person("zhao", access.Member, "A", access.SeniorUnderwriter)
	admin   = access.Person("admin", access.Member, "A", access.Administrator)
	other   = access.Person("other", access.Member, "A", access.Administrator)
	wang    = access.Person("wang", access.Member, "B", access.Underwriter)
)

// story makes at least one event of every type.
func story(t *testing.T, db *testdb.Database) {
	t.Helper()
	ctx := t.Context()
	manual := clock.NewManual(calendar.MustDate("2026-01-01").Noon())
	insurers, pools := zone.NewService(db.DB, manual), coinsurance.NewService(db.DB, manual)
	policies := insurance.NewService(db.DB, manual)
	found(ctx, t, insurers, pools)
	day := func(text string) calendar.Date {
		date := calendar.MustDate(text)
		manual.Set(date.Noon())
		return date
	}
	covered(ctx, t, db, policies, day)
	day("2026-02-01")
	must(t, second(policies.RunDay(ctx, clerk)))
	must(t, second(periodend.NewService(db.DB, manual).ClosePeriod(ctx, periodend.ClosePeriod{
		Command: idempotency.By(clerk), Pool: "IC", Month: calendar.MustMonth("2026-01"),
	})))
	fork(ctx, t, db, manual)
	support(ctx, t, policies, product.NewService(db.DB, manual))
	banks(ctx, t, insurers)
	must(t, second(insurers.ImportWorkdays(ctx, zone.ImportWorkdays{
		By: clerk, Source: strings.NewReader("date,kind,name\n2031-01-01,holiday,元旦\n"),
	})))
	loss(ctx, t, db, manual, claims.NewService(db.DB, manual))
	must(t, second(policies.EndorsePolicy(ctx, insurance.EndorsePolicy{
		Command: idempotency.Command{By: li, Effective: day("2026-03-01")},
		Policy:  "IC-P1", Endorsement: "E1", Premium: money.MustAmount("-500.00"),
	})))
	must(t, second(policies.CancelPolicy(ctx, insurance.CancelPolicy{
		Command: idempotency.Command{By: li, Effective: day("2026-07-01")},
		Policy:  "IC-P1",
	})))
	must(t, second(policies.RefundPremium(ctx, insurance.RefundPremium{
		Command: idempotency.By(li), Policy: "IC-P1", Amount: money.MustAmount("60.00"),
	})))
	must(t, second(policies.ReinstatePolicy(ctx, insurance.ReinstatePolicy{
		Command: idempotency.By(li), Policy: "IC-P1",
	})))
	file := "pool,number,line,insured,start,end,premium,limit\n" +
		"IC,IC-P2,pilot_test,中试平台,2026-02-01,2026-06-30,100.00,1000.00\n"
	must(t, second(policies.ImportPolicies(ctx, insurance.ImportPolicies{By: clerk, Source: strings.NewReader(file)})))
	ahead(ctx, t, policies, manual)
	day("2027-01-01")
	must(t, second(policies.RunDay(ctx, clerk)))
	paying(ctx, t, insurers)
	settle(ctx, t, insurers, settlement.NewService(db.DB, manual))
	overdue(ctx, t, db, manual)
	papers(ctx, t, db, manual)
}

// covered quotes, pays and issues the policy of the story, with a mistake on the way.
func covered(
	ctx context.Context, t *testing.T, db *testdb.Database, policies *insurance.Service, day func(string) calendar.Date,
) {
	t.Helper()
	amount := money.MustAmount
	must(t, second(policies.QuotePolicy(ctx, insurance.QuotePolicy{
		Command: idempotency.By(li),
		Pool:    "IC", Number: "IC-P1", Contract: insurance.Contract{
			Line: "rd_liability", Insured: "光刻胶企业", Starts: day("2026-01-02"),
			Ends: calendar.MustDate("2026-12-31"), Premium: amount("10000.00"), VAT: money.MustRate("6%"),
			Commission: money.MustRate("10%"), SumInsured: amount("5000000.00"),
			Retroactive: calendar.MustDate("2025-01-01"), Consent: "同意书-1",
			Instalments: []insurance.Instalment{
				{Due: calendar.MustDate("2026-01-02"), Amount: amount("6000.00")},
				{Due: calendar.MustDate("2026-02-01"), Amount: amount("4000.00")},
			},
		},
	})))
	must(t, second(policies.DecideRisk(ctx, insurance.DecideRisk{
		Command: idempotency.By(wang), Policy: "IC-P1", Member: "B",
	})))
	must(t, second(policies.DecideRisk(ctx, insurance.DecideRisk{
		Command: idempotency.By(wang), Policy: "IC-P1", Member: "B", Accept: true,
	})))
	must(t, second(policies.ReceivePremium(ctx, insurance.ReceivePremium{
		Command: idempotency.By(li), Policy: "IC-P1", Amount: amount("6360.00"),
	})))
	must(t, second(policies.ApproveIssue(ctx, insurance.ApproveIssue{Command: idempotency.By(zhao), Policy: "IC-P1"})))
	must(t, second(policies.IssuePolicy(ctx, insurance.IssuePolicy{Command: idempotency.By(li), Policy: "IC-P1"})))
	day("2026-01-10")
	must(t, second(policies.NotePolicy(ctx, insurance.NotePolicy{
		Command: idempotency.By(li), Policy: "IC-P1", Name: "broker", Value: "BR-7",
	})))
	must(t, second(policies.ReceivePremium(ctx, insurance.ReceivePremium{
		Command: idempotency.By(li), Policy: "IC-P1", Amount: amount("1.00"),
	})))
	must(t, second(policies.CountersignPolicy(ctx, insurance.CountersignPolicy{
		Command: idempotency.By(zhao), Policy: "IC-P1", Act: "reverse_premium", Amount: amount("1.00"),
	})))
	var mistake uuid.UUID
	must(t, pg.Row(ctx, db, `SELECT id FROM event
		WHERE type = 'insurance.premium_received' ORDER BY subject_version DESC LIMIT 1`,
		nil, &mistake))
	must(t, second(policies.ReversePremium(ctx, insurance.ReversePremium{
		Command: idempotency.By(li), Policy: "IC-P1", Event: mistake, Reason: "错账",
	})))
	must(t, second(policies.PayCommission(ctx, insurance.PayCommission{
		Command: idempotency.By(li), Policy: "IC-P1", Amount: amount("100.00"),
	})))
}

// ahead issues a policy ahead of its first day, and lets that come.
func ahead(ctx context.Context, t *testing.T, policies *insurance.Service, manual *clock.Manual) {
	t.Helper()
	must(t, second(policies.QuotePolicy(ctx, insurance.QuotePolicy{
		Command: idempotency.By(li), Pool: "IC", Number: "IC-P3", Contract: insurance.Contract{
			Line: "rd_liability", Insured: "光刻胶企业", Starts: calendar.MustDate("2026-08-01"),
			Ends: calendar.MustDate("2027-06-30"), Premium: money.MustAmount("1000.00"),
			VAT: money.MustRate("6%"), SumInsured: money.MustAmount("500000.00"),
		},
	})))
	must(t, second(policies.ReceivePremium(ctx, insurance.ReceivePremium{
		Command: idempotency.By(li), Policy: "IC-P3", Amount: money.MustAmount("1060.00"),
	})))
	must(t, second(policies.IssuePolicy(ctx, insurance.IssuePolicy{Command: idempotency.By(li), Policy: "IC-P3"})))
	manual.Set(calendar.MustDate("2026-08-01").Start())
	must(t, second(policies.RunDay(ctx, clerk)))
}

// banks makes the events of bank details: rejected ones, then approved ones.
func banks(ctx context.Context, t *testing.T, insurers *zone.Service) {
	t.Helper()
	keeper := access.Person("keeper", access.Member, "A", access.Administrator)
	for number, by := range []access.Principal{keeper, access.Person("second", access.Member, "A", access.Administrator)} {
		must(t, second(insurers.ProposeBank(ctx, zone.ProposeBank{
			Command: idempotency.By(keeper),
			Member:  "A", Bank: "示例银行武汉光谷支行", CNAPS: "104521003456", AccountName: "A财险",
			AccountNumber: "6222000011112222",
		})))
		must(t, second(insurers.DecideBank(ctx, zone.DecideBank{
			Command: idempotency.By(by),
			Member:  "A", Number: int64(number) + 1, Approve: by.Subject != keeper.Subject,
		})))
	}
}

// paying makes the events by which a member lets itself be paid, and others pay for it.
func paying(ctx context.Context, t *testing.T, insurers *zone.Service) {
	t.Helper()
	treasurer := access.Person("treasurer", access.Member, "A", access.Settlement)
	must(t, second(insurers.ConfirmBank(ctx, zone.ConfirmBank{
		Command: idempotency.By(treasurer), Member: "A", Number: 2,
	})))
	for number, give := range []bool{false, true} {
		must(t, second(insurers.ProposeMandate(ctx, zone.ProposeMandate{Command: idempotency.By(admin), Member: "A"})))
		must(t, second(insurers.DecideMandate(ctx, zone.DecideMandate{
			Command: idempotency.By(other), Member: "A", Number: int64(number) + 1, Give: give,
		})))
	}
	must(t, second(insurers.WithdrawMandate(ctx, zone.WithdrawMandate{
		Command: idempotency.By(admin), Member: "A", Number: 2,
	})))
}

// support makes the events of premium support and of catalogues.
func support(ctx context.Context, t *testing.T, policies *insurance.Service, products *product.Service) {
	t.Helper()
	decide := func(grant bool) {
		must(t, second(policies.ApplySubsidy(ctx, insurance.ApplySubsidy{
			Command: idempotency.By(li), Policy: "IC-P1",
		})))
		must(t, second(policies.DecideSubsidy(ctx, insurance.DecideSubsidy{
			Command: idempotency.By(li), Policy: "IC-P1", Grant: grant, Reference: "武科金〔2026〕1号",
		})))
	}
	decide(false)
	decide(true)
	must(t, second(policies.PaySubsidy(ctx, insurance.PaySubsidy{Command: idempotency.By(li), Policy: "IC-P1"})))
	must(t, second(policies.ClawBackSubsidy(ctx, insurance.ClawBackSubsidy{
		Command: idempotency.By(li), Policy: "IC-P1", Amount: money.MustAmount("100.00"), Reason: "材料有误",
	})))
	file := "line,edition,item,name,starts,source\nfirst_set,2025,1.1,示例设备,2025-01-01,示例通知\n"
	must(t, second(products.ImportCatalogue(ctx, product.ImportCatalogue{By: clerk, Source: strings.NewReader(file)})))
}

func found(ctx context.Context, t *testing.T, insurers *zone.Service, pools *coinsurance.Service) {
	t.Helper()
	capital, authority := money.MustAmount("1000000000.00"), money.MustAmount("1000000.00")
	var shares []coinsurance.Participation
	for code, text := range map[string]string{"A": "60%", "B": "40%"} {
		share := money.MustShare(text)
		shares = append(shares, coinsurance.Participation{Member: code, Premium: share, Claim: share, Cost: share})
	}
	if shares[0].Member == "B" { // a map has no order, a share table has
		shares[0], shares[1] = shares[1], shares[0]
	}
	for _, share := range shares {
		must(t, second(insurers.RegisterMember(ctx, zone.RegisterMember{
			Command: idempotency.By(clerk), Code: share.Member, Name: share.Member + "财险", Capital: &capital,
		})))
	}
	must(t, second(pools.OpenPool(ctx, coinsurance.OpenPool{
		Command: idempotency.By(clerk),
		Code:    "IC", Industry: coinsurance.IntegratedCircuits, Name: "集成电路共保体",
	})))
	must(t, second(pools.ProposeAgreement(ctx, coinsurance.ProposeAgreement{
		Command: idempotency.By(clerk),
		Pool:    "IC", Version: 1, From: calendar.MustDate("2026-01-01"), Shares: shares,
		Terms: coinsurance.Terms{IssuingFee: money.MustRate("2%"), FeeVAT: money.MustRate("6%"), Authority: &authority,
			NoticeFrom: &authority, SurveyFrom: &authority, SecondLeadFrom: &authority, CashCallFrom: &authority},
	})))
	must(t, second(pools.AcceptAgreement(ctx, coinsurance.AcceptAgreement{
		Command: idempotency.By(checker), Pool: "IC", Version: 1,
	})))
	limit := money.MustAmount("1000000.00")
	must(t, second(insurers.ProposeLimit(ctx, zone.ProposeLimit{
		Command: idempotency.By(admin), Organisation: "A", Role: access.Underwriter, Amount: &limit,
	})))
	must(t, second(insurers.AcceptLimit(ctx, zone.AcceptLimit{
		Command: idempotency.By(other), Organisation: "A", Number: 1,
	})))
}

func second[A any](_ A, err error) error { return err }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
