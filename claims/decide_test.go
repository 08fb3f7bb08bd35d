package claims

import (
	"strings"
	"testing"

	"gongbao/claims/cashcall"
	"gongbao/claims/notice"
	"gongbao/claims/worksheet"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/product"
	"gongbao/zone/authority"
)

// desk is a claim as a decision finds it, in memory: IC-C1 of A 60 %, B 25 %, C 15 %, assessed at 9,000.00 and approved
// at 5,000.00, of which 1,000.00 is paid. Each test changes what matters to it.
func desk(t *testing.T, change func(*lockedClaim)) *lockedClaim {
	t.Helper()
	yuan := money.MustAmount
	loss := yuan("9000.00")
	l := &lockedClaim{
		before: &Claim{
			Pool: "IC", Number: "IC-C1", Policy: "IC-P1", Version: 3, Status: Approved, Loss: &loss,
			AssessedBy: person("he", "A").By.Subject,
			LossDay:    calendar.MustDate("2026-01-02"), Filed: calendar.MustDate("2026-01-02"),
			DocumentsCompleteOn: calendar.MustDate("2026-01-02"), ApprovedOn: calendar.MustDate("2026-01-03"),
			ApprovedIndemnity: yuan("5000.00"), PaidIndemnity: yuan("1000.00"),
		},
		policy: &insurance.Policy{},
	}
	l.policy.Pool, l.policy.Number, l.policy.Line = "IC", "IC-P1", "rd_liability"
	l.policy.Status = insurance.InForce
	l.policy.Starts, l.policy.Ends = calendar.MustDate("2026-01-01"), calendar.MustDate("2026-12-31")
	l.policy.SumInsured, l.policy.Deductible = yuan("1000000.00"), yuan("1000.00")
	l.agreement = worked(t, coinsurance.ByLeader)
	l.dates.First, l.workdays = calendar.MustDate("2026-01-01"), calendar.Announced()
	l.read(calendar.MustDate("2026-01-05").Noon())
	if change != nil {
		change(l)
	}
	return l
}

func person(name string, member string) Command {
	return Command{
		Command: idempotency.Command{By: access.Person(name, access.Member, member, access.Claims)}, Claim: "IC-C1",
	}
}

// sent puts a notice of a kind before B and C, at a state.
func sent(kind notice.Kind, state notice.State) func(*lockedClaim) {
	return func(l *lockedClaim) {
		for _, member := range []string{"B", "C"} {
			l.kept.notices = append(l.kept.notices, notice.Notice{
				Number: 1, Member: member, Kind: kind, Purpose: notice.ForExGratia, State: state,
			})
		}
	}
}

func asked(state QueryState) func(*lockedClaim) {
	return func(l *lockedClaim) {
		l.kept.queries = []Query{{Number: 1, Member: "B", Topic: TopicQuestion, State: state}}
	}
}

func amount(text string) *money.Amount { return new(money.MustAmount(text)) }

// Every refusal that a decision finds, without a database: what the claim is like, what is asked, and the code.
func TestDecisionsRefuse(t *testing.T) {
	t.Parallel()
	he, wu := person("he", "A"), person("wu", "B")
	ahead := calendar.MustDate("2026-01-06")
	tomorrow := ahead.Noon()
	yesterday := calendar.MustDate("2026-01-04").Noon()
	closed := func(l *lockedClaim) { l.before.Status = Closed }
	unassessed := func(l *lockedClaim) { l.before.Loss = nil }
	unapproved := func(l *lockedClaim) {
		l.before.ApprovedOn, l.before.ApprovedIndemnity, l.before.Status = calendar.Date{}, money.Amount{}, Assessed
	}
	settled := func(l *lockedClaim) { l.before.ApprovedIndemnity = l.before.PaidIndemnity }
	each := func(l *lockedClaim) { l.agreement.Terms.Claims = coinsurance.ByEach }
	opening := func(change func(*OpenClaim)) OpenClaim {
		cmd := OpenClaim{
			Command: he.Command, Policy: "IC-P1", Number: "IC-C2", LossDay: calendar.MustDate("2026-01-02"),
		}
		change(&cmd)
		return cmd
	}
	limited := func(own, handler string) func(*lockedClaim) {
		return func(l *lockedClaim) {
			l.found.gate = gated{own: authority.UpTo(*amount(own)), handler: authority.UpTo(*amount(handler))}
		}
	}
	liable := func(kind, payable string) func(*lockedClaim) {
		return func(l *lockedClaim) {
			l.before.Calculated = true
			l.kept.worksheet = []worksheet.Row{{Kind: kind, Payable: money.MustAmount(payable)}}
		}
	}
	type decision interface{ decide(*Outcome) error }
	for _, test := range []struct {
		name   string
		change func(*lockedClaim)
		cmd    decision
		code   string
	}{
		{
			"reserve: more for injury than in all", nil, ReserveClaim{Command: he, Injury: amount("1.00")},
			"claims.claim_invalid",
		},
		{"reserve: ended", closed, ReserveClaim{Command: he, Indemnity: amount("1.00")}, "claims.claim_closed"},
		{"assess: ended", closed, AssessClaim{Command: he, Loss: amount("1.00")}, "claims.claim_closed"},
		{
			"assess: an unknown section", nil, AssessClaim{Command: he, Losses: []indemnity.Loss{{Section: "x"}}},
			"claims.claim_invalid",
		},
		{"approve: ended", closed, ApproveClaim{Command: he}, "claims.claim_closed"},
		{
			"approve: without evidence",
			func(l *lockedClaim) { l.agreement.Terms.Evidence = coinsurance.EvidenceRequired },
			ApproveClaim{Command: he}, "claims.evidence_missing",
		},
		{"approve: not assessed", unassessed, ApproveClaim{Command: he}, "claims.exceeds_payable"},
		{
			"approve: above what is payable", nil, ApproveClaim{Command: he, Indemnity: amount("8000.01")},
			"claims.exceeds_payable",
		},
		{
			"approve: below what is paid", nil, ApproveClaim{Command: he, Indemnity: amount("999.99")},
			"claims.approval_below_paid",
		},
		{
			"approve: without the second lead",
			func(l *lockedClaim) { l.agreement.Terms.SecondLeadFrom = amount("1.00") },
			ApproveClaim{Command: he}, "claims.second_lead_missing",
		},
		{
			"approve: above the person's limit", limited("4999.99", "9000.00"), ApproveClaim{Command: he},
			"access.authority_exceeded",
		},
		{
			"approve: who assessed it", limited("9000.00", "4999.99"), ApproveClaim{Command: he},
			"access.maker_is_checker",
		},
		{"advance: ended", closed, AdvanceClaim{Command: he, Indemnity: *amount("1.00")}, "claims.claim_closed"},
		{"advance: nothing", nil, AdvanceClaim{Command: he}, "claims.amount_not_positive"},
		{
			"advance: above what is payable", unapproved, AdvanceClaim{Command: he, Indemnity: *amount("7000.01")},
			"claims.exceeds_payable",
		},
		{
			"advance: above what is approved", nil, AdvanceClaim{Command: he, Indemnity: *amount("4000.01")},
			"claims.payment_exceeds_approved",
		},
		{
			"advance: without evidence", func(l *lockedClaim) {
				unapproved(l)
				l.agreement.Terms.Evidence = coinsurance.EvidenceRequired
			}, AdvanceClaim{Command: he, Indemnity: *amount("1.00")}, "claims.evidence_missing",
		},
		{
			"advance: without the second lead", func(l *lockedClaim) {
				unapproved(l)
				l.agreement.Terms.SecondLeadFrom = amount("1001.00")
			}, AdvanceClaim{Command: he, Indemnity: *amount("1.00")}, "claims.second_lead_missing",
		},
		{
			"advance: with what was paid above the person's limit", func(l *lockedClaim) {
				unapproved(l)
				limited("1000.99", "9000.00")(l)
			}, AdvanceClaim{Command: he, Indemnity: *amount("1.00")}, "access.authority_exceeded",
		},
		{
			"advance: who assessed it", func(l *lockedClaim) {
				unapproved(l)
				limited("9000.00", "1000.99")(l)
			}, AdvanceClaim{Command: he, Indemnity: *amount("1.00")}, "access.maker_is_checker",
		},
		{
			"advance: no limit set, and who assessed it", func(l *lockedClaim) {
				unapproved(l)
				l.found.gate = gated{own: authority.Limit{Unset: true}}
			}, AdvanceClaim{Command: he, Indemnity: *amount("1.00")}, "access.second_person_needed",
		},
		{"countersign: ended", closed, CountersignClaim{Command: he, Act: "advance_claim"}, "claims.claim_closed"},
		{
			"countersign: above the person's limit", limited("1.00", "1.00"),
			CountersignClaim{Command: he, Act: "advance_claim", Amount: *amount("1.01")}, "access.authority_exceeded",
		},
		{"pay: ended", closed, PayClaim{Command: he, Indemnity: *amount("1.00")}, "claims.claim_closed"},
		{"pay: nothing", nil, PayClaim{Command: he}, "claims.amount_not_positive"},
		{
			"pay: above what is approved", nil, PayClaim{Command: he, Indemnity: *amount("4000.01")},
			"claims.payment_exceeds_approved",
		},
		{
			"pay: the insured before the third party", liable(product.LiabilityCover, "9000.00"),
			PayClaim{Command: he, Indemnity: *amount("1.00"), Payee: Payee{Kind: PayeeInsured}},
			"claims.third_party_unpaid",
		},
		{
			"pay: more legal costs than the section pays", func(l *lockedClaim) {
				liable(product.DefenceCover, "1.00")(l)
				l.before.ApprovedExpense = *amount("2.00")
			}, PayClaim{Command: he, Expense: Expense{Legal: *amount("1.01")}}, "claims.defence_exceeded",
		},
		{"take back: ended", closed, ReversePayment{Command: he, Payment: 1}, "claims.claim_closed"},
		{"take back: no such payment", nil, ReversePayment{Command: he, Payment: 1}, "claims.payment_not_found"},
		{
			"take back: twice",
			func(l *lockedClaim) { l.found.payments = []Payment{{Number: 1}, {Number: 2, Reverses: new(1)}} },
			ReversePayment{Command: he, Payment: 1}, "ledger.already_reversed",
		},
		{
			"take back: with what was taken back above the person's limit", func(l *lockedClaim) {
				limited("1.00", "1.00")(l)
				back := Payment{Number: 2, Reverses: new(1), Indemnity: *amount("-1.00")}
				l.found.payments = []Payment{
					{Number: 1, Indemnity: *amount("1.00")}, back, {Number: 3, Indemnity: *amount("0.01")},
				}
			}, ReversePayment{Command: he, Payment: 3}, "access.authority_exceeded",
		},
		{"recover: ended", closed, RecoverClaim{Command: he, Recovery: *amount("1.00")}, "claims.claim_closed"},
		{"recover: nothing", nil, RecoverClaim{Command: he}, "claims.amount_not_positive"},
		{"recover: below zero", nil, RecoverClaim{Command: he, Salvage: *amount("-0.01")}, "claims.recovery_negative"},
		{"refuse: more approved than paid", nil, RefuseClaim{Command: he}, "claims.approved_unpaid"},
		{"refuse: ended", closed, RefuseClaim{Command: he}, "claims.claim_closed"},
		{"refuse: a ground of no clause", settled, RefuseClaim{Command: he, Ground: "x"}, "claims.claim_invalid"},
		{"refuse: to rescind alone", settled, RefuseClaim{Command: he, Ground: "rescission"}, "claims.consent_missing"},
		{"withdraw: ended", closed, WithdrawClaim{he}, "claims.claim_closed"},
		{"close: more approved than paid", nil, CloseClaim{he}, "claims.approved_unpaid"},
		{"reopen: open", nil, ReopenClaim{he}, "claims.claim_open"},
		{"report: nothing waits for it", nil, ReportClaim{Command: he, Report: "major"}, "claims.nothing_to_report"},
		{"emergency: ended", closed, FlagEmergency{Command: he}, "claims.claim_closed"},
		{"emergency: ahead", nil, FlagEmergency{Command: he, At: &tomorrow}, "claims.claim_invalid"},
		{
			"emergency: twice", func(l *lockedClaim) { l.before.Emergency = &yesterday }, FlagEmergency{Command: he},
			"claims.emergency_flagged",
		},
		{"conflict: ended", closed, DeclareConflict{Command: he, Member: "A"}, "claims.claim_closed"},
		{"conflict: of a stranger", nil, DeclareConflict{Command: he, Member: "X"}, "claims.claim_invalid"},
		{
			"conflict: twice", func(l *lockedClaim) { l.before.Conflicts = []string{"A"} },
			DeclareConflict{Command: he, Member: "A"}, "claims.conflict_declared",
		},
		{"call: ended", closed, CallCash{he}, "claims.claim_closed"},
		{"call: each pays its own", each, CallCash{he}, "claims.no_cash_call"},
		{"call: nothing is left", settled, CallCash{he}, "claims.no_cash_call"},
		{"pay a call: ended", closed, PayCall{Command: he, Member: "B"}, "claims.claim_closed"},
		{"pay a call: each pays its own", each, PayCall{Command: he, Member: "B"}, "claims.no_cash_call"},
		{"pay a call: the servicer", nil, PayCall{Command: he, Member: "A"}, "coinsurance.not_a_follower"},
		{
			"recover: gives back, of more than the person's limit came in", func(l *lockedClaim) {
				limited("1.00", "1.00")(l)
				l.before.Recovery = *amount("1.01")
			}, RecoverClaim{Command: he, Recovery: *amount("-0.50")}, "access.authority_exceeded",
		},
		{
			"pay a call: with what was paid above the person's limit", func(l *lockedClaim) {
				limited("1.00", "1.00")(l)
				l.kept.calls = []cashcall.CashCall{{Member: "B", Paid: *amount("1.00")}}
			}, PayCall{Command: wu, Member: "B", Amount: *amount("0.01")}, "access.authority_exceeded",
		},
		{"pay a call: nothing", nil, PayCall{Command: he, Member: "B"}, "claims.amount_not_positive"},
		{"consent: ended", closed, AskConsent{Command: he}, "claims.claim_closed"},
		{"consent: a ground that lies ahead", nil, AskConsent{Command: he, Known: ahead}, "claims.claim_invalid"},
		{"answer: no notice", nil, AnswerNotice{Command: wu, Notice: 1}, "claims.notice_not_found"},
		{
			"answer: to another kind", sent(notice.LargeLoss, notice.Sent),
			AnswerNotice{Command: wu, Notice: 1, Answer: notice.AnswerAttend}, "claims.claim_invalid",
		},
		{
			"answer: twice", sent(notice.LargeLoss, notice.Read),
			AnswerNotice{Command: wu, Notice: 1, Answer: notice.AnswerRead}, "claims.notice_answered",
		},
		{"evidence: ended", closed, CheckEvidence{Command: he}, "claims.claim_closed"},
		{"evidence: not asked for", nil, CheckEvidence{Command: he, Item: "x"}, "claims.claim_invalid"},
		{"query answered: none", nil, AnswerQuery{Command: he, Query: 1}, "claims.query_not_found"},
		{"query answered: closed", asked(QueryDecided), AnswerQuery{Command: he, Query: 1}, "claims.query_not_waiting"},
		{
			"query passed on: another's", asked(QueryAnswered), EscalateQuery{Command: he, Query: 1},
			"claims.query_not_found",
		},
		{
			"query passed on: not answered", asked(QueryOpen), EscalateQuery{Command: wu, Query: 1},
			"claims.query_not_waiting",
		},
		{
			"query closed: no answer to accept", asked(QueryOpen),
			CloseQuery{Command: wu, Query: 1, Outcome: QueryAccepted},
			"claims.query_not_waiting",
		},
		{
			"query decided: not passed on", asked(QueryAnswered), DecideQuery{Command: he, Query: 1},
			"claims.query_not_waiting",
		},
		{"tie: ended", closed, TieClaim{Command: he}, "claims.claim_closed"},
		{"tie: to no occurrence", nil, TieClaim{Command: he, Occurrence: "IC-E9"}, "claims.occurrence_not_found"},
		{
			"open: effective before the pool", nil,
			opening(func(c *OpenClaim) { c.Effective = calendar.MustDate("2025-12-31") }),
			"ledger.date_out_of_range",
		},
		{"open: filed ahead", nil, opening(func(c *OpenClaim) { c.Filed = ahead }), "ledger.date_out_of_range"},
		{
			"open: never issued", func(l *lockedClaim) { l.policy.Status = insurance.Quoted },
			opening(func(*OpenClaim) {}),
			"insurance.policy_not_in_force",
		},
		{"open: by a follower", nil, opening(func(c *OpenClaim) { c.By = wu.By }), "access.forbidden"},
		{
			"open: a loss before the period", nil,
			opening(func(c *OpenClaim) { c.LossDay = calendar.MustDate("2025-12-31") }),
			"claims.loss_outside_period",
		},
		{
			"open: of no occurrence", nil, opening(func(c *OpenClaim) { c.Occurrence = "IC-E9" }),
			"claims.occurrence_not_found",
		},
		{
			"open: taken", func(l *lockedClaim) { l.found.exists = true }, opening(func(*OpenClaim) {}),
			"claims.claim_exists",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := desk(t, test.change)
			if _, opens := test.cmd.(OpenClaim); opens {
				l.before = &Claim{Pool: "IC", Number: "IC-C2", Policy: "IC-P1"}
			}
			err := test.cmd.decide(begin(l, he.By))
			if fault.CodeOf(err) != test.code {
				t.Errorf("got %v, wanted %s", err, test.code)
			}
		})
	}
}

// What follows from a decision, without a database: the events in their order, each with the version it has.
func TestConsequencesFollowInOrder(t *testing.T) {
	t.Parallel()
	l := desk(t, func(l *lockedClaim) {
		l.agreement.Terms.NoticeFrom, l.agreement.Terms.SurveyFrom = amount("1.00"), amount("1.00")
		l.agreement.Terms.SecondLeadFrom = amount("1.00")
		l.before.Occurrence, l.found.occurrence = "IC-E1", &Occurrence{Pool: "IC", Code: "IC-E1"}
		l.found.others = *amount("20000000.00")
	})
	o := begin(l, person("he", "A").By)
	if err := (ReserveClaim{Command: person("he", "A"), Indemnity: amount("30000000.00")}).decide(o); err != nil {
		t.Fatal(err)
	}
	if err := o.ensue(); err != nil {
		t.Fatal(err)
	}
	var events []string
	for i, follows := range o.follows {
		if follows.SubjectVersion != l.before.Version+2+int64(i) {
			t.Errorf("%s has version %d", follows.Type, follows.SubjectVersion)
		}
		events = append(events, strings.TrimPrefix(follows.Type, "claims."))
	}
	const wanted = "major_claim_flagged large_loss_notified joint_survey_called second_lead_named clock_started"
	if got := strings.Join(events, " "); got != wanted {
		t.Errorf("announced %s\n   wanted %s", got, wanted)
	}
	if o.after.SecondLead != "B" || o.after.MajorOn != l.today || o.aggregated == nil || l.before.Version != 3 {
		t.Errorf("%+v", o.after)
	}
}

// A command that changes an estimate and does not load the occurrence is a mistake of ours, and is found.
func TestAForgottenOccurrenceIsFound(t *testing.T) {
	t.Parallel()
	o := begin(desk(t, func(l *lockedClaim) { l.before.Occurrence = "IC-E1" }), person("he", "A").By)
	o.after.EstimateIndemnity = *amount("1.00")
	if err := o.ensue(); err == nil {
		t.Error("nobody noticed")
	}
}

// A claim that has been recovered in full may not lose a payment.
func TestNoMoreIsRecoveredThanPaid(t *testing.T) {
	t.Parallel()
	o := begin(desk(t, nil), person("he", "A").By)
	cmd := RecoverClaim{Command: person("he", "A"), Recovery: *amount("1000.01")}
	if err := cmd.decide(o); err != nil {
		t.Fatal(err)
	}
	if err := o.ensue(); fault.CodeOf(err) != ErrRecoveryExceedsPaid.Code {
		t.Errorf("%v", err)
	}
}
