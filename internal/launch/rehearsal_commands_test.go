package launch

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"gongbao/claims"
	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/httpapi"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// Who sends the commands.
var (
	underwriter = asks("li", "SHAHU", access.Underwriter)
	senior      = asks("zhao", "SHAHU", access.SeniorUnderwriter)
	follower    = asks("qian", "DONGHU", access.Claims, access.Underwriter)
	told        = asks("wu", "NANHU", access.Claims)
	admin       = asks("fu", "SHAHU", access.Administrator)
	secondAdmin = asks("gu", "SHAHU", access.Administrator)
	thirdAdmin  = asks("he", "SHAHU", access.Administrator)
	clerk       = idempotency.By(access.Person("wang", access.Manager, "", access.Settlement))
	secondClerk = idempotency.By(access.Person("yan", access.Manager, "", access.Settlement))

	yuan, day = money.MustAmount, calendar.MustDate
	estimate  = yuan("90000.00")
	insured   = claims.Payee{Kind: claims.PayeeInsured, Name: "示例"}
)

func asks(name, member string, roles ...access.Role) idempotency.Command {
	return idempotency.By(access.Person(name, access.Member, member, roles...))
}

// on is said of a claim by a person.
func on(claim string, by idempotency.Command) claims.Command {
	return claims.Command{Command: by, Claim: claim}
}

// handled is said of a claim by its handler.
func handled(claim string) claims.Command {
	return on(claim, asks("zhou", "SHAHU", access.Claims, access.SeniorClaims))
}

// commands are what the test sends, in an order in which each can be done. One that needs to know what came of those
// before it is made when it is its turn.
func (b *before) commands() []any {
	return slices.Concat(b.policyCommands(), subsidyCommands(), zoneCommands(), claimCommands(), laterClaimCommands(),
		b.settlementCommands())
}

func (b *before) policyCommands() []any {
	return []any{
		insurance.QuotePolicy{Command: underwriter, Pool: "IC", Number: "IC-N1", Contract: insurance.Contract{
			Line: "rd_liability", Insured: "示例", Starts: day("2026-11-01"), Ends: day("2027-10-31"),
			Premium: yuan("120000.00"), SumInsured: yuan("6000000.00"), VAT: money.MustRate("6%"),
			Commission: money.MustRate("10%"), Consent: "同意书-N1",
		}},
		insurance.DecideRisk{Command: follower, Policy: "IC-N1", Member: "DONGHU", Accept: true},
		insurance.ReceivePremium{Command: underwriter, Policy: "IC-N1", Amount: yuan("130000.00")},
		insurance.ApproveIssue{Command: senior, Policy: "IC-N1"},
		insurance.IssuePolicy{Command: underwriter, Policy: "IC-N1"},
		insurance.RefundPremium{Command: underwriter, Policy: "IC-N1", Amount: yuan("2800.00")},
		insurance.ReceivePremium{Command: underwriter, Policy: "IC-N1", Amount: yuan("1.00")},
		func(t *testing.T) any {
			last := b.lines(t, `SELECT id::text FROM event WHERE subject = 'policy/IC-N1'
				AND type = 'insurance.premium_received' ORDER BY subject_version DESC LIMIT 1`)
			return insurance.ReversePremium{
				Command: underwriter, Policy: "IC-N1", Event: uuid.MustParse(last[0]), Reason: "错账",
			}
		},
		insurance.CountersignPolicy{Command: senior, Policy: "IC-N1", Act: "pay_commission", Amount: yuan("3000.00")},
		insurance.PayCommission{Command: underwriter, Policy: "IC-N1", Amount: yuan("3000.00")},
		insurance.NotePolicy{Command: underwriter, Policy: "IC-N1", Name: "备注", Value: "示例"},
		insurance.EndorsePolicy{Command: underwriter, Policy: "IC-N1", Endorsement: "E1", Premium: yuan("6000.00")},
		insurance.CancelPolicy{Command: underwriter, Policy: "IC-N1"},
		insurance.ReinstatePolicy{Command: underwriter, Policy: "IC-N1"},
		insurance.RenewPolicy{
			Command: underwriter, Policy: "IC-P2", Number: "IC-R2", Ends: day("2028-09-30"), Premium: yuan("100000.00"),
		},
	}
}

func subsidyCommands() []any {
	return []any{
		insurance.ApplySubsidy{Command: underwriter, Policy: "IC-N1"},
		insurance.DecideSubsidy{Command: underwriter, Policy: "IC-N1", Grant: true, Reference: "武科金〔2026〕1号"},
		insurance.PaySubsidy{Command: underwriter, Policy: "IC-N1"},
		insurance.ClawBackSubsidy{Command: underwriter, Policy: "IC-N1", Amount: yuan("10.00"), Reason: "材料有误"},
	}
}

func zoneCommands() []any {
	three, two := money.MustShare("60%"), money.MustShare("40%")
	return []any{
		periodend.ClosePeriod{Command: clerk, Pool: "IC", Month: calendar.MustMonth("2026-08")},
		zone.RegisterMember{Command: clerk, Code: "NEW", Name: "新示例财险"},
		coinsurance.OpenPool{Command: clerk, Code: "NP", Industry: "optoelectronics", Name: "新共保体"},
		coinsurance.ProposeAgreement{
			Command: clerk, Pool: "NP", Version: 1, From: day("2026-12-01"), Shares: []coinsurance.Participation{
				{Member: "SHAHU", Premium: three, Claim: three, Cost: three},
				{Member: "DONGHU", Premium: two, Claim: two, Cost: two},
			},
		},
		coinsurance.AcceptAgreement{Command: secondClerk, Pool: "NP", Version: 1},
		zone.ProposeLimit{Command: admin, Organisation: "SHAHU", Role: access.Claims, Amount: &estimate},
		zone.AcceptLimit{Command: secondAdmin, Organisation: "SHAHU", Number: 2},
		zone.ProposeBank{
			Command: admin, Member: "SHAHU", Bank: "示例银行", CNAPS: "102521000000", AccountName: "沙湖示例财险",
			AccountNumber: "6222000011113333",
		},
		zone.DecideBank{Command: secondAdmin, Member: "SHAHU", Number: 2, Approve: true},
		zone.ConfirmBank{Command: thirdAdmin, Member: "SHAHU", Number: 2},
		zone.ProposeMandate{Command: admin, Member: "SHAHU"},
		zone.DecideMandate{Command: secondAdmin, Member: "SHAHU", Number: 1, Give: true},
		zone.WithdrawMandate{Command: admin, Member: "SHAHU", Number: 1},
	}
}

func claimCommands() []any {
	return []any{
		claims.OpenClaim{
			Command: handled("").Command, Policy: "IC-P1", Number: "IC-C-N1", LossDay: day("2026-11-20"),
		},
		claims.ReserveClaim{Command: handled("IC-C-N1"), Indemnity: &estimate},
		claims.PayClaim{Command: handled("IC-C-2"), Indemnity: yuan("1000.00"), Payee: insured},
		claims.RecoverClaim{Command: handled("IC-C-2"), Recovery: yuan("500.00")},
		claims.PayCall{Command: on("IC-C-6", follower), Member: "DONGHU", Amount: yuan("1000.00")},
		claims.RaiseQuery{Command: on("IC-C-2", follower), Topic: "question", Text: "请说明"},
		claims.AnswerNotice{Command: on("IC-C-2", told), Notice: 1, Answer: notice.AnswerRead},
		claims.CallCash{Command: handled("IC-C-2")},
		claims.DeclareConflict{Command: on("IC-C-2", clerk), Member: "LIANGZI", Reason: "关联企业"},
	}
}

func laterClaimCommands() []any {
	return []any{
		claims.OpenOccurrence{Command: handled("").Command, Pool: "IC", Code: "IC-STORM", Name: "示例", Day: day("2026-11-20")},
		claims.TieClaim{Command: handled("IC-C-N1"), Occurrence: "IC-STORM"},
		claims.AssessClaim{Command: handled("IC-C-N1"), Loss: &estimate},
		claims.AskConsent{
			Command: handled("IC-C-N1"), Purpose: notice.ForExGratia, Amount: &estimate, Reason: "通融",
		},
		claims.AdvanceClaim{Command: handled("IC-C-N1"), Indemnity: yuan("500.00"), Payee: insured},
		claims.ApproveClaim{Command: handled("IC-C-N1"), Payable: true},
		claims.FlagEmergency{Command: handled("IC-C-N1")},
		claims.ReportClaim{Command: handled("IC-C-N1"), Report: "emergency", Reference: "报-2"},
		claims.PayClaim{Command: handled("IC-C-N1"), Indemnity: yuan("1000.00"), Payee: insured},
		claims.CountersignClaim{Command: handled("IC-C-N1"), Act: "reverse_payment", Amount: yuan("500.00")},
		claims.ReversePayment{Command: handled("IC-C-N1"), Payment: 1, Reason: "付错"},
		claims.AnswerQuery{Command: handled("IC-C-2"), Query: 3, Answer: "已说明"},
		claims.CloseQuery{Command: on("IC-C-2", follower), Query: 3, Outcome: "accepted"},
		claims.RaiseQuery{Command: on("IC-C-2", follower), Topic: "dispute", Text: "有异议"},
		claims.AnswerQuery{Command: handled("IC-C-2"), Query: 4, Answer: "已说明"},
		claims.EscalateQuery{Command: on("IC-C-2", follower), Query: 4},
		claims.DecideQuery{Command: on("IC-C-2", clerk), Query: 4, Decision: "维持"},
		claims.RefuseClaim{Command: handled("IC-C-1"), Reason: "不属于保险责任"},
		claims.ReopenClaim{Command: handled("IC-C-1")},
		claims.CheckEvidence{Command: handled("IC-C-8"), Item: "sales_contract", State: "waived", Note: "见案卷"},
		claims.CloseClaim{Command: handled("IC-C-7")},
		claims.WithdrawClaim{Command: handled("IC-C-1")},
	}
}

// importFiles are a file of each kind that can be imported, in an order in which each can be.
var importFiles = []struct{ kind, text string }{
	{"members", "code,name\nNEW2,又一示例财险\n"},
	{"agreements", "pool,version,member,premium,from\nNP2,1,SHAHU,60%,2026-12-01\nNP2,1,DONGHU,40%,\n"},
	{"catalogue", "line,edition,item,name,starts,source\nfirst_set,2026,9.9,示例设备,2026-01-01,示例通知\n"},
	{"policies", "pool,number,line,insured,start,end,premium,limit\n" +
		"IC,IC-I1,pilot_test,中试平台,2026-11-02,2027-06-30,100.00,1000.00\n"},
	{"claims", "policy,number,loss_day,filed,estimate_indemnity\nIC-I1,IC-I-C1,2026-11-20,2026-11-21,50.00\n"},
	{"claims-confirmation", "policy,number,loss_day,filed,estimate_indemnity,loss,approved,approved_indemnity\n" +
		"IC-I1,IC-I-C2,2026-11-20,2026-11-21,50.00,50.00,2026-11-21,50.00\n"},
	{"workdays", "date,kind,name\n2031-01-01,holiday,元旦\n"},
}

// TestARehearsedImportSaysWhatTheImportDoes reads each file without importing it and imports it right after: the report
// is the same, and until then not a row has changed.
func TestARehearsedImportSaysWhatTheImportDoes(t *testing.T) {
	t.Parallel()
	b := openBefore(t)
	pool := coinsurance.OpenPool{Command: clerk, Code: "NP2", Industry: "optoelectronics", Name: "新共保体"}
	if _, err := b.house.Coinsurance.OpenPool(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	h := b.house
	kinds := httpapi.ImportKinds(h.Zone, h.Coinsurance, h.Product, h.Insurance, h.Claims)
	for _, file := range importFiles {
		at := slices.IndexFunc(kinds, func(kind httpapi.ImportKind) bool { return kind.Name == file.kind })
		if at < 0 {
			t.Fatalf("nothing is imported by the name of %s", file.kind)
		}
		run := func(ways sheet.Ways) sheet.Report {
			report, err := kinds[at].Run(t.Context(), clerk.By, strings.NewReader(file.text), ways)
			if err != nil {
				t.Fatalf("%s: %v %v", file.kind, err, report.BadRows)
			}
			report.DryRun = false
			return report
		}
		was := b.picture(t)
		would := run(sheet.Ways{DryRun: true})
		if is := b.picture(t); !maps.Equal(was, is) {
			t.Errorf("%s: a rehearsal changed the database", file.kind)
		}
		if did := run(sheet.Ways{}); did.Imported == 0 || plain(t, did) != plain(t, would) {
			t.Errorf("%s: %+v was rehearsed as %+v", file.kind, did, would)
		}
		kinds = slices.Delete(kinds, at, at+1)
	}
	for _, kind := range kinds {
		t.Errorf("no import of %s is rehearsed", kind.Name)
	}
	b.verified(t)
}
