package launch

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone"
)

// TestARehearsalSaysWhatTheCommandDoes rehearses commands on the book of before and does each right after: the answer,
// the postings and the facts are the same, but for ids, and until then not a row has changed.
func TestARehearsalSaysWhatTheCommandDoes(t *testing.T) {
	t.Parallel()
	b := openBefore(t)
	rehearsed := map[string]bool{}
	for _, cmd := range b.commands() {
		name := reflect.TypeOf(cmd).String()
		rehearsed[name] = true
		t.Run(name, func(t *testing.T) { b.rehearse(t, cmd) })
	}
	b.verified(t)
	var missing []string
	for _, service := range b.services() {
		for i := range reflect.TypeOf(service).NumMethod() {
			name, is := commandOf(reflect.TypeOf(service).Method(i))
			if is && !rehearsed[name] && !slices.Contains(notRehearsed, name) {
				missing = append(missing, name)
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("not rehearsed: %s", strings.Join(missing, ", "))
	}
	for _, name := range notRehearsed {
		if rehearsed[name] {
			t.Errorf("%s is rehearsed: take it off the list", name)
		}
	}
}

// notRehearsed are the commands that this test does not send yet. The list may only shrink.
var notRehearsed = []string{
	"insurance.ApplySubsidy", "insurance.ApproveIssue", "insurance.ClawBackSubsidy", "insurance.DecideRisk",
	"insurance.DecideSubsidy", "insurance.PaySubsidy", "insurance.ReversePremium", "coinsurance.AcceptAgreement",
	"coinsurance.ProposeAgreement", "claims.AdvanceClaim", "claims.AnswerNotice", "claims.AskConsent",
	"claims.CallCash", "claims.CloseClaim", "claims.DeclareConflict",
}

// services are all that take commands.
func (b *before) services() []any {
	return []any{b.house.Insurance, b.house.Product, b.house.Zone, b.house.Coinsurance, b.house.Claims, b.house.Periods}
}

// commandOf is the type of the command that a use case takes.
func commandOf(method reflect.Method) (name string, is bool) {
	if method.Type.NumIn() != 3 || method.Type.In(2).Kind() != reflect.Struct {
		return "", false
	}
	command, embeds := method.Type.In(2).FieldByName("Rehearsal")
	return method.Type.In(2).String(), embeds && command.Type == reflect.TypeFor[*idempotency.Rehearsal]()
}

// rehearse sends a command twice, first as a rehearsal.
func (b *before) rehearse(t *testing.T, cmd any) {
	t.Helper()
	was, known := b.picture(t), b.events(t)
	would := new(idempotency.Rehearsal)
	trial := reflect.New(reflect.TypeOf(cmd)).Elem()
	trial.Set(reflect.ValueOf(cmd))
	trial.FieldByName("Rehearsal").Set(reflect.ValueOf(would))
	if _, err := b.send(t.Context(), trial.Interface()); err != nil {
		t.Fatalf("the rehearsal: %v", err)
	}
	if is := b.picture(t); !maps.Equal(was, is) {
		t.Fatalf("a rehearsal changed the database: %v was %v", is, was)
	}
	answer, err := b.send(t.Context(), cmd)
	if err != nil {
		t.Fatalf("the command: %v", err)
	}
	if got, want := plain(t, would.Answer), plain(t, answer); got != want {
		t.Errorf("the answer:\n%s\nwas rehearsed as\n%s", want, got)
	}
	var facts, postings []string
	for _, told := range idempotency.Told[fact.Fact](would) {
		facts = append(facts, fmt.Sprintln(told.Pool, told.Type, told.Subject, told.SubjectVersion, told.Effective))
	}
	for _, told := range idempotency.Told[ledger.PostedJournal](would) {
		for _, p := range told.Posted.Lines {
			line := fmt.Sprintln(told.Journal.Pool, p.Book, p.Debit, p.Credit, p.Amount.Fen(), p.Counterparty)
			postings = append(postings, line)
		}
	}
	var splits []string
	for _, told := range idempotency.Told[coinsurance.SplitRecord](would) {
		for _, stream := range told.Streams {
			splits = append(splits, fmt.Sprintln(told.Subject.Pool, told.Subject.Number, stream.Stream,
				told.SubjectVersion, stream.Split.Total.Fen(), strings.Join(stream.Members, ",")))
		}
	}
	if want := b.splits(t, known); !slices.Equal(sorted(splits), want) {
		t.Errorf("splits:\n%v\nwere rehearsed as\n%v", want, splits)
	}
	if want := b.facts(t, known); !slices.Equal(sorted(facts), want) {
		t.Errorf("facts:\n%v\nwere rehearsed as\n%v", want, facts)
	}
	if want := b.postings(t, known); !slices.Equal(sorted(postings), want) {
		t.Errorf("postings:\n%v\nwere rehearsed as\n%v", want, postings)
	}
	if len(facts) == 0 {
		t.Error("a command that announces nothing")
	}
}

func sorted(lines []string) []string { slices.Sort(lines); return lines }

// send finds the use case by its command's type.
func (b *before) send(ctx context.Context, cmd any) (any, error) {
	for _, service := range b.services() {
		for i := range reflect.TypeOf(service).NumMethod() {
			if name, is := commandOf(reflect.TypeOf(service).Method(i)); is && name == reflect.TypeOf(cmd).String() {
				out := reflect.ValueOf(service).Method(i).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(cmd)})
				err, _ := out[1].Interface().(error)
				return out[0].Interface(), err
			}
		}
	}
	return nil, fmt.Errorf("no use case takes %T", cmd)
}

var drawn = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// plain is an answer without the ids that are drawn.
func plain(t *testing.T, answer any) string {
	t.Helper()
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return drawn.ReplaceAllString(string(text), "ID")
}

// picture is a digest of every table.
func (b *before) picture(t *testing.T) map[string]string {
	t.Helper()
	picture := map[string]string{}
	for _, table := range b.lines(t, `SELECT relname::text FROM pg_class WHERE relkind = 'r'
			AND relnamespace = 'gongbao'::regnamespace AND relname NOT LIKE 'bun%'`) {
		picture[table] = strings.Join(b.lines(t, `SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), ''))
			FROM `+table+` AS t`), "")
	}
	return picture
}

func (b *before) events(t *testing.T) []string {
	t.Helper()
	return b.lines(t, `SELECT id::text FROM event`)
}

// facts are those announced since.
func (b *before) facts(t *testing.T, known []string) []string {
	t.Helper()
	return sorted(b.lines(t, `SELECT concat_ws(' ', pool, type, subject, subject_version, effective) || chr(10)
		FROM event WHERE id::text <> ALL ($1)`, known))
}

// postings are those of facts announced since.
func (b *before) postings(t *testing.T, known []string) []string {
	t.Helper()
	return sorted(b.lines(t, `SELECT concat_ws(' ', pool, book, debit, credit, amount, counterparty) || chr(10)
		FROM posting WHERE journal::text <> ALL ($1)`, known))
}

// splits are those of facts announced since.
func (b *before) splits(t *testing.T, known []string) []string {
	t.Helper()
	return sorted(b.lines(t, `SELECT concat_ws(' ', pool, subject, stream, subject_version, total,
		array_to_string(members, ',')) || chr(10) FROM split WHERE event::text <> ALL ($1)`, known))
}

func (b *before) lines(t *testing.T, query string, args ...any) []string {
	t.Helper()
	var lines []string
	err := pg.Rows(t.Context(), b.house.DB, query, args, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		lines = append(lines, line)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// commands are what the test sends, in an order in which each can be done.
func (b *before) commands() []any {
	by := func(name, member string, roles ...access.Role) idempotency.Command {
		return idempotency.By(access.Person(name, access.Member, member, roles...))
	}
	underwriter, follower := by("li", "SHAHU", access.Underwriter), by("qian", "DONGHU", access.Claims)
	admin, other := by("fu", "SHAHU", access.Administrator), by("gu", "SHAHU", access.Administrator)
	clerk := idempotency.By(access.Person("wang", access.Manager, "", access.Settlement))
	on := func(claim string) claims.Command {
		return claims.Command{Command: by("zhou", "SHAHU", access.Claims, access.SeniorClaims), Claim: claim}
	}
	yuan, day := money.MustAmount, calendar.MustDate
	estimate := yuan("90000.00")
	return []any{
		insurance.QuotePolicy{Command: underwriter, Pool: "IC", Number: "IC-N1", Contract: insurance.Contract{
			Line: "rd_liability", Insured: "示例", Starts: day("2026-11-01"), Ends: day("2027-10-31"),
			Premium: yuan("120000.00"), SumInsured: yuan("6000000.00"), VAT: money.MustRate("6%"),
			Commission: money.MustRate("10%"), Consent: "同意书-N1",
		}},
		insurance.ReceivePremium{Command: underwriter, Policy: "IC-N1", Amount: yuan("130000.00")},
		insurance.IssuePolicy{Command: underwriter, Policy: "IC-N1"},
		insurance.RefundPremium{Command: underwriter, Policy: "IC-N1", Amount: yuan("2800.00")},
		insurance.PayCommission{Command: underwriter, Policy: "IC-N1", Amount: yuan("3000.00")},
		insurance.NotePolicy{Command: underwriter, Policy: "IC-N1", Name: "备注", Value: "示例"},
		insurance.EndorsePolicy{Command: underwriter, Policy: "IC-N1", Endorsement: "E1", Premium: yuan("6000.00")},
		insurance.CancelPolicy{Command: underwriter, Policy: "IC-N1"},
		insurance.ReinstatePolicy{Command: underwriter, Policy: "IC-N1"},
		periodend.ClosePeriod{Command: clerk, Pool: "IC", Month: calendar.MustMonth("2026-08")},
		zone.RegisterMember{Command: clerk, Code: "NEW", Name: "新示例财险"},
		coinsurance.OpenPool{Command: clerk, Code: "NP", Industry: "optoelectronics", Name: "新共保体"},
		claims.OpenClaim{
			Command: on("").Command, Policy: "IC-P1", Number: "IC-C-N1", LossDay: day("2026-11-20"),
		},
		claims.ReserveClaim{Command: on("IC-C-N1"), Indemnity: &estimate},
		claims.PayClaim{
			Command: on("IC-C-2"), Indemnity: yuan("1000.00"), Payee: claims.Payee{Kind: claims.PayeeInsured, Name: "示例"},
		},
		claims.RecoverClaim{Command: on("IC-C-2"), Recovery: yuan("500.00")},
		claims.PayCall{Command: on("IC-C-6"), Member: "DONGHU", Amount: yuan("1000.00")},
		claims.RaiseQuery{Command: claims.Command{Command: follower, Claim: "IC-C-2"}, Topic: "question", Text: "请说明"},
		zone.ProposeLimit{Command: admin, Organisation: "SHAHU", Role: access.Claims, Amount: &estimate},
		zone.AcceptLimit{Command: other, Organisation: "SHAHU", Number: 2},
		zone.ProposeBank{
			Command: admin, Member: "SHAHU", Bank: "示例银行", CNAPS: "102521000000", AccountName: "沙湖示例财险",
			AccountNumber: "6222000011113333",
		},
		zone.DecideBank{Command: other, Member: "SHAHU", Number: 2, Approve: true},
		insurance.RenewPolicy{
			Command: underwriter, Policy: "IC-P2", Number: "IC-R2", Ends: day("2028-09-30"), Premium: yuan("100000.00"),
		},
		claims.OpenOccurrence{Command: on("").Command, Pool: "IC", Code: "IC-STORM", Name: "示例", Day: day("2026-11-20")},
		claims.TieClaim{Command: on("IC-C-N1"), Occurrence: "IC-STORM"},
		claims.AssessClaim{Command: on("IC-C-N1"), Loss: &estimate},
		claims.ApproveClaim{Command: on("IC-C-N1"), Payable: true},
		claims.FlagEmergency{Command: on("IC-C-N1")},
		claims.ReportClaim{Command: on("IC-C-N1"), Report: "emergency", Reference: "报-2"},
		claims.PayClaim{
			Command: on("IC-C-N1"), Indemnity: yuan("1000.00"), Payee: claims.Payee{Kind: claims.PayeeInsured, Name: "示例"},
		},
		claims.ReversePayment{Command: on("IC-C-N1"), Payment: 1, Reason: "付错"},
		claims.AnswerQuery{Command: on("IC-C-2"), Query: 3, Answer: "已说明"},
		claims.CloseQuery{Command: claims.Command{Command: follower, Claim: "IC-C-2"}, Query: 3, Outcome: "accepted"},
		claims.RaiseQuery{Command: claims.Command{Command: follower, Claim: "IC-C-2"}, Topic: "dispute", Text: "有异议"},
		claims.AnswerQuery{Command: on("IC-C-2"), Query: 4, Answer: "已说明"},
		claims.EscalateQuery{Command: claims.Command{Command: follower, Claim: "IC-C-2"}, Query: 4},
		claims.DecideQuery{Command: claims.Command{Command: clerk, Claim: "IC-C-2"}, Query: 4, Decision: "维持"},
		claims.RefuseClaim{Command: on("IC-C-1"), Reason: "不属于保险责任"},
		claims.ReopenClaim{Command: on("IC-C-1")},
		claims.CheckEvidence{Command: on("IC-C-8"), Item: "sales_contract", State: "waived", Note: "见案卷"},
		claims.WithdrawClaim{Command: on("IC-C-7")},
	}
}
