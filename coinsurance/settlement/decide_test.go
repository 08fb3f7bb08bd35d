package settlement

import (
	"errors"
	"testing"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// What the package decides, without a database: refusals in their order, and what comes of a sound command.

var (
	noon    = calendar.MustDate("2026-02-02").Noon()
	clerk   = access.Person("clerk", access.Manager, "", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
	staff   = access.Person("staff", access.Member, "B", access.Settlement)
)

// flaw is one thing that keeps a decision from being taken, and the refusal it meets.
type flaw[C, K any] struct {
	refusal error
	bring   func(cmd *C, known K)
}

// refuses takes a decision on a case that has all the flaws, then on one that has all but the first, and so on until
// nothing is wrong with it: each time the first flaw left is the one that is refused. Sound makes a case that has none.
func refuses[C, K any](
	t *testing.T, sound func() (C, K), decide func(known K, cmd C) error, flaws ...flaw[C, K],
) {
	t.Helper()
	for i := range len(flaws) + 1 {
		cmd, known := sound()
		for at := len(flaws) - 1; at >= i; at-- {
			flaws[at].bring(&cmd, known)
		}
		var wanted error
		if i < len(flaws) {
			wanted = flaws[i].refusal
		}
		if err := decide(known, cmd); !errors.Is(err, wanted) {
			t.Errorf("flaw %d: got %v, wanted %v", i, err, wanted)
		}
	}
}

const seen, other = int64(3), int64(2) // versions of a statement

// onIssued is a statement of January that was issued to A and B, with an item between the two.
func onIssued() *onStatement {
	return &onStatement{
		period: ledger.Period{Pool: "IC"},
		statement: &Statement{
			Pool: "IC", Number: 1, Period: "2026-01", Issue: 1, State: StatementIssued, Version: seen, Items: 1,
			Starts: calendar.MustDate("2026-01-01"), Ends: calendar.MustDate("2026-01-31"),
		},
		agreement: &coinsurance.Agreement{Terms: coinsurance.Terms{
			Netting: coinsurance.NettingBilateral, QueryDays: 10, AnswerDays: 5, ReimburseDays: 3,
		}},
		totals: []MemberTotal{{Member: "A", Items: 1}, {Member: "B", Items: 1}, {Member: "C"}},
		answers: []Answer{
			{Member: "A", State: AnswerConfirmed}, {Member: "B", State: AnswerConfirmed}, {Member: "C", State: AnswerOpen},
		},
		workdays: calendar.Announced(),
	}
}

func (o *onStatement) drawnOnly() { o.statement.State = StatementDrawn }

func noAgreement(cmd *idempotency.Command) { cmd.Effective = calendar.MustDate("2026-01-01") }

func TestDrawStatementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[DrawStatement, *drawing]
	sound := func() (DrawStatement, *drawing) {
		return DrawStatement{Command: idempotency.By(clerk), Pool: "IC", Period: "2026-Q1"}, &drawing{}
	}
	refuses(t, sound, func(known *drawing, cmd DrawStatement) error {
		_, err := decideDrawing(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *DrawStatement, _ *drawing) { noAgreement(&cmd.Command) }},
		f{ErrPeriodUnknown, func(cmd *DrawStatement, _ *drawing) { cmd.Period = "2026-Q5" }},
		f{ErrPeriodNotBegun, func(cmd *DrawStatement, _ *drawing) { cmd.Period = "2026-Q2" }},
	)
	ahead, _ := sound()
	ahead.Period, ahead.Ahead = "2026-Q2", true
	if _, err := decideDrawing(&drawing{}, ahead, noon); err != nil {
		t.Errorf("ahead, as was said: %v", err)
	}
	cmd, known := sound()
	known.statements = []Statement{*onIssued().statement}
	if _, err := decideDrawing(known, cmd, noon); !errors.Is(err, ErrStatementExists) {
		t.Errorf("a quarter over a month: %v", err)
	}
	known.statements[0].State = StatementCancelled
	cmd.Period = "2026-01"
	decided, err := decideDrawing(known, cmd, noon)
	if err != nil || decided.answer.Issue != 2 || decided.answer.Number != 2 || decided.answer.State != StatementDrawn {
		t.Errorf("after a cancellation: %+v, %v", decided.answer, err)
	}
	begun := *known.cut(cmd, noon, noon)
	begun.DrawnBy = "another"
	known.statements = append(known.statements, begun)
	if decided, err = decideDrawing(known, cmd, noon); err != nil || decided.answer.DrawnBy != clerk.Subject {
		t.Errorf("drawn on another's cut: %+v, %v", decided.answer, err)
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]string{
		"2026-02": "2026-02-01 2026-02-28", "2028-Q1": "2028-01-01 2028-03-31", "2026-Q4": "2026-10-01 2026-12-31",
	} {
		period, err := ParsePeriod(text)
		if got := period.Starts.String() + " " + period.Ends.String(); err != nil || got != wanted {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "2026", "2026-13", "2026-00", "2026-Q0", "2026-q1", "2026-1", "2026-01-01"} {
		if _, err := ParsePeriod(text); !errors.Is(err, ErrPeriodUnknown) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestIssueStatementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[IssueStatement, *issuing]
	sound := func() (IssueStatement, *issuing) {
		known := onIssued()
		known.statement.State = StatementDrawn
		return IssueStatement{
			Command: idempotency.Command{By: clerk, IfVersion: seen}, Pool: "IC", Period: "2026-01",
		}, &issuing{onStatement: known}
	}
	refuses(t, sound, func(known *issuing, cmd IssueStatement) error {
		_, err := decideIssue(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *IssueStatement, _ *issuing) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *IssueStatement, _ *issuing) { cmd.IfVersion = other }},
		f{ErrStatementIssued, func(_ *IssueStatement, known *issuing) { known.statement.State = StatementIssued }},
	)
	cmd, known := sound()
	decided, err := decideIssue(known, cmd, noon)
	if err != nil || decided.answer.ConfirmBy != calendar.MustDate("2026-02-12") || len(decided.facts) != 1 ||
		len(decided.facts[0].Sections) != 3 {
		t.Errorf("got %+v, %v", decided, err)
	}
}

func TestConfirmStatementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ConfirmStatement, *onStatement]
	sound := func() (ConfirmStatement, *onStatement) {
		known := onIssued()
		known.answers[1].State = AnswerOpen
		return ConfirmStatement{
			Command: idempotency.Command{By: staff, IfVersion: seen}, Pool: "IC", Period: "2026-01", Member: "B",
		}, known
	}
	refuses(t, sound, func(known *onStatement, cmd ConfirmStatement) error {
		_, err := decideConfirmation(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ConfirmStatement, _ *onStatement) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *ConfirmStatement, _ *onStatement) { cmd.IfVersion = other }},
		f{ErrStatementNotIssued, func(_ *ConfirmStatement, known *onStatement) { known.drawnOnly() }},
		f{access.ErrForbidden, func(cmd *ConfirmStatement, _ *onStatement) { cmd.Member = "X" }},
	)
	cmd, known := sound()
	decided, err := decideConfirmation(known, cmd, noon)
	if err != nil || decided.answer.State != AnswerConfirmed || decided.answer.ConfirmedBy != staff.Subject {
		t.Errorf("got %+v, %v", decided, err)
	}
	known.answers[1] = *decided.answer
	if again, err := decideConfirmation(known, cmd, noon); err != nil || len(again.facts) > 0 || again.write != nil {
		t.Errorf("a second confirmation: %+v, %v", again, err)
	}
}

func TestQueriesDecide(t *testing.T) {
	t.Parallel()
	type f = flaw[RaiseQuery, *queried]
	sound := func() (RaiseQuery, *queried) {
		return RaiseQuery{
			Command: idempotency.Command{By: staff, IfVersion: seen}, Pool: "IC", Period: "2026-01", Member: "B",
			Subject: "IC-P1",
		}, &queried{onStatement: onIssued(), groups: []Group{PremiumGroup, FeeGroup}, parties: []string{"A", "B"}}
	}
	refuses(t, sound, func(known *queried, cmd RaiseQuery) error {
		_, err := decideQuery(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *RaiseQuery, _ *queried) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *RaiseQuery, _ *queried) { cmd.IfVersion = other }},
		f{ErrStatementNotIssued, func(_ *RaiseQuery, known *queried) { known.drawnOnly() }},
		f{ErrItemNotFound, func(cmd *RaiseQuery, _ *queried) { cmd.Group = ClaimsGroup }},
	)
	cmd, known := sound()
	decided, err := decideQuery(known, cmd, noon)
	if err != nil || decided.answer.Reason != ReasonOther || decided.answer.AnswerBy != calendar.MustDate("2026-02-09") ||
		len(decided.facts[0].Sections) != 2 {
		t.Errorf("got %+v, %v", decided.answer, err)
	}
	for _, wrong := range []RaiseQuery{{Reason: "mood"}, {Group: "mood"}} {
		wrong.By, wrong.Member = staff, "B"
		if err := wrong.admit(); !errors.Is(err, ErrQueryInvalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	known.queries = []Query{*decided.answer, {Number: 2, Member: "A", Subject: "IC-P1", State: QueryOpen}}
	lifted, err := decideResolution(known, ResolveQueries{
		Command: idempotency.By(staff), Pool: "IC", Period: "2026-01", Member: "B", Subject: "IC-P1",
	}, noon)
	if err != nil || len(lifted.answer) != 1 || lifted.answer[0].State != QueryResolved || lifted.answer[0].Number != 1 {
		t.Errorf("got %+v, %v", lifted.answer, err)
	}
	none, err := decideResolution(known, ResolveQueries{
		Command: idempotency.By(staff), Pool: "IC", Period: "2026-01", Member: "C", Subject: "IC-P1",
	}, noon)
	if err != nil || len(none.answer) > 0 || len(none.facts) > 0 {
		t.Errorf("of what was never queried: %+v, %v", none, err)
	}
	_, err = decideResolution(known, ResolveQueries{Member: "B", Group: InterestGroup}, noon)
	if !errors.Is(err, ErrItemNotFound) {
		t.Errorf("of a group that is not there: %v", err)
	}
}

func TestProposeSettlementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ProposeSettlement, *proposal]
	sound := func() (ProposeSettlement, *proposal) {
		return ProposeSettlement{
			Command: idempotency.Command{By: clerk, IfVersion: seen}, Pool: "IC", Period: "2026-01",
		}, &proposal{onStatement: onIssued(), next: 1}
	}
	refuses(t, sound, func(known *proposal, cmd ProposeSettlement) error {
		_, err := decideProposal(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ProposeSettlement, _ *proposal) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *ProposeSettlement, _ *proposal) { cmd.IfVersion = other }},
		f{ErrStatementNotIssued, func(_ *ProposeSettlement, known *proposal) { known.drawnOnly() }},
		f{ErrSettlementExists, func(_ *ProposeSettlement, known *proposal) { known.run = &Settlement{State: Proposed} }},
		f{ErrStatementNotConfirmed, func(_ *ProposeSettlement, known *proposal) { known.answers[1].State = AnswerOpen }},
	)
	cmd, known := sound()
	known.answers[1].State, cmd.ConfirmedOnly = AnswerOpen, true
	decided, err := decideProposal(known, cmd, noon)
	if err != nil || decided.answer.Netting != coinsurance.NettingBilateral || !decided.answer.ConfirmedOnly {
		t.Errorf("of confirmed pairs only: %+v, %v", decided.answer, err)
	}
	known.agreement.Netting = coinsurance.NettingMultilateral
	if _, err := decideProposal(known, cmd, noon); !errors.Is(err, ErrStatementNotConfirmed) {
		t.Errorf("of confirmed pairs only, over all members: %v", err)
	}
}

func (o *onSettlement) madeByChecker() { o.run.ProposedBy = checker.Subject }

func onProposed() *onSettlement {
	return &onSettlement{
		onStatement: onIssued(), ordinal: 2,
		run: &Settlement{Pool: "IC", Number: 1, Statement: 1, State: Proposed, Version: 1, ProposedBy: clerk.Subject},
	}
}

func TestApproveSettlementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ApproveSettlement, *onSettlement]
	sound := func() (ApproveSettlement, *onSettlement) {
		return ApproveSettlement{Command: idempotency.By(checker), Pool: "IC", Number: 1}, onProposed()
	}
	refuses(t, sound, func(known *onSettlement, cmd ApproveSettlement) error {
		_, err := decideApproval(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ApproveSettlement, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrSettlementChanged, func(cmd *ApproveSettlement, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrSettlementDecided, func(_ *ApproveSettlement, known *onSettlement) { known.run.State = Approved }},
		f{access.ErrMakerIsChecker, func(_ *ApproveSettlement, known *onSettlement) { known.madeByChecker() }},
		f{ErrSettlementOutdated, func(_ *ApproveSettlement, known *onSettlement) { known.outdatedPeriod = "2026-01" }},
	)
}

func TestCompleteSettlementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[CompleteSettlement, *onSettlement]
	sound := func() (CompleteSettlement, *onSettlement) {
		known := onProposed()
		known.run.State = Approved
		return CompleteSettlement{Command: idempotency.By(checker), Pool: "IC", Number: 1}, known
	}
	decide := func(known *onSettlement, cmd CompleteSettlement) error {
		_, err := decideCompletion(known, cmd, noon)
		return err
	}
	refuses(t, sound, decide,
		f{ledger.ErrDateOutOfRange, func(cmd *CompleteSettlement, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrSettlementChanged, func(cmd *CompleteSettlement, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrSettlementNotFound, func(_ *CompleteSettlement, known *onSettlement) { known.run.State = Proposed }},
	)
	refuses(t, sound, decide,
		f{ErrAlreadyPaid, func(_ *CompleteSettlement, known *onSettlement) { known.run.State = Completed }},
		f{access.ErrMakerIsChecker, func(_ *CompleteSettlement, known *onSettlement) { known.madeByChecker() }},
	)
	// Who approved the orders may say that they were paid: two persons have seen the money before it moves. Nobody but the
	// manager's settlement clerks may.
	cmd, known := sound()
	known.run.ApprovedBy = checker.Subject
	if err := decide(known, cmd); err != nil {
		t.Errorf("completed by who approved it: %v", err)
	}
	for _, by := range []access.Principal{
		staff, access.Person("liu", access.Regulator, "", access.Reader),
		access.Person("he", access.Manager, "", access.Reader),
	} {
		cmd.By = idempotency.By(by).By
		if err := cmd.admit(); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("completed by %+v: %v", by, err)
		}
	}
}

func TestTotalsAddUp(t *testing.T) {
	t.Parallel()
	statement := &Statement{Pool: "IC", Number: 2}
	totals := totalsFrom(statement, []string{"A", "B", "C"},
		[]PairTotal{{A: "A", B: "B", AOwes: money.Fen(900), BOwes: money.Fen(200), Items: 2, Postings: 5}},
		[]MemberTotal{{Member: "A", Closing: money.Fen(-50)}, {Member: "B", Closing: money.Fen(50)}},
		[]memberSettled{{"A", money.Fen(-50)}, {"B", money.Fen(50)}})
	wanted := map[string]int64{"A": -700, "B": 700, "C": 0}
	for _, total := range totals {
		if !total.Opening.IsZero() || total.Closing.Fen() != wanted[total.Member] || total.Movement != total.Closing {
			t.Errorf("got %+v", total)
		}
	}
	if len(totals) != 3 || statement.Items != 2 || statement.Postings != 5 {
		t.Errorf("%d members, %d items of %d postings", len(totals), statement.Items, statement.Postings)
	}
}

// A second step is never recorded before the first, whatever the clocks say.
func TestStepsFollow(t *testing.T) {
	t.Parallel()
	later := noon.Add(time.Hour)
	statement := &Statement{Version: 1, Recorded: later}
	if next := statement.next(clock.Later(noon, statement.Recorded)); !next.Recorded.Equal(later) || next.Version != 2 {
		t.Errorf("got %+v", next)
	}
}

// onOrder is a run with an order of 10.00 from A to B.
func onOrder() *onSettlement {
	known := onProposed()
	known.run.State = Approved
	known.orders = []PaymentOrder{{
		Pool: "IC", ID: "G2-1-1", Payer: "A", Payee: "B", Amount: money.Fen(1000), State: OrderOpen, Attempt: 1, Version: 1,
	}}
	return known
}

func TestExecuteOrderDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ExecuteOrder, *onSettlement]
	sound := func() (ExecuteOrder, *onSettlement) {
		return ExecuteOrder{
			Command: idempotency.By(checker), Pool: "IC", Order: "G2-1-1", Amount: money.Fen(1000),
		}, onOrder()
	}
	refuses(t, sound, func(known *onSettlement, cmd ExecuteOrder) error {
		_, err := decideExecution(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ExecuteOrder, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrOrderChanged, func(cmd *ExecuteOrder, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrOrderDone, func(_ *ExecuteOrder, known *onSettlement) { known.orders[0].State = OrderExecuted }},
		f{ErrOrderExceeded, func(cmd *ExecuteOrder, _ *onSettlement) { cmd.Amount = money.Fen(1001) }},
		f{access.ErrMakerIsChecker, func(_ *ExecuteOrder, known *onSettlement) { known.madeByChecker() }},
	)
	cmd, known := sound()
	cmd.Amount = money.Fen(0)
	if _, err := decideExecution(known, cmd, noon); !errors.Is(err, ErrOrderExceeded) {
		t.Errorf("nothing paid: %v", err)
	}
}

func TestReturnOrderDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ReturnOrder, *onSettlement]
	sound := func() (ReturnOrder, *onSettlement) {
		known := onOrder()
		known.orders[0].State, known.orders[0].Executed = OrderPartPaid, money.Fen(1)
		return ReturnOrder{Command: idempotency.By(checker), Pool: "IC", Order: "G2-1-1"}, known
	}
	refuses(t, sound, func(known *onSettlement, cmd ReturnOrder) error {
		_, err := decideReturn(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ReturnOrder, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrOrderChanged, func(cmd *ReturnOrder, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrOrderNotPaid, func(_ *ReturnOrder, known *onSettlement) { known.orders[0].Executed = money.Amount{} }},
		f{access.ErrMakerIsChecker, func(_ *ReturnOrder, known *onSettlement) { known.madeByChecker() }},
	)
}
