package settlement

import (
	"errors"
	"slices"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
)

// What becomes of a query is decided without a database, too: B disputes what it has with A and C.

var (
	ofA = access.Person("qian", access.Member, "A", access.Settlement)
	ofX = access.Person("wu", access.Member, "X", access.Settlement)
)

func onQueried() *onStatement {
	known := onIssued()
	known.queries = []Query{{
		Pool: "IC", Statement: 1, Number: 1, Subject: "IC-P1", Member: "B", Parties: "A B C", Reason: ReasonShare,
		State: QueryOpen,
	}}
	return known
}

func TestAnswerQueryDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[AnswerQuery, *onStatement]
	sound := func() (AnswerQuery, *onStatement) {
		return AnswerQuery{
			Command: idempotency.Command{By: ofA, IfVersion: seen}, Pool: "IC", Period: "2026-01", Number: 1,
			Answer: "份额依协议第一版", Document: "协议附件一",
		}, onQueried()
	}
	refuses(t, sound, func(known *onStatement, cmd AnswerQuery) error {
		_, err := decideAnswer(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *AnswerQuery, _ *onStatement) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *AnswerQuery, _ *onStatement) { cmd.IfVersion = other }},
		f{ErrQueryNotFound, func(cmd *AnswerQuery, _ *onStatement) { cmd.Number = 2 }},
		f{access.ErrForbidden, func(cmd *AnswerQuery, _ *onStatement) { cmd.By = staff }},
		f{ErrQueryClosed, func(_ *AnswerQuery, known *onStatement) { known.queries[0].State = QueryResolved }},
		f{ErrQueryNotEscalated, func(cmd *AnswerQuery, _ *onStatement) { cmd.By = clerk }},
	)
	cmd, known := sound()
	cmd.By = ofX
	if _, err := decideAnswer(known, cmd, noon); !errors.Is(err, ErrQueryNotFound) {
		t.Errorf("by who is no party: %v", err)
	}
	cmd.Answer = " "
	if err := cmd.admit(); !errors.Is(err, ErrQueryInvalid) {
		t.Errorf("without a word: %v", err)
	}
}

// A member's answer is between it and who raised the query; the manager's is for all parties. It is told by its own
// event alone.
func TestWhoReadsAnAnswer(t *testing.T) {
	t.Parallel()
	known := onQueried()
	for _, test := range []struct {
		by       access.Principal
		before   QueryState
		answerer string
		told     []string
	}{
		{ofA, QueryOpen, "A", []string{"A", "B"}},
		{ofA, QueryEscalated, "A", []string{"A", "B"}},
		{clerk, QueryEscalated, "", []string{"A", "B", "C"}},
		{clerk, QueryAnswered, "", []string{"A", "B", "C"}},
	} {
		known.queries[0].State, known.queries[0].Escalated = test.before, &noon
		decided, err := decideAnswer(known, AnswerQuery{
			Command: idempotency.By(test.by), Pool: "IC", Period: "2026-01", Number: 1, Answer: "份额无误",
		}, noon)
		if err != nil {
			t.Fatal(err)
		}
		query := decided.answer
		if query.State != QueryAnswered || query.Answerer != test.answerer || query.AnsweredBy != test.by.Subject ||
			!slices.Equal(toldTo(decided.facts[0]), test.told) {
			t.Errorf("by %s: %+v, told to %v", test.by, query, toldTo(decided.facts[0]))
		}
		if third := query.unanswered(); query.readsAnswer("C") != (test.answerer == "") || third.Answer != "" ||
			!query.readsAnswer("B") {
			t.Errorf("by %s: C reads it, or B does not; without it: %+v", test.by, third)
		}
		later := queryFact(EventQueryResolved, known.statement, query, []string{"A", "B", "C"}, staff)
		if data, is := later.Data.(QueryData); !is || data.Query.Answer != "" || data.Query.Answerer != "" {
			t.Errorf("the resolution tells the answer: %+v", later.Data)
		}
	}
}

func toldTo(announced fact.Fact) (members []string) {
	for _, section := range announced.Sections {
		members = append(members, section.Member)
	}
	return members
}

func TestEscalateQueryDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[EscalateQuery, *onStatement]
	sound := func() (EscalateQuery, *onStatement) {
		return EscalateQuery{
			Command: idempotency.Command{By: staff, IfVersion: seen}, Pool: "IC", Period: "2026-01", Number: 1,
		}, onQueried()
	}
	refuses(t, sound, func(known *onStatement, cmd EscalateQuery) error {
		_, err := decideEscalation(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *EscalateQuery, _ *onStatement) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *EscalateQuery, _ *onStatement) { cmd.IfVersion = other }},
		f{ErrQueryNotFound, func(cmd *EscalateQuery, _ *onStatement) { cmd.Number = 0 }},
		f{access.ErrForbidden, func(cmd *EscalateQuery, _ *onStatement) { cmd.By = ofA }},
		f{ErrQueryClosed, func(_ *EscalateQuery, known *onStatement) { known.queries[0].State = QueryResolved }},
	)
	cmd, known := sound()
	known.queries[0].State = QueryEscalated
	if _, err := decideEscalation(known, cmd, noon); !errors.Is(err, ErrQueryEscalated) {
		t.Errorf("a second time: %v", err)
	}
	for _, by := range []access.Principal{staff, clerk} {
		cmd.By, known.queries[0].State = by, QueryAnswered
		decided, err := decideEscalation(known, cmd, noon)
		if err != nil || decided.answer.State != QueryEscalated || len(decided.facts[0].Sections) != 3 {
			t.Errorf("by %s of what was answered: %+v, %v", by, decided.answer, err)
		}
	}
	if err := (EscalateQuery{}).admit(); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by nobody: %v", err)
	}
}
