package settlement

import (
	"errors"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// onUnwinding is a run of which somebody proposed the unwinding, with two orders: one is paid, one is not.
func onUnwinding() *onSettlement {
	known := onOrder()
	known.run.UnwindProposedBy, known.run.Reason = clerk.Subject, "丙停止支付"
	known.orders[0].State, known.orders[0].Executed = OrderExecuted, money.Fen(1000)
	known.orders = append(known.orders, PaymentOrder{
		Pool: "IC", ID: "G2-1-2", Number: 2, Payer: "C", Payee: "B", Amount: money.Fen(600), State: OrderOpen, Attempt: 1,
		Version: 1,
	})
	return known
}

// filed has the second order in a file.
func (o *onSettlement) filed(state AttemptState) {
	o.attempts = []Attempt{{Order: "G2-1-2", Attempt: 1, File: 7, State: state}}
}

func TestProposeUnwindingDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ProposeUnwinding, *onSettlement]
	sound := func() (ProposeUnwinding, *onSettlement) {
		known := onUnwinding()
		known.run.UnwindProposedBy = ""
		return ProposeUnwinding{
			Command: idempotency.By(checker), Pool: "IC", Number: 1, Reason: "丙停止支付",
		}, known
	}
	refuses(t, sound, func(known *onSettlement, cmd ProposeUnwinding) error {
		_, err := decideUnwindingProposal(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ProposeUnwinding, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrSettlementChanged, func(cmd *ProposeUnwinding, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrSettlementNotOpen, func(_ *ProposeUnwinding, known *onSettlement) { known.run.State = Completed }},
		f{ErrUnwindingProposed, func(_ *ProposeUnwinding, known *onSettlement) { known.run.UnwindProposedBy = "x" }},
		f{ErrOrderInFile, func(_ *ProposeUnwinding, known *onSettlement) { known.filed(AttemptMade) }},
	)
	if err := (ProposeUnwinding{Command: idempotency.By(clerk)}).admit(); !errors.Is(err, ErrReasonInvalid) {
		t.Errorf("for no reason: %v", err)
	}
}

func TestApproveUnwindingDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ApproveUnwinding, *onSettlement]
	sound := func() (ApproveUnwinding, *onSettlement) {
		return ApproveUnwinding{Command: idempotency.By(checker), Pool: "IC", Number: 1}, onUnwinding()
	}
	refuses(t, sound, func(known *onSettlement, cmd ApproveUnwinding) error {
		_, err := decideUnwinding(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *ApproveUnwinding, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrSettlementChanged, func(cmd *ApproveUnwinding, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrSettlementNotOpen, func(_ *ApproveUnwinding, known *onSettlement) { known.run.State = Unwound }},
		f{ErrUnwindingNotProposed, func(_ *ApproveUnwinding, known *onSettlement) { known.run.UnwindProposedBy = "" }},
		f{access.ErrMakerIsChecker, func(_ *ApproveUnwinding, known *onSettlement) {
			if known.run.UnwindProposedBy != "" {
				known.run.UnwindProposedBy = checker.Subject
			}
		}},
		f{ErrOrderInFile, func(_ *ApproveUnwinding, known *onSettlement) {
			known.filed(AttemptAccepted)
			known.orders[1].State = OrderAccepted
		}},
	)
	cmd, known := sound()
	known.filed(AttemptReleased) // the bank has said that it paid a part
	known.orders[1].State, known.orders[1].Executed = OrderPartPaid, money.Fen(200)
	decided, err := decideUnwinding(known, cmd, noon)
	if err != nil || decided.answer.State != Unwinding || len(decided.facts) != 4 {
		t.Fatalf("got %+v, %v", decided, err)
	}
	got := decided.answer.Payments
	if len(got) != 4 || got[1].State != OrderVoid || got[2].ID != "G2-1-3" || got[2].Payer != "B" || got[2].Payee != "A" ||
		got[2].Amount != money.Fen(1000) || got[3].OppositeOf != "G2-1-2" || got[3].Amount != money.Fen(200) {
		t.Errorf("orders %+v", got)
	}
	_, known = sound()
	known.orders = known.orders[1:]
	if decided, err := decideUnwinding(known, cmd, noon); err != nil || decided.answer.State != Unwound {
		t.Errorf("of which nothing was paid: %+v, %v", decided.answer, err)
	}
}

func TestWithdrawUnwindingDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[WithdrawUnwinding, *onSettlement]
	sound := func() (WithdrawUnwinding, *onSettlement) {
		return WithdrawUnwinding{Command: idempotency.By(clerk), Pool: "IC", Number: 1}, onUnwinding()
	}
	refuses(t, sound, func(known *onSettlement, cmd WithdrawUnwinding) error {
		_, err := decideUnwindingWithdrawal(known, cmd, noon)
		return err
	},
		f{ledger.ErrDateOutOfRange, func(cmd *WithdrawUnwinding, _ *onSettlement) { noAgreement(&cmd.Command) }},
		f{ErrSettlementChanged, func(cmd *WithdrawUnwinding, _ *onSettlement) { cmd.IfVersion = other }},
		f{ErrSettlementNotOpen, func(_ *WithdrawUnwinding, known *onSettlement) { known.run.State = Unwinding }},
		f{ErrUnwindingNotProposed, func(_ *WithdrawUnwinding, known *onSettlement) { known.run.UnwindProposedBy = "" }},
	)
}

// unwound is a run that is being unwound, with an opposite order for its first.
func unwound() *onSettlement {
	known := onUnwinding()
	known.run.State = Unwinding
	known.orders = append(known.orders, known.oppose(known.run, &known.orders[0], money.Fen(1000), noon))
	return known
}

// Of an order nothing comes back whose payment is given back already, or may be.
func TestWhatIsGivenBackDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ReturnOrder, *onSettlement]
	sound := func() (ReturnOrder, *onSettlement) {
		return ReturnOrder{Command: idempotency.By(checker), Pool: "IC", Order: "G2-1-1"}, unwound()
	}
	decide := func(known *onSettlement, cmd ReturnOrder) error {
		_, err := decideReturn(known, cmd, noon)
		return err
	}
	for _, change := range []func(known *onSettlement){
		func(known *onSettlement) { known.orders[2].Executed = money.Fen(1) },
		func(known *onSettlement) {
			known.attempts = []Attempt{{Order: "G2-1-3", Attempt: 1, File: 7, State: AttemptMade}}
		},
	} {
		refuses(t, sound, decide,
			f{access.ErrMakerIsChecker, func(_ *ReturnOrder, known *onSettlement) { known.madeByChecker() }},
			f{ErrOppositePaid, func(_ *ReturnOrder, known *onSettlement) { change(known) }},
		)
	}
	known := unwound()
	for _, netting := range []coinsurance.Netting{coinsurance.NettingBilateral, coinsurance.NettingMultilateral} {
		known.run.Netting = netting
		known.orders[2].Executed = money.Fen(999)
		if known.atZero(known.run, &known.orders[0]) != (netting == coinsurance.NettingBilateral) {
			t.Errorf("%s: before all is given back", netting)
		}
		known.orders[2].Executed = money.Fen(1000)
		if known.atZero(known.run, &known.orders[0]) {
			t.Errorf("%s: after all is given back", netting)
		}
	}
}

// What was undone of an opposite order that is void since is not allocated again.
func TestAVoidOppositeOrderTakesNothing(t *testing.T) {
	t.Parallel()
	known := onReceipt()
	known.onSettlement = unwound()
	known.target = &known.orders[2]
	known.target.State = OrderVoid
	known.entry.Returned, known.entry.Credit = true, true
	known.ofOrder = []Match{
		{Attempt: 1, Amount: money.Fen(1000)}, {Attempt: 1, Credit: true, Returned: true, Amount: money.Fen(1000)},
	}
	known.ofEntry = []Match{{Number: 1, Order: "G2-1-3", OrderPool: "IC", Attempt: 1, Credit: true, Returned: true,
		Amount: money.Fen(1000)}}
	known.undo = true
	cmd := UnmatchReceipt{Command: idempotency.By(clerk), Pool: "IC", Order: "G2-1-3", Number: 1}
	if _, err := decideUnmatch(known, cmd, noon); !errors.Is(err, ErrOrderDone) {
		t.Errorf("got %v", err)
	}
}
