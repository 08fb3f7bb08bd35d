package eventdoc_test

import (
	"context"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/claims/notice"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/money"
	"gongbao/product"
)

var (
	handlerA = access.Person("he", access.Member, "A", access.Claims)
	handlerB = access.Person("he", access.Member, "B", access.Claims)
)

func yuan(text string) *money.Amount {
	value := money.MustAmount(text)
	return &value
}

// loss makes the events of a claim: a large and major one, paid after a cash call, and one that ends three times.
func loss(
	ctx context.Context, t *testing.T, db *testdb.Database, manual *clock.Manual, service *claims.Service,
) {
	t.Helper()
	must(t, second(service.OpenOccurrence(ctx, claims.OpenOccurrence{
		Command: idempotency.Command{By: handlerA},
		Pool:    "IC", Code: "IC-E1", Name: "光刻胶批次缺陷", Day: calendar.MustDate("2026-01-20"),
	})))
	for _, number := range []string{"IC-C1", "IC-C2"} {
		must(t, second(service.OpenClaim(ctx, claims.OpenClaim{
			Command: idempotency.Command{By: handlerA},
			Policy:  "IC-P1", Number: number, LossDay: calendar.MustDate("2026-01-20"),
		})))
	}
	store, err := filestore.OpenFolder(t.TempDir())
	must(t, err)
	must(t, second(dossier.NewService(service, db.DB, store).FileDocument(ctx, dossier.FileDocument{
		Command: as(handlerA, "IC-C1"), Name: "查勘报告.pdf", Kind: "survey",
		MediaType: "application/pdf", Body: strings.NewReader("%PDF-1.7"),
	})))
	large(ctx, t, service)
	small(ctx, t, manual, service)
}

// large is the claim that everybody is told of.
func large(ctx context.Context, t *testing.T, service *claims.Service) {
	t.Helper()
	on := as(handlerA, "IC-C1")
	must(t, second(service.TieClaim(ctx, claims.TieClaim{Command: on, Occurrence: "IC-E1"})))
	must(t, second(service.FlagEmergency(ctx, claims.FlagEmergency{Command: on})))
	must(t, second(service.ReportClaim(ctx, claims.ReportClaim{
		Command: on, Report: "emergency", Reference: "电话报告，鄂报1号",
	})))
	must(t, second(service.ReserveClaim(ctx, claims.ReserveClaim{
		Command: on, Indemnity: yuan("60000000.00"), Expense: yuan("9000.00"),
	})))
	for i, answer := range []string{notice.AnswerRead, notice.AnswerAttend} {
		must(t, second(service.AnswerNotice(ctx, claims.AnswerNotice{
			Command: as(handlerB, "IC-C1"), Notice: i + 1, Answer: answer,
		})))
	}
	must(t, second(service.AssessClaim(ctx, claims.AssessClaim{Command: on, Losses: []indemnity.Loss{
		{Section: "liability", Cause: product.PropertyDamage, Amount: *yuan("4000000.00"), Rescue: *yuan("1000.00")},
		{Section: "defence", Cause: product.LegalCosts, Amount: *yuan("8000.00")},
	}})))
	for _, item := range []string{"third_party_claim", "proof_of_loss", "certificate"} {
		must(t, second(service.CheckEvidence(ctx, claims.CheckEvidence{
			Command: on, Item: item, State: claims.EvidenceReceived,
		})))
	}
	asks(ctx, t, service)
	must(t, second(service.AnswerNotice(ctx, claims.AnswerNotice{
		Command: as(handlerB, "IC-C1"), Notice: 3, Answer: notice.AnswerAgree,
		Amount: yuan("3500000.00"),
	})))
	must(t, second(service.AdvanceClaim(ctx, claims.AdvanceClaim{Command: on, Indemnity: *yuan("10000.00")})))
	for _, indemnity := range []string{"3000000.00", "3500000.00"} {
		must(t, second(service.ApproveClaim(ctx, claims.ApproveClaim{
			Command: on, Indemnity: yuan(indemnity), Expense: yuan("8000.00"),
		})))
	}
	must(t, second(service.CallCash(ctx, claims.CallCash{Command: on})))
	must(t, second(service.PayCall(ctx, claims.PayCall{
		Command: as(handlerB, "IC-C1"), Member: "B", Amount: *yuan("500000.00"),
	})))
	must(t, second(service.CountersignClaim(ctx, claims.CountersignClaim{
		Command: on, Act: "reverse_payment", Amount: *yuan("1008000.00"),
	})))
	must(t, second(service.PayClaim(ctx, claims.PayClaim{
		Command: on, Indemnity: *yuan("1000000.00"), Expense: claims.Expense{Legal: *yuan("8000.00")}, Settled: true,
	})))
	must(t, second(service.ReversePayment(ctx, claims.ReversePayment{
		Command: on, Payment: 2, Reason: "账号有误，退回",
	})))
	must(t, second(service.RecoverClaim(ctx, claims.RecoverClaim{Command: on, Salvage: *yuan("700.01")})))
	must(t, second(service.ApproveClaim(ctx, claims.ApproveClaim{ // what came back is not paid again
		Command: on, Indemnity: yuan("10000.00"), Expense: yuan("0.00"),
	})))
	must(t, second(service.CloseClaim(ctx, claims.CloseClaim{Command: on})))
}

// asks is a follower's dispute, which the pool manager decides.
func asks(ctx context.Context, t *testing.T, service *claims.Service) {
	t.Helper()
	on := func(by access.Principal) claims.Command {
		return as(by, "IC-C1")
	}
	must(t, second(service.RaiseQuery(ctx, claims.RaiseQuery{
		Command: on(handlerB), Topic: claims.TopicDispute, Text: "施救费用是否在责任范围内？",
	})))
	must(t, second(service.AnswerQuery(ctx, claims.AnswerQuery{
		Command: on(handlerA), Query: 1, Answer: "属于保险法第五十七条的施救费用",
	})))
	must(t, second(service.EscalateQuery(ctx, claims.EscalateQuery{Command: on(handlerB), Query: 1})))
	must(t, second(service.DecideQuery(ctx, claims.DecideQuery{
		Command: on(clerk), Query: 1, Decision: "按合同约定分摊",
	})))
}

// small is the claim that is asked about, refused, reopened, passed on and withdrawn.
func small(ctx context.Context, t *testing.T, manual *clock.Manual, service *claims.Service) {
	t.Helper()
	on := as(handlerA, "IC-C2")
	ask := claims.AskConsent{Command: on, Purpose: notice.ForExGratia, Amount: yuan("500.00"), Reason: "客户关系"}
	must(t, second(service.AskConsent(ctx, ask)))
	must(t, second(service.AnswerNotice(ctx, claims.AnswerNotice{
		Command: as(handlerB, "IC-C2"), Notice: 1, Answer: notice.AnswerObject, Note: "无依据",
	})))
	must(t, second(service.AskConsent(ctx, ask)))
	manual.Set(calendar.MustDate("2026-02-10").Noon()) // nobody answers in time
	must(t, second(service.RunDeadlines(ctx, clerk)))
	must(t, second(service.RefuseClaim(ctx, claims.RefuseClaim{
		Command: on, Reason: "条款第五条：除外责任", Ground: "own_property",
	})))
	must(t, second(service.ReopenClaim(ctx, claims.ReopenClaim{Command: on})))
	must(t, second(service.DeclareConflict(ctx, claims.DeclareConflict{
		Command: on, Member: "A", Reason: "与被保险人有关联关系",
	})))
	file := "policy,number,loss_day,filed,estimate_indemnity,loss,approved,approved_indemnity,paid_indemnity\n" +
		"IC-P1,IC-C3,2026-01-20,2026-01-21,900.00,900.00,2026-01-25,900.00,100.00\n"
	must(t, second(service.ConfirmClaims(ctx, claims.ConfirmClaims{By: clerk, Source: strings.NewReader(file)})))
	must(t, second(service.ImportClaims(ctx, claims.ImportClaims{By: handlerA, Source: strings.NewReader(file)})))
	on.By = handlerB
	must(t, second(service.WithdrawClaim(ctx, claims.WithdrawClaim{Command: on})))
}

// as is what a person says of a claim, besides the matter itself.
func as(who access.Principal, number string) claims.Command {
	return claims.Command{Command: idempotency.Command{By: who}, Claim: number}
}
