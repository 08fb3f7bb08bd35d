package settlement

import (
	"errors"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
)

// What is undone is decided without a database, too.

func TestCancelStatementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[CancelStatement, *cancelling]
	sound := func() (CancelStatement, *cancelling) {
		known := onIssued()
		known.statement.DrawnBy = clerk.Subject
		return CancelStatement{
			Command: idempotency.Command{By: checker, IfVersion: seen}, Pool: "IC", Period: "2026-01", Reason: "漏列一单",
		}, &cancelling{onStatement: known}
	}
	refuses(t, sound, func(known *cancelling, cmd CancelStatement) error {
		_, err := decideCancellation(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *CancelStatement, _ *cancelling) { noAgreement(&cmd.Command) }},
		f{ErrStatementChanged, func(cmd *CancelStatement, _ *cancelling) { cmd.IfVersion = other }},
		f{ErrStatementNotLatest, func(_ *CancelStatement, known *cancelling) { known.later = "2026-02" }},
		f{ErrStatementSettled, func(_ *CancelStatement, known *cancelling) { known.taker = 1 }},
		f{access.ErrMakerIsChecker, func(cmd *CancelStatement, _ *cancelling) { cmd.By = clerk }},
	)
	cmd, known := sound()
	decided, err := decideCancellation(known, cmd, noon)
	if err != nil || decided.answer.State != StatementCancelled || len(decided.facts[0].Sections) != 0 ||
		decided.facts[0].Audience != fact.Overseers {
		t.Errorf("of what no member has seen: %+v, %v", decided, err)
	}
	known.statement.Issued = &noon
	decided, err = decideCancellation(known, cmd, noon)
	if err != nil || len(decided.facts[0].Sections) != 3 {
		t.Errorf("of what the members have seen: %+v, %v", decided, err)
	}
	known.queries = []Query{
		{Number: 1, Member: "A", Parties: "A B", State: QueryResolved},
		{Number: 2, Member: "B", Parties: "A B", State: QueryEscalated},
	}
	decided, err = decideCancellation(known, cmd, noon)
	if err != nil || len(decided.facts) != 2 || decided.facts[0].Type != EventQueryResolved ||
		len(decided.facts[0].Sections) != 2 || decided.facts[1].SubjectVersion != decided.facts[0].SubjectVersion+1 {
		t.Errorf("with what was disputed on it: %+v, %v", decided, err)
	}
	if err := (CancelStatement{Command: idempotency.By(checker)}).admit(); !errors.Is(err, ErrReasonInvalid) {
		t.Errorf("without a reason: %v", err)
	}
}

func TestWithdrawSettlementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[WithdrawSettlement, *onSettlement]
	sound := func() (WithdrawSettlement, *onSettlement) {
		return WithdrawSettlement{Command: idempotency.By(clerk), Pool: "IC", Number: 1, Reason: "另有异议"}, onProposed()
	}
	refuses(t, sound, func(known *onSettlement, cmd WithdrawSettlement) error {
		_, err := decideWithdrawal(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *WithdrawSettlement, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrSettlementDecided, func(_ *WithdrawSettlement, known *onSettlement) { known.run.State = Approved }},
	)
	if err := (WithdrawSettlement{Command: idempotency.By(clerk)}).admit(); !errors.Is(err, ErrReasonInvalid) {
		t.Errorf("without a reason: %v", err)
	}
}
